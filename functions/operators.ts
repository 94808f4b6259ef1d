import { createOperatorGate } from '../shared/operator/gate.ts'
import type { World } from '../shared/domain/world.ts'
import type { Settings } from './settings.ts'

/** Where Google publishes the keys of Identity-Aware Proxy's header. */
const IAP_CERTS_URL = 'https://www.gstatic.com/iap/verify/public_key-jwk'

/** The gate of a private function, by its settings. */
export function operatorGate(
  settings: Pick<Settings, 'PUBLIC_URL' | 'OPERATORS' | 'GOOGLE_CERTS_URL' | 'IAP_AUDIENCE'>,
  world: Pick<World, 'keys' | 'now'>,
): ReturnType<typeof createOperatorGate> {
  return createOperatorGate(
    {
      publicUrl: settings.PUBLIC_URL,
      operators: settings.OPERATORS,
      certsUrl: settings.GOOGLE_CERTS_URL,
      iapAudience: settings.IAP_AUDIENCE,
      iapCertsUrl: IAP_CERTS_URL,
    },
    world,
  )
}
