import { z } from 'zod'

/** A setting that is missing or wrong: one line that says which and why. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

const LOOPBACK_HOSTS = new Set(['127.0.0.1', '[::1]', 'localhost'])

const flag = z.enum(['0', '1'], 'must be 1, 0 or left out').transform((value) => value === '1')
/** Paths are put behind it, so nothing may follow its own path. */
const absoluteUrl = z
  .url({ protocol: /^https?$/, error: 'must be an absolute URL' })
  .regex(/^[^?#@]+$/, 'must be a URL without user, query and fragment')
  .transform((url) => url.replace(/\/+$/, ''))
const email = /^[^@\s]+@[^@\s]+$/

const loopbackHost = z
  .string()
  .regex(/^(127\.0\.0\.1|\[::1\]|localhost):\d{1,5}$/, 'must be HOST:PORT on loopback')

/** A whole number in decimal digits. */
function whole(least: number, most: number) {
  const fits = (text: string) =>
    /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most
  return z
    .string()
    .refine(fits, `must be a whole number from ${least} to ${most}`)
    .transform(Number)
}

/** What every function reads. */
const EVERY = z.object({
  PUBLIC_URL: absoluteUrl.optional(),
  AUDIT_SINKS: z.string().min(1).default('stdout'),
  AUDIT_KEY_FILE: z.string().min(1).optional(),
  STATE_STORE: z
    .string()
    .regex(/^(memory|rediss?:\/\/\S+)$/, 'must be memory or redis://HOST:PORT')
    .default('memory'),
  OPERATORS: z
    .string()
    .default('')
    .transform((list) => list.split(/[\s,]+/).filter((entry) => entry !== ''))
    .refine((list) => list.every((entry) => email.test(entry)), 'must be a list of e-mails'),
  GOOGLE_CERTS_URL: absoluteUrl.default('https://www.googleapis.com/oauth2/v3/certs'),
  IAP_AUDIENCE: z.string().min(1).optional(),
  IAP_CERTS_URL: absoluteUrl.default('https://www.gstatic.com/iap/verify/public_key-jwk'),
  TRUSTED_HOPS: whole(0, 10).default(1),
  RATE_LIMIT_PER_MINUTE: whole(1, 1_000_000).default(600),
  ALLOW_LOOPBACK: flag.default(false),
  PORT: whole(0, 65_535).default(8080),
  GOOGLE_CLOUD_PROJECT: z.string().min(1).optional(),
  PUBSUB_EMULATOR_HOST: loopbackHost.optional(),
  BIGQUERY_EMULATOR_HOST: loopbackHost.optional(),
  K_REVISION: z.string().default('local'),
})

/** What the functions that decide by a policy read besides. */
const DECIDING = EVERY.extend({
  POLICY_FILE: z.string().min(1),
  POLICY_INTERVAL: whole(1, 3600).default(30),
  POLICY_MAX_AGE: whole(1, 31_536_000).optional(),
  STS_URL: absoluteUrl.default('https://sts.googleapis.com'),
  IAM_CREDENTIALS_URL: absoluteUrl.default('https://iamcredentials.googleapis.com'),
  AUDIT_REQUIRED: z.enum(['any', 'all', 'none'], 'must be any, all or none').default('any'),
  ASSERTION_KEY_FILE: z.string().min(1).optional(),
})

/** What the console reads besides. */
const READING = EVERY.extend({
  AUDIT_STORE: z.string().min(1).optional(),
  /** Never read by the console: its commands name it. */
  POLICY_FILE: z.string().min(1).optional(),
})

/** Every variable that the functions read, and its form. */
export const ENVIRONMENT = DECIDING.extend(READING.shape)

type WithPublicUrl<Read> = Omit<Read, 'PUBLIC_URL'> & { readonly PUBLIC_URL: string }

/** The settings of the functions, see the README's table; URLs are without a trailing slash. */
export type Settings = WithPublicUrl<z.output<typeof DECIDING>>

/** The settings of the console. */
export type ConsoleSettings = WithPublicUrl<z.output<typeof READING>> & {
  readonly AUDIT_STORE: string
}

/** The settings of the explanations; `AUDIT_STORE` undefined: no recorded request can be looked up. */
export type ExplainSettings = Settings & { readonly AUDIT_STORE: string | undefined }

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the settings from the environment; a variable that is set but empty counts as left out.
 * Throws {@link SettingsError}.
 */
export function readSettings(environment: Environment): Settings {
  const settings = read(DECIDING, environment)
  const { STS_URL, IAM_CREDENTIALS_URL } = settings
  refusePlainHttp({ STS_URL, IAM_CREDENTIALS_URL }, settings.ALLOW_LOOPBACK)
  const { POLICY_MAX_AGE = Infinity, POLICY_INTERVAL } = settings
  if (POLICY_MAX_AGE <= POLICY_INTERVAL) {
    throw new SettingsError(
      `POLICY_MAX_AGE must be more than POLICY_INTERVAL (${POLICY_INTERVAL}): a policy is confirmed ` +
        'that seldom',
    )
  }
  return settings
}

/**
 * Reads the console's settings. Where `AUDIT_STORE` is left out, it reads what the `sqlite:` sink of
 * `AUDIT_SINKS` wrote. Throws {@link SettingsError}.
 */
export function readConsoleSettings(environment: Environment): ConsoleSettings {
  const settings = read(READING, environment)
  const AUDIT_STORE = storeOf(settings)
  if (AUDIT_STORE === undefined) {
    throw new SettingsError(
      'AUDIT_STORE is required: sqlite:PATH or bigquery:PROJECT.DATASET.TABLE',
    )
  }
  return { ...settings, AUDIT_STORE }
}

/** Reads the settings of the explanations, likewise. Throws {@link SettingsError}. */
export function readExplainSettings(environment: Environment): ExplainSettings {
  return { ...readSettings(environment), AUDIT_STORE: storeOf(read(READING, environment)) }
}

function storeOf({ AUDIT_STORE, AUDIT_SINKS }: z.output<typeof READING>): string | undefined {
  const sinks = AUDIT_SINKS.split(',').map((sink) => sink.trim())
  return AUDIT_STORE ?? sinks.find((sink) => sink.startsWith('sqlite:'))
}

function read<Shape extends typeof EVERY>(
  shape: Shape,
  environment: Environment,
): WithPublicUrl<z.output<Shape>> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = shape.safeParse(given)
  if (!parsed.success) throw new SettingsError(problemsOf(parsed.error, given))
  const settings: z.output<Shape> = parsed.data
  const { GOOGLE_CERTS_URL, IAP_CERTS_URL, ALLOW_LOOPBACK } = settings
  for (const name of ['PUBSUB_EMULATOR_HOST', 'BIGQUERY_EMULATOR_HOST'] as const) {
    if (settings[name] === undefined || ALLOW_LOOPBACK) continue
    throw new SettingsError(`${name} is for ALLOW_LOOPBACK=1 alone: an emulator keeps no record`)
  }
  const PUBLIC_URL = settings.PUBLIC_URL ?? loopbackUrl(settings)
  if (PUBLIC_URL === undefined) {
    throw new SettingsError('PUBLIC_URL is required: the https address that callers use')
  }
  refusePlainHttp({ PUBLIC_URL, GOOGLE_CERTS_URL, IAP_CERTS_URL }, ALLOW_LOOPBACK)
  return { ...settings, PUBLIC_URL }
}

function loopbackUrl({ ALLOW_LOOPBACK, PORT }: { ALLOW_LOOPBACK: boolean; PORT: number }) {
  return ALLOW_LOOPBACK ? `http://127.0.0.1:${PORT}` : undefined
}

function refusePlainHttp(urls: Readonly<Record<string, string>>, allowLoopback: boolean): void {
  for (const [name, url] of Object.entries(urls)) {
    const { protocol, hostname } = new URL(url)
    if (protocol === 'https:' || (allowLoopback && LOOPBACK_HOSTS.has(hostname))) continue
    throw new SettingsError(
      `${name} must be an https URL (http only on loopback, with ALLOW_LOOPBACK=1)`,
    )
  }
}

/** Every problem, in one line. */
function problemsOf(error: z.ZodError, given: Readonly<Record<string, unknown>>): string {
  return error.issues
    .map(({ path: [name], message }) =>
      String(name) in given ? `${String(name)} ${message}` : `${String(name)} is required`,
    )
    .join('; ')
}
