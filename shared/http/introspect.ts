import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import type { IssuedToken } from '../domain/issued.ts'
import { Refusal } from '../domain/refusal.ts'
import type { StateStore } from '../domain/world.ts'
import { refuseQuery } from './accept.ts'
import { readBody } from './body.ts'
import { mediaTypeOf } from './media-type.ts'
import { readParameters, spellingsOf } from './parameters.ts'

/** What introspection says of a live token (RFC 7662 section 2.2); `exp` in seconds. */
const Facts = z.strictObject({
  username: z.string(),
  scope: z.string().optional(),
  exp: z.number(),
})

/** The answer of introspection; everything unknown is just not active. */
export type Introspection =
  | ({ readonly active: true } & z.output<typeof Facts>)
  | {
      readonly active: false
    }

const SPELLINGS = spellingsOf(['token', 'token_type_hint'])

/**
 * Keeps of an issued token what introspection may say, for the token's life. It never fails: a
 * store that is down or full costs the introspection, not the token. `now` in milliseconds since the
 * epoch.
 */
export async function rememberIssued(
  state: Pick<StateStore, 'put'>,
  { token, order, serviceAccount, expiresAt }: IssuedToken,
  now: number,
): Promise<void> {
  const left = Math.floor(expiresAt - now / 1000)
  if (left <= 0) return
  const facts = {
    username: serviceAccount,
    ...(order.kind === 'access_token' ? { scope: order.scopes.join(' ') } : {}),
    exp: expiresAt,
  }
  try {
    await state.put(keyOf(token.reveal()), JSON.stringify(facts), left)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
  }
}

/**
 * Answers the introspection request (RFC 7662 section 2.1, by form) of `response`: whoever holds the
 * token may ask. `now` in milliseconds since the epoch. Throws `Refusal`: `request`, `encoding`,
 * `media_type`, `size`, `timeout`, `aborted`, `state_unavailable`.
 */
export async function introspect(
  response: ServerResponse,
  state: Pick<StateStore, 'get'>,
  now: number,
): Promise<Introspection> {
  refuseQuery(response.req)
  const type = mediaTypeOf(response.req, ['form'])
  const { token } = readParameters(await readBody(response), type, SPELLINGS)
  if (token === undefined) throw new Refusal('request', { detail: 'token is missing' })

  const kept = await state.get(keyOf(token))
  if (kept === undefined) return { active: false }
  const facts = Facts.parse(JSON.parse(kept))
  return facts.exp > now / 1000 ? { active: true, ...facts } : { active: false }
}

/** Tokens are long and random, so a plain digest of one can be neither guessed nor turned back. */
function keyOf(token: string): string {
  return `issued:${createHash('sha256').update(token).digest('base64url')}`
}
