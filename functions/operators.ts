import { createOperatorGate } from '../shared/operator/gate.ts'
import type { World } from '../shared/domain/world.ts'
import { notice } from './notice.ts'
import type { Settings } from './settings.ts'

/** The gate of a private function, by its settings; that it opens for nobody is told at the start. */
export function operatorGate(
  settings: Pick<
    Settings,
    'PUBLIC_URL' | 'OPERATORS' | 'GOOGLE_CERTS_URL' | 'IAP_AUDIENCE' | 'IAP_CERTS_URL'
  >,
  world: Pick<World, 'keys' | 'now'>,
): ReturnType<typeof createOperatorGate> {
  if (settings.OPERATORS.length === 0) {
    notice('WARNING', 'OPERATORS is not set: this function lets nobody in')
  }
  return createOperatorGate(
    {
      publicUrl: settings.PUBLIC_URL,
      operators: settings.OPERATORS,
      certsUrl: settings.GOOGLE_CERTS_URL,
      iapAudience: settings.IAP_AUDIENCE,
      iapCertsUrl: settings.IAP_CERTS_URL,
    },
    world,
  )
}
