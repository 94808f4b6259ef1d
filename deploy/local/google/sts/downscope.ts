import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import type { GoogleDouble } from '../double.ts'
import { fingerprint, type BoundaryRule, type Holder } from '../minted.ts'
import type { StsRequest } from './form.ts'
import { refused } from './sts-error.ts'
import { TOKEN_TYPES, type StsReply } from './token-types.ts'

const boundary = z.object({
  accessBoundaryRules: z
    .array(
      z.object({
        availableResource: z
          .string()
          .regex(/^\/\/storage\.googleapis\.com\/projects\/_\/buckets\/[^/]+$/),
        availablePermissions: z.array(z.string().regex(/^inRole:[^\s]+$/)).min(1),
        availabilityCondition: z.object({ expression: z.string().min(1).max(2048) }).optional(),
      }),
    )
    .min(1)
    .max(10),
})

/**
 * Narrows an access token by a credential access boundary: Cloud Storage only, at most 10 rules, once
 * for each token. The narrowed token dies with the broad one. Throws `StsError`.
 */
export function downscope(
  request: StsRequest,
  google: GoogleDouble,
  headers: IncomingHttpHeaders,
): StsReply {
  if (request.requestedTokenType !== TOKEN_TYPES.accessToken) throw refused('requested_token_type')
  const wanted = boundary.safeParse(request.options.accessBoundary)
  if (!wanted.success) throw refused('options')
  const broad = google.vault.find(request.subjectToken)
  if (broad === undefined || broad.boundary !== undefined) throw refused('subject_token')

  const rules: readonly BoundaryRule[] = wanted.data.accessBoundaryRules.map((rule) => ({
    availableResource: rule.availableResource,
    availablePermissions: rule.availablePermissions,
    condition: rule.availabilityCondition?.expression,
  }))
  const token = google.vault.mint('ya29.c.', { ...broad, boundary: rules })
  google.ledger.write(
    token,
    {
      kind: 'downscoped',
      method: 'google.identity.sts.v1.SecurityTokenService.ExchangeToken',
      subjectFingerprint: fingerprint(request.subjectToken),
      ...(broad.holder.kind === 'account' ? { account: broad.holder.email } : {}),
      principalSubject: principalOf(broad.holder),
      scopes: broad.scopes,
      lifetime: Math.floor((broad.expiresAt - google.now()) / 1000),
    },
    headers,
  )
  return { access_token: token, issued_token_type: TOKEN_TYPES.accessToken, token_type: 'Bearer' }
}

function principalOf(holder: Holder): string {
  return holder.kind === 'account' ? `serviceAccount:${holder.email}` : (holder.principals[0] ?? '')
}
