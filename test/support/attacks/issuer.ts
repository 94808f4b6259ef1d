import { without, type AttackContext, type AttackRow } from './context.ts'

function row(id: string, name: string, iss: (context: AttackContext) => unknown): AttackRow {
  return {
    id,
    name: `iss ${name}`,
    reason: 'issuer',
    make: (context) => context.sign(context.header, { ...context.base, iss: iss(context) }),
  }
}

/** The issuer's host, without its port. */
function hostOf({ a }: AttackContext): string {
  return new URL(a.issuer).hostname
}

const ELSEWHERE = [
  'https://unregistered.example.com',
  'http://169.254.169.254/computeMetadata/v1',
  'http://metadata.google.internal/',
  'https://[fd00:ec2::254]/',
  'https://10.0.0.1',
  'http://127.0.0.1:1/',
  'http://127.1/',
  'http://2130706433/',
  'http://0x7f.0.0.1/',
  'http://0177.0.0.1/',
  'http://[::ffff:127.0.0.1]/',
  'http://localhost/',
  'file:///etc/passwd',
  'gopher://127.0.0.1:6379/_FLUSHALL',
  'data:application/json,{"issuer":"x"}',
  'constructor',
  '__proto__',
  '',
]

/** `iss`: anything but the registered text, character by character. */
export const ISSUER_ATTACKS: readonly AttackRow[] = [
  ...ELSEWHERE.map((iss) => row('IS01', JSON.stringify(iss), () => iss)),
  row('IS01', 'a canary', ({ canary }) => canary),
  row('IS05', 'with user information', (context) =>
    context.a.issuer.replace('://', `://${hostOf(context)}@`),
  ),
  row('IS05', 'as user information', ({ a, canary }) => `${a.issuer}@${new URL(canary).host}`),
  row('IS05', 'with %2f@', ({ a, canary }) => `${a.issuer}%2f@${new URL(canary).host}`),
  row('IS05', 'with a backslash', ({ a, canary }) => `${canary}\\${a.issuer}`),
  row('IS05', 'as a query', ({ a, canary }) => `${canary}?x=${a.issuer}`),
  row('IS05', 'with a fragment', ({ a }) => `${a.issuer}#`),
  row('IS05', 'as a fragment', ({ a, canary }) => `${canary}#${a.issuer}`),
  row('IS05', 'with a tab', ({ a }) => a.issuer.replace('://', ':\t//')),
  row('IS05', 'with a leading space', ({ a }) => ` ${a.issuer}`),
  row('IS05', 'with a line end', ({ a }) => `${a.issuer}\n`),
  row('IS05', 'with a NUL', ({ a }) => `${a.issuer}\0`),
  row('IS05', 'with a fullwidth dot', ({ a }) => a.issuer.replace('.', '\uFF0E')),
  row('IS05', 'cut short', ({ a }) => a.issuer.slice(0, -1)),
  row('IS05', 'longer', ({ a }) => `${a.issuer}.evil.example`),
  row('IS05', 'after another', ({ a }) => `https://evil.example/${a.issuer}`),
  row('IS05', 'with a slash', ({ a }) => `${a.issuer}/`),
  row('IS05', 'in upper case', ({ a }) => a.issuer.toUpperCase()),
  row('IS05', 'with :443', ({ a }) => `${a.issuer}:443`),
  row('IS05', 'with a trailing dot', (context) =>
    context.a.issuer.replace(hostOf(context), `${hostOf(context)}.`),
  ),
  row('IS05', 'without a scheme', ({ a }) => a.issuer.replace(/^https?:\/\//, '')),
  row('IS07', 'a list', ({ a }) => [a.issuer]),
  row('IS07', 'an object', ({ a }) => ({ url: a.issuer })),
  row('IS07', 'a number', () => 1),
  row('IS07', 'null', () => null),
  {
    id: 'IS07',
    name: 'iss missing',
    reason: 'issuer',
    make: ({ sign, header, base }) => sign(header, without(base, 'iss')),
  },
]
