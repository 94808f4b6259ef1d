import { createHash, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import type { Principal } from '../domain/principal.ts'
import { Refusal } from '../domain/refusal.ts'
import { Secret } from '../domain/secret.ts'
import type { AssertionSigner } from '../domain/world.ts'
import type { SigningKeys } from './signing-keys.ts'

/** Seconds that an assertion lives: enough for one exchange. */
const LIFETIME = 60

/** Bytes that Google accepts in `google.subject`. */
const SUBJECT_BYTES = 127

/**
 * Signs the bureau's own word for a verified principal (RFC 7523 section 3): `iss` is the bureau,
 * `sub` the mapped subject, `aud` the provider's resource name; the caller's own issuer and subject
 * stand in `original_issuer` and `original_subject`.
 */
export function createAssertionSigner(
  issuer: string,
  { current }: SigningKeys,
  now: () => number,
): AssertionSigner {
  return {
    async sign({ assertion, mapped }: Principal) {
      const { resourceName } = assertion.provider
      if (resourceName === undefined) {
        throw new Refusal('fault', { detail: 'an assertion needs a provider resource name' })
      }
      const issuedAt = Math.floor(now() / 1000)
      const jwt = await new SignJWT({
        provider: assertion.provider.id,
        original_issuer: assertion.issuer,
        original_subject: assertion.subject,
        groups: [...mapped.groups],
        attributes: Object.fromEntries(mapped.attributes),
      })
        .setProtectedHeader({ alg: current.algorithm, kid: current.kid, typ: 'JWT' })
        .setIssuer(issuer)
        .setSubject(assertedSubject(mapped.subject))
        .setAudience(resourceName)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + LIFETIME)
        .setJti(randomUUID())
        .sign(current.key)
      return new Secret('assertion', jwt)
    },
  }
}

/** The signer of a bureau without a key: it refuses, so that a policy cannot outrun its settings. */
export function noAssertionSigner(): AssertionSigner {
  return {
    sign: () => Promise.reject(new Refusal('fault', { detail: 'ASSERTION_KEY_FILE is not set' })),
  }
}

const DIGEST = 'sha256:'

/**
 * The subject that Google sees: the mapped one where it fits 127 bytes, else `sha256:` and 64
 * hexadecimal digits over it. A subject that itself begins like a digest is digested as well, so
 * that nobody can choose to look like somebody else's.
 */
export function assertedSubject(subject: string): string {
  const stands = Buffer.byteLength(subject) <= SUBJECT_BYTES && !subject.startsWith(DIGEST)
  return stands ? subject : `${DIGEST}${createHash('sha256').update(subject).digest('hex')}`
}
