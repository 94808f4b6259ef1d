import { z } from 'zod'

/** A setting that is missing or wrong: one line that says which and why. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

const LOOPBACK_HOSTS = new Set(['127.0.0.1', '[::1]', 'localhost'])

const flag = z.enum(['', '0', '1']).transform((value) => value === '1')
const seconds = z.coerce.number().int().positive()
const absoluteUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''))

/** Every variable that the functions read, and its form. */
export const ENVIRONMENT = z.object({
  POLICY_FILE: z.string().min(1),
  STS_URL: absoluteUrl.default('https://sts.googleapis.com'),
  IAM_CREDENTIALS_URL: absoluteUrl.default('https://iamcredentials.googleapis.com'),
  PUBLIC_URL: absoluteUrl.optional(),
  AUDIT_SINKS: z.string().min(1).default('stdout'),
  AUDIT_REQUIRED: z.enum(['any', 'all', 'none']).default('any'),
  AUDIT_KEY_FILE: z.string().min(1).optional(),
  ASSERTION_KEY_FILE: z.string().min(1).optional(),
  STATE_STORE: z
    .string()
    .regex(/^(memory|rediss?:\/\/\S+)$/, 'must be memory or redis://HOST:PORT')
    .default('memory'),
  OPERATORS: z
    .string()
    .default('')
    .transform((list) => list.split(/[\s,]+/).filter((email) => email !== '')),
  POLICY_MAX_AGE: seconds.optional(),
  TRUSTED_HOPS: z.coerce.number().int().min(0).max(10).default(1),
  RATE_LIMIT_PER_MINUTE: z.coerce.number().int().positive().default(600),
  ALLOW_LOOPBACK: flag.default(false),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  GOOGLE_CLOUD_PROJECT: z.string().min(1).optional(),
  K_REVISION: z.string().default('local'),
})

/** The settings of the functions, see the README's table; URLs are without a trailing slash. */
export type Settings = Omit<z.output<typeof ENVIRONMENT>, 'PUBLIC_URL'> & {
  readonly PUBLIC_URL: string
}

/**
 * Reads the settings from the environment; a variable that is set but empty counts as left out.
 * Throws {@link SettingsError}.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = ENVIRONMENT.safeParse(given)
  if (!parsed.success) throw new SettingsError(firstProblem(parsed.error, given))
  const settings = parsed.data

  for (const name of ['STS_URL', 'IAM_CREDENTIALS_URL', 'PUBLIC_URL'] as const) {
    const url = settings[name]
    if (url !== undefined) refusePlainHttp(name, url, settings.ALLOW_LOOPBACK)
  }
  const PUBLIC_URL = settings.PUBLIC_URL ?? loopbackUrl(settings)
  if (PUBLIC_URL === undefined) {
    throw new SettingsError('PUBLIC_URL is required: the https address that callers use')
  }
  return { ...settings, PUBLIC_URL }
}

function loopbackUrl({ ALLOW_LOOPBACK, PORT }: { ALLOW_LOOPBACK: boolean; PORT: number }) {
  return ALLOW_LOOPBACK ? `http://127.0.0.1:${PORT}` : undefined
}

function refusePlainHttp(name: string, url: string, allowLoopback: boolean): void {
  const { protocol, hostname } = new URL(url)
  if (protocol === 'https:' || (allowLoopback && LOOPBACK_HOSTS.has(hostname))) return
  throw new SettingsError(
    `${name} must be an https URL (http only on loopback, with ALLOW_LOOPBACK=1)`,
  )
}

function firstProblem(error: z.ZodError, given: Readonly<Record<string, unknown>>): string {
  const [issue] = error.issues
  const name = String(issue?.path[0])
  if (!(name in given)) return `${name} is required`
  return `${name} ${issue?.message.replace(/^Invalid input: /, '') ?? 'is invalid'}`
}
