import { withText, without, type AttackContext, type AttackRow } from './context.ts'

function row(
  id: string,
  name: string,
  times: (context: AttackContext) => { readonly [claim: string]: unknown },
): AttackRow {
  return {
    id,
    name,
    reason: 'time',
    make: (context) => context.sign(context.header, { ...context.base, ...times(context) }),
  }
}

/** A claim that is left out, or written as JSON cannot hold a JavaScript value. */
function rewritten(id: string, name: string, claim: string, text?: string): AttackRow {
  return {
    id,
    name,
    reason: 'time',
    make: ({ sign, header, base }) => {
      const rest = without(base, claim)
      return sign(header, text === undefined ? rest : withText(rest, `"${claim}":${text}`))
    },
  }
}

/** `exp`, `iat` and `nbf`; the provider's `maxTokenAge` is 3600. */
export const TIME_ATTACKS: readonly AttackRow[] = [
  rewritten('TM01', 'exp missing', 'exp'),
  row('TM01', 'expired 31 s ago', ({ now }) => ({ iat: now - 60, nbf: now - 60, exp: now - 31 })),
  row('TM01', 'exp a string', ({ now }) => ({ exp: String(now + 300) })),
  row('TM01', 'exp null', () => ({ exp: null })),
  row('TM01', 'exp a list', ({ now }) => ({ exp: [now + 300] })),
  row('TM01', 'exp true', () => ({ exp: true })),
  rewritten('TM01', 'exp 1e999', 'exp', '1e999'),
  rewritten('TM01', 'exp 9e15', 'exp', '9e15'),
  rewritten('TM01', 'exp beyond 2^53', 'exp', '9007199254740993'),
  row('TM01', 'exp negative', () => ({ exp: -1 })),
  row('TM01', 'exp in milliseconds', ({ now }) => ({ exp: (now + 300) * 1000 })),
  row('TM01', 'exp before iat', ({ now }) => ({ iat: now, exp: now - 1 })),
  row('TM01', 'exp the same as iat', ({ now }) => ({ iat: now, exp: now })),
  row('TM01', 'a life of more than a day', ({ now }) => ({ exp: now + 86_401 })),
  row('TM06', 'older than maxTokenAge', ({ now }) => ({ iat: now - 3601, nbf: now - 3601 })),
  rewritten('TM06', 'iat missing', 'iat'),
  row('TM06', 'iat in the future', ({ now }) => ({ iat: now + 60 })),
  row('TM06', 'iat a string', ({ now }) => ({ iat: String(now) })),
  row('TM06', 'iat null', () => ({ iat: null })),
  rewritten('TM06', 'iat -1e999', 'iat', '-1e999'),
  row('TM10', 'nbf in the future', ({ now }) => ({ nbf: now + 60 })),
  row('TM10', 'nbf a string', ({ now }) => ({ nbf: String(now) })),
  row('TM10', 'nbf null', () => ({ nbf: null })),
  rewritten('TM10', 'nbf 1e999', 'nbf', '1e999'),
]
