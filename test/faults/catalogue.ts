import { AUDIT_FAULTS } from './audit.fault.ts'
import { BAD_ANSWER_FAULTS } from './bad-answers.fault.ts'
import { CLOCK_FAULTS } from './clock.fault.ts'
import type { Fault } from './fault.ts'
import { GOOGLE_FAULTS } from './google.fault.ts'
import { IDENTITY_PROVIDER_FAULTS } from './identity-provider.fault.ts'
import { LOAD_FAULTS } from './overload.fault.ts'
import { POLICY_FAULTS } from './policy.fault.ts'
import { PRESSURE_FAULTS } from './pressure.fault.ts'
import { PROCESS_FAULTS } from './process.fault.ts'
import { PUBSUB_FAULTS } from './pubsub.fault.ts'
import { REFUSAL_FLOOD_FAULTS } from './refusal-flood.fault.ts'
import { ROTATION_FAULTS } from './rotation.fault.ts'

/** Every fault, in the order in which they run. */
export const FAULTS: readonly Fault[] = [
  ...IDENTITY_PROVIDER_FAULTS,
  ...ROTATION_FAULTS,
  ...GOOGLE_FAULTS,
  ...BAD_ANSWER_FAULTS,
  ...AUDIT_FAULTS,
  ...PUBSUB_FAULTS,
  ...REFUSAL_FLOOD_FAULTS,
  ...PROCESS_FAULTS,
  ...POLICY_FAULTS,
  ...CLOCK_FAULTS,
  ...PRESSURE_FAULTS,
  ...LOAD_FAULTS,
]
