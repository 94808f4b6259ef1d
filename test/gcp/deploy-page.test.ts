import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { copyFile, cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { startStack } from '../../deploy/local/stack.ts'
import {
  ENVIRONMENT,
  readConsoleSettings,
  readExplainSettings,
  readSettings,
} from '../../functions/settings.ts'
import { openSinks } from '../../shared/audit/sinks/open.ts'
import { findCloudSdk } from '../support/cloud-sdk.ts'
import { flagsOf, type KnownFlags } from '../support/gcloud-flags.ts'
import { paste, type Called, type Pasted } from '../support/pasted-page.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PAGE = readFileSync(join(ROOT, 'deploy/gcp/deploy.md'), 'utf8')
const BLOCKS = [...PAGE.matchAll(/^```sh.*\n([^]*?)^```$/gm)].map(([, text = '']) => text)
/** Commands that stand in a sentence. */
const INLINE = [...PAGE.matchAll(/`(gcloud [^`]+)`/g)].map(([, text = '']) => text)
const BUILD = parse(readFileSync(join(ROOT, 'cloudbuild.yaml'), 'utf8')) as {
  readonly steps: readonly { readonly id: string; readonly script: string }[]
  readonly substitutions: Readonly<Record<string, string>>
}
const REACHING_OUT = ['gcloud', 'bq', 'npx', 'npm', 'curl']

const folders: string[] = []
async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'deploy-page-'))
  folders.push(folder)
  return folder
}
after(async () => {
  for (const folder of folders) await rm(folder, { recursive: true })
})

/** The page from its first block to its last, and the deployment of the build with its defaults. */
let page: Pasted
let built: Pasted

before(async () => {
  const folder = await scratch()
  await copyFile(join(ROOT, 'deploy/policy.yaml'), join(folder, 'policy.yaml'))
  await cp(join(ROOT, 'deploy/gcp/audit'), join(folder, 'deploy/gcp/audit'), { recursive: true })
  page = await paste(folder, [...BLOCKS, ...INLINE].join('\n'), REACHING_OUT)
  built = await deployment({})
})

/** What the build's last step calls; Cloud Build replaces substitutions within substitutions. */
async function deployment(given: Readonly<Record<string, string>>): Promise<Pasted> {
  const own = { PROJECT_ID: 'acme-bureau', PROJECT_NUMBER: '123456789012' }
  const values: Record<string, string> = { ...own, ...BUILD.substitutions, ...given }
  for (const [name, value] of Object.entries(values)) {
    values[name] = value.replace(/\$\{(\w+)\}/g, (_, other: string) => values[other] ?? '')
  }
  const script = BUILD.steps.find(({ id }) => id === 'deploy')?.script ?? ''
  return paste(await scratch(), script, REACHING_OUT, values)
}

const gcloud = ({ calls }: Pasted) => calls.filter(([name]) => name === 'gcloud')

function flag(call: Called, name: string): string {
  const found = call.find((word) => word.startsWith(`${name}=`))
  assert.ok(found !== undefined, `${name} is not in ${call.join(' ')}`)
  return found.slice(name.length + 1)
}

/** The settings and the files of a `functions deploy`. */
function deployed(call: Called) {
  const [, separator = ',', list = ''] = /^\^(.)\^(.*)$/.exec(flag(call, '--set-env-vars')) ?? []
  const settings = Object.fromEntries(
    list
      .split(separator)
      .map((one) => [one.split('=', 1)[0] ?? '', one.slice(one.indexOf('=') + 1)]),
  )
  const files = flag(call, '--set-secrets')
    .split(',')
    .map((one) => one.split('=')[0] ?? '')
  return { entry: flag(call, '--entry-point'), settings, files }
}

const deployments = () =>
  [...gcloud(page), ...gcloud(built)]
    .filter(([, ...words]) => words[0] === 'functions')
    .map(deployed)

test('the whole page pastes into one shell, block after block', () => {
  assert.equal(page.code, 0, page.stderr)
  assert.ok(gcloud(page).length > 40, `${gcloud(page).length}`)
  assert.equal(built.code, 0, built.stderr)
})

test('it says that none of it ran against live Google', () => {
  assert.match(PAGE, /\*\*None of this was ever run against live Google\.\*\*/)
})

test('every flag and every choice is known to gcloud', async (context: TestContext) => {
  const sdk = findCloudSdk(context)
  if (sdk === undefined) return
  const calls = [...gcloud(page), ...gcloud(built)].map(([, ...words]) => words)
  const known = await flagsOf(sdk, calls)
  for (const [index, words] of calls.entries()) assertKnown(words, known[index])
})

function assertKnown(words: readonly string[], known: KnownFlags | undefined): void {
  const line = `gcloud ${words.join(' ')}`
  assert.ok(known?.leaf === true, `no such command: ${line}`)
  for (const word of words.filter((each) => each.startsWith('--'))) {
    const [name = '', value] = word.split(/=(.*)/s)
    const form = known.flags[name]
    const positive = known.flags[name.replace(/^--no-/, '--')]
    assert.ok(form !== undefined || positive === 'bool', `no such flag: ${name} in ${line}`)
    if (Array.isArray(form)) assert.ok(form.includes(value ?? ''), `no such choice: ${word}`)
  }
}

describe('what is deployed', () => {
  test('names settings that exist, and starts with them', () => {
    const read = { token: readSettings, explain: readExplainSettings, console: readConsoleSettings }
    assert.deepEqual(
      deployments()
        .map(({ entry }) => entry)
        .toSorted(),
      ['console', 'explain', 'token'],
    )
    for (const { entry, settings } of deployments()) {
      for (const name of Object.keys(settings)) assert.ok(name in ENVIRONMENT.shape, name)
      assert.ok(read[entry as keyof typeof read](settings), entry)
    }
  })

  test('mounts each file that a setting names, each in a folder of its own', () => {
    for (const { entry, settings, files } of deployments()) {
      const named = Object.entries(settings).filter(([name]) => name.endsWith('_FILE'))
      assert.deepEqual(named.map(([, path]) => path).toSorted(), files.toSorted(), entry)
      const mounts = files.map((file) => file.slice(0, file.lastIndexOf('/')))
      assert.equal(new Set(mounts).size, mounts.length, entry)
    }
  })

  test('has the key of the audit, and a topic among its sinks', async () => {
    const token = deployments().find(({ entry }) => entry === 'token')
    assert.equal(token?.settings['AUDIT_KEY_FILE'], '/etc/bureau/audit/key')
    const names = openSinks(token.settings['AUDIT_SINKS'] ?? '', {
      stdout: process.stdout,
      projectId: undefined,
      accessToken: () => Promise.reject(new Error('nobody asks')),
      pubsubEmulator: undefined,
    }).map(({ name }) => name)
    assert.deepEqual(names, ['stdout', 'pubsub:projects/acme-bureau/topics/bureau-audit'])
  })

  test('mounts the assertion key where the build is told its secret', async () => {
    const { calls } = await deployment({ _ASSERTION_KEY_SECRET: 'bureau-assertion-key' })
    const [only] = calls.map(deployed)
    assert.ok(only?.files.includes(only.settings['ASSERTION_KEY_FILE'] ?? ''))
  })

  test('has the same PUBLIC_URL by default as the page and as a provider of assertions', () => {
    const token = deployments().find(({ entry }) => entry === 'token')
    const url = token?.settings['PUBLIC_URL']
    const submit = gcloud(page).find((words) => words.includes('submit'))
    assert.ok(submit && flag(submit, '--substitutions').includes(`_PUBLIC_URL=${url}`), url)
    const issuers = gcloud(page).filter((words) => words.includes('create-oidc'))
    assert.ok(issuers.some((words) => flag(words, '--issuer-uri') === url))
  })
})

test('a bureau takes the keys that the page makes, and publishes what Google was given', async () => {
  const stack = await startStack({
    env: {
      AUDIT_KEY_FILE: join(page.kept, 'audit.key'),
      ASSERTION_KEY_FILE: join(page.kept, 'assertion.jwks.json'),
    },
  })
  try {
    const response = await fetch(`${stack.bureau.url}/.well-known/jwks.json`)
    const given = await readFile(join(page.kept, 'assertion-public.jwks.json'), 'utf8')
    assert.deepEqual(await response.json(), JSON.parse(given))
    assert.ok(!stack.bureau.stdout().some((line) => line.includes('AUDIT_KEY_FILE is not set')))
  } finally {
    await stack.close()
  }
})
