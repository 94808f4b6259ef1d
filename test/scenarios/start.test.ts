import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { collect } from '../../deploy/local/lines.ts'
import { get } from '../support/federation.ts'
import { freePort } from '../support/free-port.ts'
import { WHOLE, wholeWith } from '../support/policy-text.ts'
import { runCommand } from '../support/run-command.ts'
import { startScene } from '../support/scene.ts'
import { exchangeAt } from '../support/token-exchange.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const FRAMEWORK = join(ROOT, 'node_modules/.bin/functions-framework')

const folder = await mkdtemp(join(tmpdir(), 'start-'))
after(() => rm(folder, { recursive: true }))

async function written(name: string, text: string): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, text)
  return file
}

/** Settings with which a start succeeds; undefined leaves one out. */
async function settings(change: Readonly<Record<string, string | undefined>>) {
  const whole: Readonly<Record<string, string | undefined>> = {
    POLICY_FILE: await written('whole.yaml', WHOLE),
    PUBLIC_URL: 'https://bureau.example.com',
    FUNCTION_SOURCE: ROOT,
    ...change,
  }
  const given = Object.entries(whole).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return Object.fromEntries(given)
}

const policyOf = async (name: string, text: string) => ({
  POLICY_FILE: await written(name, text),
})
const VOUCHING = wholeWith(3, '  - id: github', '    exchange: assertion')
const NOTHING = { keys: [] }

/** What stops a start: the settings that do, and the lines that say why. */
const STOPS: readonly (readonly [
  what: string,
  change: () => Promise<Readonly<Record<string, string | undefined>>>,
  ...lines: readonly (string | RegExp)[],
])[] = [
  ['no policy', async () => ({ POLICY_FILE: undefined }), 'POLICY_FILE is required'],
  [
    'a policy that is not there',
    async () => ({ POLICY_FILE: join(folder, 'nowhere.yaml') }),
    /nowhere\.yaml.*(ENOENT|no such file|cannot be read)/,
  ],
  [
    'an address that callers cannot use',
    async () => ({ PUBLIC_URL: undefined }),
    /^PUBLIC_URL is required: /,
  ],
  [
    'Google over plain HTTP',
    async () => ({ STS_URL: 'http://sts.googleapis.com' }),
    /^STS_URL must be an https URL/,
  ],
  [
    'plain HTTP beyond loopback, even with ALLOW_LOOPBACK',
    async () => ({ IAM_CREDENTIALS_URL: 'http://10.0.0.1', ALLOW_LOOPBACK: '1' }),
    /^IAM_CREDENTIALS_URL must be an https URL/,
  ],
  [
    'a limit that is no number',
    async () => ({ RATE_LIMIT_PER_MINUTE: 'many' }),
    /^RATE_LIMIT_PER_MINUTE /,
  ],
  [
    'a sink that does not exist',
    async () => ({ AUDIT_SINKS: 'stdout,syslog' }),
    /^AUDIT_SINKS: 'syslog' is none of /,
  ],
  [
    'a sink in a folder that does not exist',
    async () => ({ AUDIT_SINKS: `sqlite:${folder}/nowhere/audit.sqlite` }),
    /nowhere\/audit\.sqlite/,
  ],
  [
    'a key file that is not there',
    async () => ({ AUDIT_KEY_FILE: join(folder, 'nowhere.key') }),
    'AUDIT_KEY_FILE cannot be read: ENOENT',
  ],
  [
    'a key file without keys',
    async () => ({ ASSERTION_KEY_FILE: await written('none.json', JSON.stringify(NOTHING)) }),
    /^ASSERTION_KEY_FILE: keys\b.* not a private ES256 or RS256 JWK/,
  ],
  [
    'a policy that needs a key which the settings do not name',
    () => policyOf('vouching.yaml', VOUCHING),
    'provider github: exchange: assertion needs ASSERTION_KEY_FILE',
  ],
  [
    'an unknown key',
    () => policyOf('unknown.yaml', wholeWith(14, '      maxLifetme: 900')),
    /^\S*unknown\.yaml:14:7: .*maxLifetme/,
  ],
  [
    'two problems at once',
    () => policyOf('two.yaml', wholeWith(11, '    serviceAccount: deployer', '    colour: blue')),
    /^\S*two\.yaml:11:21: /,
    /^\S*two\.yaml:12:5: .*colour/,
  ],
  [
    'a key twice',
    () => policyOf('twice.yaml', wholeWith(1, 'version: 1', 'version: 1')),
    /^\S*twice\.yaml:2:\d+: /,
  ],
  [
    'a bad expression',
    () =>
      policyOf('expression.yaml', wholeWith(7, "    attributeCondition: assertion.owner = '1001'")),
    /^\S*expression\.yaml:7:\d+: /,
  ],
]

describe(
  'a start that must fail says what and where, one line a problem, and ends with 1',
  { concurrency: 2 },
  () => {
    for (const [what, change, ...lines] of STOPS) {
      test(what, async () => {
        const env = { ...(await settings(await change())), PORT: String(await freePort()) }
        const { code, stdout, stderr } = await runCommand(
          process.execPath,
          [FRAMEWORK, '--target=token'],
          env,
        )
        assert.equal(code, 1, stdout)
        const said = stderr.trimEnd().split('\n')
        assert.equal(said.length, lines.length, stderr)
        for (const [index, line] of said.entries()) {
          assert.ok(line.startsWith('token-bureau: '), line)
          const told = line.slice('token-bureau: '.length)
          const expected = lines[index]
          if (typeof expected === 'string') assert.equal(told, expected)
          else assert.match(told, expected ?? /^$/)
        }
        assert.doesNotMatch(stdout, /URL: |^ {4}at /m)
      })
    }
  },
)

describe('a start that succeeds', () => {
  test('npx functions-framework --target=token runs the function from source', async () => {
    const port = await freePort()
    const child = spawn('npx', ['functions-framework', '--target=token'], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], HOME: folder, PORT: String(port), ...(await settings({})) },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    })
    const ended = once(child, 'close')
    const stdout = collect(child.stdout, () => {})
    await stdout.line((line) => line.startsWith('URL: '), ended)
    assert.equal((await get(`http://127.0.0.1:${port}/health`)).status, 200)
    process.kill(-(child.pid ?? assert.fail('npx did not start')), 'SIGTERM')
    await ended
  })

  test('the bundle starts, vends with every sink, reloads, and ends by SIGTERM with its last checkpoint', async () => {
    const bundle = join(folder, 'bundle')
    const bundled = await runCommand(process.execPath, [join(ROOT, 'deploy/bundle.ts'), bundle])
    assert.equal(bundled.code, 0, bundled.stderr)
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    const scene = await startScene({
      env: {
        FUNCTION_SOURCE: bundle,
        AUDIT_SINKS: `stdout,sqlite:${join(folder, 'audit.sqlite')}`,
        AUDIT_REQUIRED: 'all',
        POLICY_INTERVAL: '1',
      },
    })
    await appendFile(scene.policyFile, '# changed\n')
    await scene.bureau.line((line) => line.includes('is in force'))
    const answer = await exchangeAt(scene.bureau.url, await scene.pipeline())
    const objects = await get(
      `${scene.google.url}/storage/v1/b/acme-orders/o`,
      answer.body.access_token,
    )
    const exit = await scene.bureau.stop()
    await scene.close()
    assert.deepEqual([answer.status, objects.status, exit.code], [200, 200, 0])
    assert.deepEqual(scene.bureau.stderr(), [])
    assert.match(scene.bureau.stdout().at(-1) ?? '', /closing checkpoint/)
  })
})
