import type { RecordedToken } from './domain/issued.ts'
import type { TokenRequest } from './domain/token-request.ts'
import { timed, type Trail } from './domain/trail.ts'
import type { World } from './domain/world.ts'
import { authorize } from './steps/authorize.ts'
import { exchange } from './steps/exchange.ts'
import { impersonate } from './steps/impersonate.ts'
import { map } from './steps/map.ts'
import { recordIntent, recordIssued } from './steps/record.ts'
import { reserveOnce } from './steps/single-use.ts'
import { verify } from './steps/verify.ts'

/**
 * The whole journey of a token: verify, map, authorize, record the intent, exchange, impersonate,
 * record the outcome. Each step takes what the one before it made, so the order cannot be changed
 * by mistake: nothing is minted without a recorded grant, and nothing is returned unrecorded.
 * Throws `Refusal` at the first "no"; the caller records that.
 */
export async function vend(
  request: TokenRequest,
  world: World,
  trail: Trail,
): Promise<RecordedToken> {
  const policy = world.policy()
  trail.request = request
  trail.policyDigest = policy.digest
  const stage = <T>(name: string, run: () => T | Promise<T>) => timed(trail, name, world.now, run)

  const { subjectToken, target } = request
  const named = target.kind === 'provider' ? target.resourceName : undefined

  const assertion = await stage('verify', () => verify(subjectToken, named, policy, world, trail))
  const principal = await stage('authorize', () => map(assertion, trail))
  await world.principalLimit.admit(principal)
  const authorization = authorize(principal, request, policy, trail)

  const release = await reserveOnce(assertion, world)
  try {
    const intent = await stage('record', () => recordIntent(authorization, world, trail))
    const federated = await stage('exchange', () => exchange(intent, subjectToken, world, trail))
    const issued = await stage('impersonate', () => impersonate(intent, federated, world, trail))
    return await stage('record', () => recordIssued(issued, world, trail))
  } catch (error) {
    await release()
    throw error
  }
}
