import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startStack, type Stack } from '../deploy/local/stack.ts'
import { ALL_REASONS, Refusal } from '../shared/domain/refusal.ts'
import { bureau } from './support/cli.ts'
import { scratch } from './support/scratch.ts'

const run = promisify(execFile)
const write = scratch()
const ROOT = fileURLToPath(new URL('../', import.meta.url))
const README = readFileSync(join(ROOT, 'README.md'), 'utf8')
const STACK_README = readFileSync(join(ROOT, 'deploy/local/README.md'), 'utf8')

/** The fenced blocks of a page whose info string begins with `info`. */
function blocks(
  info: string,
  page = README,
): readonly { readonly info: string; readonly text: string }[] {
  return [...page.matchAll(/^```(.+)\n([^]*?)^```$/gm)]
    .map(([, given = '', text = '']) => ({ info: given, text }))
    .filter((block) => block.info === info || block.info.startsWith(`${info}=`))
}

let stack: Stack
let folder: string

before(async () => {
  stack = await startStack({ ports: { explain: 0 } })
  folder = await mkdtemp(join(tmpdir(), 'readme-'))
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
})

after(async () => {
  await stack.close()
  await rm(folder, { recursive: true })
})

/** The README speaks of the usual ports; the stack of this test has others. */
function here(text: string): string {
  return text
    .replaceAll('http://127.0.0.1:8080', stack.bureau.url)
    .replaceAll('http://127.0.0.1:8081', stack.idp.url)
    .replaceAll('http://127.0.0.1:8082', stack.google.url)
    .replaceAll('http://127.0.0.1:8084', stack.explain?.url ?? '')
}

test('the curl commands give an access token and an ID token', async () => {
  const [access, id] = blocks('sh stack')
  assert.ok(access !== undefined && id !== undefined)
  const answers = []
  for (const { text } of [access, id]) {
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', here(text)], { cwd: folder })
    answers.push(JSON.parse(stdout) as Record<string, unknown>)
  }
  assert.deepEqual(
    answers.map(({ token_type }) => token_type),
    ['Bearer', 'N_A'],
  )
  const [first] = answers
  assert.ok(Number(first?.['expires_in']) <= 600)
})

for (const [page, script, reason] of [
  ['README.md', blocks('sh stack')[2], 'no_grant'],
  ['deploy/local/README.md', blocks('sh stack', STACK_README)[0], 'condition'],
] as const) {
  test(`the commands of ${page} have a refusal explained`, async () => {
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', here(script?.text ?? '')], {
      cwd: folder,
    })
    assert.equal(JSON.parse(stdout).decision.refused.reason, reason)
  })
}

test('the credential file works in an unmodified SDK, by the script of the README', async () => {
  const [credentials] = blocks('json stack')
  const [script] = blocks('js stack')
  assert.ok(credentials !== undefined && script !== undefined)
  await writeFile(join(folder, 'credentials.json'), here(credentials.text))
  await writeFile(join(folder, 'script.mjs'), here(script.text))
  const env = {
    PATH: process.env['PATH'],
    GOOGLE_APPLICATION_CREDENTIALS: 'credentials.json',
  }
  const { stdout, stderr } = await run(process.execPath, ['script.mjs'], { cwd: folder, env })
  assert.match(stdout, /^2026\/january\.csv$/m)
  assert.equal(stderr, '', 'the library warns of nothing')
})

const gcloud = spawnSync('gcloud', ['--version']).status === 0
const noGcloud = gcloud ? false : 'gcloud is not on this machine'

test('gcloud signs in with the credential file', { skip: noGcloud }, async () => {
  const [credentials] = blocks('json stack')
  const [script] = blocks('sh gcloud')
  assert.ok(credentials !== undefined && script !== undefined)
  await writeFile(join(folder, 'credentials.json'), here(credentials.text))
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    CLOUDSDK_CONFIG: join(folder, 'gcloud'),
    CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
  }
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', here(script.text)], {
    cwd: folder,
    env,
  })
  const minted = stack.google.ledger().findLast(({ kind }) => kind === 'access_token')
  assert.equal(minted?.account, 'gitlab-deployer@acme-prod.iam.gserviceaccount.com')
  assert.match(stdout, /^ya29\.\S+$/m)
})

test('the policy of the README passes the check', async () => {
  const [policy] = blocks('yaml policy')
  assert.ok(policy)
  const { code, stdout } = await bureau('policy', 'check', write('policy.yaml', policy.text))
  assert.equal(code, 0, stdout)
})

test('the refusal of the README is one of the product', () => {
  const [example] = blocks('json')
  assert.ok(example)
  const shown = JSON.parse(example.text) as Record<string, unknown>
  const sentences = ALL_REASONS.map((reason) => new Refusal(reason))
  const match = sentences.find(({ error }) => error === shown['error'])
  assert.equal(shown['error_description'], match?.sentence)
})

test('the table of errors is that of the product: each error of callers, with its statuses', () => {
  const rows = [...README.matchAll(/^\| (\d{3}) +\| `(\w+)` +\| (.*)\|$/gm)]
  const shown = new Map(
    rows.map(([, status, error, text = '']) => {
      const [, more = ''] = /\((4\d\d(?:, 4\d\d)*)\)/.exec(text) ?? []
      return [error, new Set([status, ...more.split(', ')].filter((each) => each !== ''))]
    }),
  )
  // Those that only operators meet, and those that only a torn connection or its head brings.
  const seldom = new Set(['unauthenticated', 'not_operator', 'timeout', 'header_size'])
  const statuses = new Map<string, Set<string>>([['invalid_request', new Set(['404'])]])
  for (const reason of ALL_REASONS.filter((each) => !seldom.has(each))) {
    const { error, status } = new Refusal(reason)
    statuses.set(error, (statuses.get(error) ?? new Set()).add(String(status)))
  }
  assert.deepEqual(shown, statuses)
})

test('the pages that the README names are there', () => {
  const pages = [...README.matchAll(/\]\(([^)#:]+)(?:#[\w-]+)?\)/g)].map(([, page = '']) => page)
  for (const page of ['deploy/gcp/deploy.md', 'deploy/gcp/README.md', 'SECURITY.md', ...pages]) {
    assert.ok(pages.includes(page), page)
    assert.ok(existsSync(join(ROOT, page)), page)
  }
})

test('the two set-up commands name scripts that exist, and the first shows the demo', () => {
  const [setUp] = blocks('sh')
  assert.match(setUp?.text ?? '', /^npm ci && npm run demo\b.*\nnpm cit\b/)
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>
  }
  for (const name of ['demo', 'test', 'start', 'bundle']) assert.ok(scripts[name], name)
})

test('the settings table names every setting, and no other', async () => {
  const { ENVIRONMENT } = await import('../functions/settings.ts')
  const table = README.slice(README.indexOf('## Settings'), README.indexOf('## Deploy'))
  const named = [...table.matchAll(/^\| ((?:`\w+`(?:, )?)+) +\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  )
  const setByThePlatform = 'K_REVISION'
  const known = new Set(Object.keys(ENVIRONMENT.shape))
  known.delete(setByThePlatform)
  assert.deepEqual(new Set(named), known)
})
