import type { AttackRow } from './context.ts'
import { AUDIENCE_ATTACKS } from './audience.ts'
import { CLAIM_ATTACKS } from './claims.ts'
import { FORM_ATTACKS } from './form.ts'
import { HEADER_ATTACKS } from './header.ts'
import { ISSUER_ATTACKS } from './issuer.ts'
import { SIGNATURE_ATTACKS } from './signature.ts'
import { TIME_ATTACKS } from './times.ts'

/** Every construction that the gate must refuse by itself, one token each. */
export const TOKEN_ATTACKS: readonly AttackRow[] = [
  ...FORM_ATTACKS,
  ...HEADER_ATTACKS,
  ...SIGNATURE_ATTACKS,
  ...CLAIM_ATTACKS,
  ...TIME_ATTACKS,
  ...AUDIENCE_ATTACKS,
  ...ISSUER_ATTACKS,
]
