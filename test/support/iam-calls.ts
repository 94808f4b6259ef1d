import type { Claims } from '../../shared/domain/claims.ts'
import { DEPLOYER, TARGET } from './google-world.ts'

const READ_ONLY = 'https://www.googleapis.com/auth/devstorage.read_only'
const VIA_DEPLOYER = [`projects/-/serviceAccounts/${DEPLOYER}`]

type Method = 'generateAccessToken' | 'generateIdToken'

/** One call: whose claims, of what account, with what body; and the answer. */
export interface IamCall {
  readonly claim: string
  readonly claims?: Claims
  readonly scope?: string
  readonly bearer?: 'none' | 'unknown'
  readonly account?: string
  readonly method?: Method
  readonly body?: Readonly<Record<string, unknown>>
  readonly status: number
  readonly code?: string
  readonly message?: string
  readonly reason?: string
}

const denied = (permission: string) => ({
  status: 403,
  code: 'PERMISSION_DENIED',
  message: `Permission '${permission}' denied on resource (or it may not exist).`,
  reason: 'IAM_PERMISSION_DENIED',
})
const NO_ACCESS_TOKEN = denied('iam.serviceAccounts.getAccessToken')
const NO_ID_TOKEN = denied('iam.serviceAccounts.getOpenIdToken')
const INVALID = { status: 400, code: 'INVALID_ARGUMENT' }
const ID: { readonly method: Method; readonly body: Readonly<Record<string, unknown>> } = {
  method: 'generateIdToken',
  body: { audience: 'https://app-abc.run.app' },
}

/** Every answer of both methods. */
export const IAM_CALLS: readonly IamCall[] = [
  { claim: 'workloadIdentityUser gives access tokens', status: 200 },
  { claim: 'workloadIdentityUser gives ID tokens', ...ID, status: 200 },
  { claim: "the account's numeric id names it", account: '111111111111111111111', status: 200 },
  { claim: 'delegates null is none', body: { delegates: null }, status: 200 },
  { claim: 'scope auth/iam suffices', scope: 'https://www.googleapis.com/auth/iam', status: 200 },
  { claim: '3,600 seconds are the most', body: { lifetime: '3600s' }, status: 200 },
  {
    claim: 'serviceAccountOpenIdTokenCreator gives ID tokens',
    account: TARGET,
    ...ID,
    status: 200,
  },
  {
    claim: 'serviceAccountOpenIdTokenCreator gives no access tokens',
    account: TARGET,
    ...NO_ACCESS_TOKEN,
  },
  { claim: 'no binding, no access token', claims: { team: 'other' }, ...NO_ACCESS_TOKEN },
  { claim: 'no binding, no ID token', claims: { team: 'other' }, ...ID, ...NO_ID_TOKEN },
  {
    claim: 'tokenCreator along the chain of delegates',
    claims: { groups: ['chain'] },
    account: TARGET,
    body: { delegates: VIA_DEPLOYER },
    status: 200,
  },
  {
    claim: 'workloadIdentityUser is not enough for a delegate',
    account: TARGET,
    body: { delegates: VIA_DEPLOYER },
    ...NO_ACCESS_TOKEN,
  },
  {
    claim: 'a delegate without its resource name',
    account: TARGET,
    body: { delegates: [DEPLOYER] },
    ...INVALID,
  },
  {
    claim: 'no such account',
    account: 'nobody@acme-prod.iam.gserviceaccount.com',
    status: 404,
    code: 'NOT_FOUND',
    message: 'Not found; Gaia id not found for email nobody@acme-prod.iam.gserviceaccount.com',
  },
  { claim: '3,601 seconds are too long', body: { lifetime: '3601s' }, ...INVALID },
  { claim: 'a lifetime of none', body: { lifetime: '0s' }, ...INVALID },
  { claim: 'a lifetime without its unit', body: { lifetime: '900' }, ...INVALID },
  { claim: 'no scopes', body: { scope: [] }, ...INVALID },
  { claim: 'an unknown field', body: { scopes: [READ_ONLY] }, ...INVALID },
  { claim: 'no audience', method: 'generateIdToken', body: {}, ...INVALID },
  {
    claim: "the caller's token has another scope",
    scope: READ_ONLY,
    status: 403,
    code: 'PERMISSION_DENIED',
    message: 'Request had insufficient authentication scopes.',
    reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
  },
  { claim: 'no token', bearer: 'none', status: 401, code: 'UNAUTHENTICATED' },
  { claim: 'an unknown token', bearer: 'unknown', status: 401, code: 'UNAUTHENTICATED' },
]
