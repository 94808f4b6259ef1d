import { z } from 'zod'
import { json, type Route } from '../../loopback/route.ts'
import type { GoogleDouble } from '../double.ts'
import { accountIdToken } from '../id-token.ts'
import { delegatesField, impersonation } from './impersonation.ts'

const order = z.strictObject({
  audience: z.string().min(1),
  includeEmail: z.boolean().default(false),
  organizationNumberIncluded: z.boolean().optional(),
  useEmailAzp: z.boolean().default(false),
  delegates: delegatesField,
})

/** `POST /v1/projects/-/serviceAccounts/ACCOUNT:generateIdToken` of IAM Credentials. */
export function generateIdToken(google: GoogleDouble): Route {
  return {
    name: 'generateIdToken',
    method: 'POST',
    path: /^\/v1\/projects\/(?<project>[^/]+)\/serviceAccounts\/(?<account>[^/:]+):generateIdToken$/,
    answer: async (call) => {
      const permitted = impersonation(call, order, 'iam.serviceAccounts.getOpenIdToken', google)
      if ('refusal' in permitted) return permitted.refusal
      const { account, principalSubject } = permitted
      const { audience, includeEmail, useEmailAzp } = permitted.order
      const token = await accountIdToken(
        account,
        { audience, includeEmail, azp: useEmailAzp ? account.email : account.uniqueId },
        google,
        {
          method: 'google.iam.credentials.v1.IAMCredentials.GenerateIdToken',
          principalSubject,
        },
        call.headers,
      )
      return json(200, { token })
    },
  }
}
