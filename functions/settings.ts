import { z } from 'zod'

/** A setting that is missing or wrong: one line that says which and why. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

const LOOPBACK_HOSTS = new Set(['127.0.0.1', '[::1]', 'localhost'])

const flag = z.enum(['', '0', '1']).transform((value) => value === '1')
const seconds = z.coerce.number().int().positive()
const absoluteUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''))

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
    .transform((list) => list.split(/[\s,]+/).filter((email) => email !== '')),
  GOOGLE_CERTS_URL: absoluteUrl.default('https://www.googleapis.com/oauth2/v3/certs'),
  IAP_AUDIENCE: z.string().min(1).optional(),
  TRUSTED_HOPS: z.coerce.number().int().min(0).max(10).default(1),
  RATE_LIMIT_PER_MINUTE: z.coerce.number().int().positive().default(600),
  ALLOW_LOOPBACK: flag.default(false),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  GOOGLE_CLOUD_PROJECT: z.string().min(1).optional(),
  K_REVISION: z.string().default('local'),
})

/** What the functions that decide by a policy read besides. */
const DECIDING = EVERY.extend({
  POLICY_FILE: z.string().min(1),
  POLICY_INTERVAL: seconds.max(3600).default(30),
  POLICY_MAX_AGE: seconds.optional(),
  STS_URL: absoluteUrl.default('https://sts.googleapis.com'),
  IAM_CREDENTIALS_URL: absoluteUrl.default('https://iamcredentials.googleapis.com'),
  AUDIT_REQUIRED: z.enum(['any', 'all', 'none']).default('any'),
  ASSERTION_KEY_FILE: z.string().min(1).optional(),
})

/** What the console reads besides. */
const READING = EVERY.extend({ AUDIT_STORE: z.string().min(1).optional() })

/** Every variable that the functions read, and its form. */
export const ENVIRONMENT = DECIDING.extend(READING.shape)

type WithPublicUrl<Read> = Omit<Read, 'PUBLIC_URL'> & { readonly PUBLIC_URL: string }

/** The settings of the functions, see the README's table; URLs are without a trailing slash. */
export type Settings = WithPublicUrl<z.output<typeof DECIDING>>

/** The settings of the console. */
export type ConsoleSettings = WithPublicUrl<z.output<typeof READING>> & {
  readonly AUDIT_STORE: string
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the settings from the environment; a variable that is set but empty counts as left out.
 * Throws {@link SettingsError}.
 */
export function readSettings(environment: Environment): Settings {
  const settings = read(DECIDING, environment)
  const { STS_URL, IAM_CREDENTIALS_URL } = settings
  refusePlainHttp({ STS_URL, IAM_CREDENTIALS_URL }, settings.ALLOW_LOOPBACK)
  return settings
}

/**
 * Reads the console's settings. Where `AUDIT_STORE` is left out, it reads what the `sqlite:` sink of
 * `AUDIT_SINKS` wrote. Throws {@link SettingsError}.
 */
export function readConsoleSettings(environment: Environment): ConsoleSettings {
  const settings = read(READING, environment)
  const sinks = settings.AUDIT_SINKS.split(',').map((sink) => sink.trim())
  const AUDIT_STORE = settings.AUDIT_STORE ?? sinks.find((sink) => sink.startsWith('sqlite:'))
  if (AUDIT_STORE === undefined) {
    throw new SettingsError(
      'AUDIT_STORE is required: sqlite:PATH or bigquery:PROJECT.DATASET.TABLE',
    )
  }
  return { ...settings, AUDIT_STORE }
}

function read<Shape extends typeof EVERY>(
  shape: Shape,
  environment: Environment,
): WithPublicUrl<z.output<Shape>> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = shape.safeParse(given)
  if (!parsed.success) throw new SettingsError(firstProblem(parsed.error, given))
  const settings: z.output<Shape> = parsed.data
  const { GOOGLE_CERTS_URL, ALLOW_LOOPBACK } = settings
  const PUBLIC_URL = settings.PUBLIC_URL ?? loopbackUrl(settings)
  if (PUBLIC_URL === undefined) {
    throw new SettingsError('PUBLIC_URL is required: the https address that callers use')
  }
  refusePlainHttp({ PUBLIC_URL, GOOGLE_CERTS_URL }, ALLOW_LOOPBACK)
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

function firstProblem(error: z.ZodError, given: Readonly<Record<string, unknown>>): string {
  const [issue] = error.issues
  const name = String(issue?.path[0])
  if (!(name in given)) return `${name} is required`
  return `${name} ${issue?.message.replace(/^Invalid input: /, '') ?? 'is invalid'}`
}
