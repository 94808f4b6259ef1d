import { Refusal } from '../domain/refusal.ts'
import { Secret, type FederatedToken } from '../domain/secret.ts'
import type { CallContext } from '../domain/call.ts'
import type { IamCredentials } from '../domain/world.ts'
import { acceptedObject, type Api } from './answers.ts'
import type { Call } from './call.ts'
import { mintedAccessToken } from './minted-access-token.ts'
import { mintedIdToken } from './minted-id-token.ts'
import type { RequestHeaders } from './request-headers.ts'

/**
 * A 401 is no denial: it says that the token which Google itself gave a moment ago is no token, so
 * one of Google's two answers is unusable.
 */
const API: Api = { name: 'iamCredentials', denials: new Set([400, 403, 404]) }

/** What may stand in the path of a request; `:`, `/`, `%` and the rest would change the method. */
const EMAIL = /^[a-z0-9][a-z0-9._-]*@[a-z0-9][a-z0-9.-]*$/i

/**
 * Google's Service Account Credentials API (REST reference "iamcredentials v1",
 * `projects.serviceAccounts.generateAccessToken` and `.generateIdToken`). Both methods throw
 * `Refusal`: `upstream_denied`, `quota`, `upstream`, `upstream_bad`, `aborted`. `now` in
 * milliseconds since the epoch.
 */
export function createIamCredentials(
  calls: { readonly generateAccessToken: Call; readonly generateIdToken: Call },
  basePath: string,
  headers: RequestHeaders,
  now: () => number,
): IamCredentials {
  async function post(
    method: keyof typeof calls,
    caller: FederatedToken,
    account: string,
    order: object,
    context: CallContext,
  ): Promise<Readonly<Record<string, unknown>>> {
    if (!EMAIL.test(account)) throw new Refusal('fault', { detail: 'not an account e-mail' })
    const token = caller.reveal()
    const answer = await calls[method](
      {
        path: `${basePath}/v1/projects/-/serviceAccounts/${account}:${method}`,
        headers: [
          ...headers(context.requestId, 'application/json'),
          'Authorization',
          `Bearer ${token}`,
        ],
        body: JSON.stringify(order),
      },
      context,
    )
    return acceptedObject(API, answer, [token])
  }

  return {
    async generateAccessToken(caller, account, { scopes, lifetime, delegates }, context) {
      const order = {
        scope: scopes,
        lifetime: `${lifetime}s`,
        delegates: delegates.map(resourceName),
      }
      const answered = await post('generateAccessToken', caller, account, order, context)
      const { token, expiresAt } = mintedAccessToken(API, answered, now(), lifetime)
      return { token: new Secret('account token', token), expiresAt }
    },

    async generateIdToken(caller, account, { audience, includeEmail, delegates }, context) {
      const order = { audience, includeEmail, delegates: delegates.map(resourceName) }
      const answered = await post('generateIdToken', caller, account, order, context)
      const email = includeEmail ? account : undefined
      const { token, expiresAt } = mintedIdToken(API, answered, now(), { audience, email })
      return { token: new Secret('account token', token), expiresAt }
    },
  }
}

/** The `-` stands for the account's project and is required. */
function resourceName(account: string): string {
  return `projects/-/serviceAccounts/${account}`
}
