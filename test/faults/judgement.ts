import { createPublicKey } from 'node:crypto'
import type { JWK } from 'jose'
import type { LedgerEntry } from '../../deploy/local/google/ledger.ts'
import { judge } from '../oracle/oracle.ts'
import type { Rules } from '../oracle/rules.ts'
import type { Mint } from '../oracle/verdict.ts'
import { bodyOf, HEADERS, TARGET, type Dealing } from './client.ts'
import { BUREAU_AUDIENCE, SCOPE, SERVICE, type Tenant, type Variant } from './tenants.ts'

/** The faults' policy in the judge's own terms; `keys` are those that signed for any tenant. */
export function rulesOf(
  tenants: readonly Tenant[],
  variant: Variant,
  keys: readonly JWK[],
  issuerOf: (realm: string) => string,
): Rules {
  const published = keys.map((jwk) => ({
    kid: jwk.kid ?? '',
    alg: 'RS256' as const,
    key: createPublicKey({ key: jwk, format: 'jwk' }),
  }))
  return {
    providers: tenants.map(({ id }) => ({
      id,
      issuer: issuerOf(id),
      audiences: [BUREAU_AUDIENCE],
      algorithms: ['RS256', 'ES256'],
      maxTokenAge: 3600,
      keys: published,
      map: ({ sub }) => ({ subject: sub }),
      condition: ({ tenant }) => tenant === id,
    })),
    grants: tenants.map((tenant) => ({
      id: `grant-${tenant.id}`,
      members: [`${tenant.id}:subject/${tenant.subject}`],
      account: tenant[variant],
      access: { scopes: [SCOPE], maxLifetime: 900 },
      idAudiences: [SERVICE],
    })),
    denials: [],
  }
}

/** Whether what Google minted is what the judge would have had it mint for this request. */
export function isDue(dealing: Dealing, minted: LedgerEntry, rules: Rules): boolean {
  const body = Buffer.from(bodyOf(dealing.order))
  const request = { method: 'POST', target: TARGET, headers: HEADERS, body }
  const verdict = judge(request, rules, dealing.at / 1000)
  return verdict.accepted && isSame(verdict.mint, minted)
}

function isSame(mint: Mint, minted: LedgerEntry): boolean {
  if (mint.kind !== minted.kind || mint.account !== minted.account) return false
  if (mint.kind === 'id_token') return mint.audience === minted.audience
  return mint.scopes.join() === minted.scopes?.join() && mint.lifetime === minted.lifetime
}
