import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConsoleSettings, readSettings, SettingsError } from '../../functions/settings.ts'

const least = { POLICY_FILE: '/etc/bureau/policy.yaml', PUBLIC_URL: 'https://bureau.example.com' }

test('the defaults are those of the README', () => {
  const settings = readSettings({ ...least, AUDIT_SINKS: '' })
  assert.deepEqual(
    {
      sts: settings.STS_URL,
      iam: settings.IAM_CREDENTIALS_URL,
      sinks: settings.AUDIT_SINKS,
      required: settings.AUDIT_REQUIRED,
      interval: settings.POLICY_INTERVAL,
      store: settings.STATE_STORE,
      hops: settings.TRUSTED_HOPS,
      rate: settings.RATE_LIMIT_PER_MINUTE,
      loopback: settings.ALLOW_LOOPBACK,
      operators: settings.OPERATORS,
    },
    {
      sts: 'https://sts.googleapis.com',
      iam: 'https://iamcredentials.googleapis.com',
      sinks: 'stdout',
      required: 'any',
      interval: 30,
      store: 'memory',
      hops: 1,
      rate: 600,
      loopback: false,
      operators: [],
    },
  )
})

test('with loopback allowed, the public address is the loopback one', () => {
  const settings = readSettings({ POLICY_FILE: 'p', ALLOW_LOOPBACK: '1', PORT: '9000' })
  assert.equal(settings.PUBLIC_URL, 'http://127.0.0.1:9000')
})

test('a policy may grow older than the time between two looks at it', () => {
  const settings = readSettings({ ...least, POLICY_MAX_AGE: '6', POLICY_INTERVAL: '5' })
  assert.equal(settings.POLICY_MAX_AGE, 6)
})

test('operators are separated by commas or spaces', () => {
  const { OPERATORS } = readSettings({ ...least, OPERATORS: 'a@example.com, b@example.com' })
  assert.deepEqual(OPERATORS, ['a@example.com', 'b@example.com'])
})

const refused: readonly (readonly [Record<string, string>, RegExp])[] = [
  [{ POLICY_FILE: '' }, /^POLICY_FILE is required$/],
  [{ PUBLIC_URL: '' }, /^PUBLIC_URL is required/],
  [{ PUBLIC_URL: 'http://bureau.example.com' }, /^PUBLIC_URL must be an https URL/],
  ...['?x=1', '#x', '/a?'].map(
    (end) =>
      [
        { PUBLIC_URL: `https://bureau.example.com${end}` },
        /^PUBLIC_URL must be a URL without user, query and fragment$/,
      ] as const,
  ),
  [{ PUBLIC_URL: 'https://u:p@bureau.example.com' }, /^PUBLIC_URL must be a URL without user/],
  [{ PUBLIC_URL: 'bureau.example.com' }, /^PUBLIC_URL must be an absolute URL$/],
  [{ STS_URL: 'http://127.0.0.1:1' }, /^STS_URL must be an https URL/],
  [{ STS_URL: 'http://sts.example.com', ALLOW_LOOPBACK: '1' }, /^STS_URL must be an https URL/],
  [{ IAM_CREDENTIALS_URL: 'gopher://x' }, /^IAM_CREDENTIALS_URL /],
  [{ AUDIT_REQUIRED: 'some' }, /^AUDIT_REQUIRED /],
  [{ STATE_STORE: 'memcached://x' }, /^STATE_STORE must be memory or redis:/],
  [{ TRUSTED_HOPS: '-1' }, /^TRUSTED_HOPS /],
  [{ TRUSTED_HOPS: 'two' }, /^TRUSTED_HOPS /],
  [{ RATE_LIMIT_PER_MINUTE: '0' }, /^RATE_LIMIT_PER_MINUTE /],
  [{ POLICY_INTERVAL: '0' }, /^POLICY_INTERVAL /],
  [{ POLICY_MAX_AGE: '1.5' }, /^POLICY_MAX_AGE /],
  [{ POLICY_MAX_AGE: '30' }, /^POLICY_MAX_AGE must be more than POLICY_INTERVAL \(30\)/],
  [{ POLICY_MAX_AGE: '5', POLICY_INTERVAL: '6' }, /^POLICY_MAX_AGE must be more than POLICY_INT/],
  [{ ALLOW_LOOPBACK: 'yes' }, /^ALLOW_LOOPBACK must be 1, 0 or left out$/],
  [{ PUBSUB_EMULATOR_HOST: '127.0.0.1:8085' }, /^PUBSUB_EMULATOR_HOST is for ALLOW_LOOPBACK=1/],
  [{ PUBSUB_EMULATOR_HOST: 'x.example:1', ALLOW_LOOPBACK: '1' }, /^PUBSUB_EMULATOR_HOST must be/],
  [{ OPERATORS: 'alice' }, /^OPERATORS must be a list of e-mails$/],
  [
    { PORT: '1e3', TRUSTED_HOPS: 'x' },
    /^TRUSTED_HOPS must .*; PORT must be a whole number from 0 to 65535$/,
  ],
]

for (const [change, message] of refused) {
  test(`refused in one line: ${JSON.stringify(change)}`, () => {
    assert.throws(
      () => readSettings({ ...least, ...change }),
      (error) =>
        error instanceof SettingsError &&
        message.test(error.message) &&
        !error.message.includes('\n'),
    )
  })
}

test('the console needs no policy, and reads what the SQLite sink wrote', () => {
  const settings = readConsoleSettings({
    PUBLIC_URL: 'https://console.example.com',
    AUDIT_SINKS: 'stdout, sqlite:/var/audit.sqlite',
  })
  assert.equal(settings.AUDIT_STORE, 'sqlite:/var/audit.sqlite')
  assert.equal(settings.GOOGLE_CERTS_URL, 'https://www.googleapis.com/oauth2/v3/certs')
})

test('AUDIT_STORE wins over the sinks, and one of both must name a store', () => {
  const PUBLIC_URL = 'https://console.example.com'
  const AUDIT_STORE = 'bigquery:acme.audit.records'
  const both = readConsoleSettings({ PUBLIC_URL, AUDIT_STORE, AUDIT_SINKS: 'sqlite:a' })
  assert.equal(both.AUDIT_STORE, AUDIT_STORE)
  assert.throws(() => readConsoleSettings({ PUBLIC_URL }), {
    name: 'SettingsError',
    message: 'AUDIT_STORE is required: sqlite:PATH or bigquery:PROJECT.DATASET.TABLE',
  })
})

test("Google's keys come over https", () => {
  const environment = { ...least, GOOGLE_CERTS_URL: 'http://127.0.0.1:8082/oauth2/v3/certs' }
  assert.throws(() => readSettings(environment), SettingsError)
  assert.ok(readSettings({ ...environment, ALLOW_LOOPBACK: '1' }))
})
