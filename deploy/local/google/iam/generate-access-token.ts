import { z } from 'zod'
import { json, type Route } from '../../loopback/route.ts'
import type { GoogleDouble } from '../double.ts'
import { delegatesField, impersonation, invalidArgument } from './impersonation.ts'

const order = z.strictObject({
  scope: z.array(z.string().min(1)).min(1),
  lifetime: z
    .string()
    .regex(/^[0-9]{1,9}(\.[0-9]{1,9})?s$/)
    .default('3600s'),
  delegates: delegatesField,
})

/** Seconds: every account's limit, and that of accounts which the organisation policy names. */
const MAX_LIFETIME = 3600
const MAX_LONG_LIFETIME = 43_200

/** `POST /v1/projects/-/serviceAccounts/ACCOUNT:generateAccessToken` of IAM Credentials. */
export function generateAccessToken(google: GoogleDouble): Route {
  return {
    name: 'generateAccessToken',
    method: 'POST',
    path: /^\/v1\/projects\/(?<project>[^/]+)\/serviceAccounts\/(?<account>[^/:]+):generateAccessToken$/,
    answer: (call) => {
      const permitted = impersonation(call, order, 'iam.serviceAccounts.getAccessToken', google)
      if ('refusal' in permitted) return permitted.refusal
      const { account, principalSubject } = permitted
      const { scope, lifetime } = permitted.order
      const seconds = Number.parseFloat(lifetime)
      const most = account.longLifetime ? MAX_LONG_LIFETIME : MAX_LIFETIME
      if (seconds <= 0 || seconds > most) return invalidArgument()

      const expiresAt = Math.floor(google.now() / 1000 + seconds) * 1000
      const token = google.vault.mint('ya29.c.', {
        holder: { kind: 'account', email: account.email, uniqueId: account.uniqueId },
        scopes: scope,
        expiresAt,
      })
      google.ledger.write(
        token,
        {
          kind: 'access_token',
          method: 'google.iam.credentials.v1.IAMCredentials.GenerateAccessToken',
          account: account.email,
          principalSubject,
          scopes: scope,
          lifetime: seconds,
        },
        call.headers,
      )
      return json(200, { accessToken: token, expireTime: wholeSeconds(expiresAt) })
    },
  }
}

/** RFC 3339 without a fraction: Python's and Java's clients fail on one. */
function wholeSeconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
}
