import { z } from 'zod'
import { apiError } from '../api-error.ts'
import type { AccountConfig } from '../config.ts'
import type { GoogleDouble } from '../double.ts'
import { bodyOf } from '../../loopback/body.ts'
import type { Call, Reply } from '../../loopback/route.ts'
import { authenticate, membersOf, scopeRefusal } from './caller.ts'
import { allowed, permissionDenied, type Permission } from './permission.ts'

/** Scopes of which the caller's token needs one. */
const SCOPES = [
  'https://www.googleapis.com/auth/cloud-platform',
  'https://www.googleapis.com/auth/iam',
]

/** Intermediate accounts; Python's client sends null for none. */
export const delegatesField = z.array(z.string()).nullish()

interface Delegating {
  readonly delegates?: readonly string[] | null | undefined
}

/** A caller who may act as an account. */
export interface Impersonation<Order> {
  readonly order: Order
  readonly account: AccountConfig
  /** On whose word: the caller's first member form. */
  readonly principalSubject: string
}

/**
 * Checks what both methods check: the caller's token and its scope, the request's form, the account,
 * and the bindings along the chain of delegates (IAM Credentials REST reference).
 */
export function impersonation<Order extends Delegating>(
  call: Call,
  shape: z.ZodType<Order>,
  permission: Permission,
  google: GoogleDouble,
): Impersonation<Order> | { readonly refusal: Reply } {
  const presented = authenticate(call.headers, google)
  if ('refusal' in presented) return presented
  const outOfScope = scopeRefusal(presented.token, SCOPES)
  if (outOfScope !== undefined) return { refusal: outOfScope }
  const order = bodyOf(shape, call.body)
  if ('problem' in order || call.params['project'] !== '-') return { refusal: invalidArgument() }

  const { accounts } = google.world()
  const name = call.params['account'] ?? ''
  const account = accounts.get(name)
  if (account === undefined) return { refusal: accountNotFound(name) }
  if (account.disabled) return { refusal: permissionDenied(permission) }

  const members = membersOf(presented.token.holder)
  let hands = members
  for (const delegate of order.value.delegates ?? []) {
    const email = /^projects\/-\/serviceAccounts\/(?<email>[^/]+)$/.exec(delegate)?.groups?.[
      'email'
    ]
    if (email === undefined) return { refusal: invalidArgument() }
    const link = accounts.get(email)
    if (link === undefined) return { refusal: accountNotFound(email) }
    if (link.disabled || !allowed(link, hands, 'iam.serviceAccounts.implicitDelegation')) {
      return { refusal: permissionDenied(permission) }
    }
    hands = [`serviceAccount:${link.email}`]
  }
  if (!allowed(account, hands, permission)) return { refusal: permissionDenied(permission) }
  return { order: order.value, account, principalSubject: members[0] ?? '' }
}

/** The 400 of a request that the API does not understand. */
export function invalidArgument(): Reply {
  return apiError(400, 'Request contains an invalid argument.')
}

function accountNotFound(name: string): Reply {
  return apiError(404, `Not found; Gaia id not found for email ${name}`)
}
