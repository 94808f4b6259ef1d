import { apiError, errorInfo } from '../api-error.ts'
import type { AccountConfig } from '../config.ts'
import type { Reply } from '../../loopback/route.ts'

/** Permissions on a service account that the double knows. */
export type Permission =
  | 'iam.serviceAccounts.getAccessToken'
  | 'iam.serviceAccounts.getOpenIdToken'
  | 'iam.serviceAccounts.implicitDelegation'

/** Which predefined role holds which of them (IAM roles reference). */
const ROLES: Readonly<Record<string, readonly Permission[]>> = {
  'roles/iam.workloadIdentityUser': [
    'iam.serviceAccounts.getAccessToken',
    'iam.serviceAccounts.getOpenIdToken',
  ],
  'roles/iam.serviceAccountTokenCreator': [
    'iam.serviceAccounts.getAccessToken',
    'iam.serviceAccounts.getOpenIdToken',
    'iam.serviceAccounts.implicitDelegation',
  ],
  'roles/iam.serviceAccountOpenIdTokenCreator': ['iam.serviceAccounts.getOpenIdToken'],
}

/** Whether the account's policy gives one of these members the permission. */
export function allowed(
  account: AccountConfig,
  members: readonly string[],
  permission: Permission,
): boolean {
  return account.bindings.some(
    (binding) =>
      (ROLES[binding.role] ?? []).includes(permission) &&
      binding.members.some((member) => members.includes(member)),
  )
}

/** The 403 of a permission that is missing, or of a resource that is not there. */
export function permissionDenied(permission: Permission): Reply {
  return apiError(403, `Permission '${permission}' denied on resource (or it may not exist).`, [
    errorInfo('IAM_PERMISSION_DENIED', 'iam.googleapis.com', { permission }),
  ])
}
