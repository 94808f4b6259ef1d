import type { RawRequest } from '../oracle/rules.ts'
import { base64url } from '../support/keys.ts'
import { writeBody } from './body.ts'
import { seeded, type Random } from './random.ts'
import { draftRequest, UNUSUAL, USUAL } from './request-mutations.ts'
import { COMPACT_MUTATIONS, nextCharacter, TEXT_MUTATIONS } from './text-mutations.ts'
import { draftToken } from './token-draft.ts'
import { DRAFT_MUTATIONS } from './token-mutations.ts'
import type { FuzzWorld } from './world.ts'

/** The request of one case: the same seed and number, but for keys, ids and times, the same case. */
export function makeCase(seed: number, nth: number, world: FuzzWorld, now: number): RawRequest {
  const random = seeded(Math.imul(seed, 0x9e37_79b1) ^ nth)
  const request = draftRequest(makeToken(random, world, now), random)
  for (let left = random.pick([0, 0, 1, 1, 2]); left > 0; left -= 1) {
    random.pick(USUAL)(request, random)
  }
  if (random.chance(0.2)) random.pick(UNUSUAL)(request, random)
  const { method, target, headers } = request
  return { method, target, headers, body: struck(writeBody(request, random), random) }
}

function makeToken(random: Random, world: FuzzWorld, now: number): string {
  const draft = draftToken(random, world, now)
  const mutated = random.chance(0.6)
  const count = mutated ? random.pick([1, 1, 2, 3]) : 0
  for (let left = count; left > 0; left -= 1) random.pick(DRAFT_MUTATIONS)(draft, random, world)

  const parts = [JSON.stringify(draft.header), JSON.stringify(draft.claims)].map((text, at) =>
    random.chance(at === 0 ? 0.03 : 0.12) ? random.pick(TEXT_MUTATIONS)(text, random) : text,
  )
  const input = parts.map((part) => spelt(base64url(part), random)).join('.')
  const token = `${input}.${draft.signer.signature(input).toString('base64url')}`
  return random.chance(0.1) ? random.pick(COMPACT_MUTATIONS)(token, random) : token
}

/** Now and then the unused bits of the last character are set: signed as it stands. */
function spelt(part: string, random: Random): string {
  if (part.length % 4 === 0 || !random.chance(0.02)) return part
  return part.slice(0, -1) + nextCharacter(part.slice(-1))
}

/** Now and then one byte of the body is another. */
function struck(body: Buffer, random: Random): Buffer {
  if (body.length > 0 && random.chance(0.04)) body[random.below(body.length)] = random.below(256)
  return body
}
