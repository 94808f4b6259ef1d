import type { ClaimValue } from '../../../../shared/domain/claims.ts'
import type { Shape } from './shape.ts'

/**
 * A projected service account token of Kubernetes (kubernetes.io, "Managing Service Accounts",
 * bound tokens): the audience is a list, the rest stands in the `kubernetes.io` object. The subject
 * follows that object.
 */
export const kubernetes: Shape = {
  lifetime: 3600,
  audience: ['https://kubernetes.default.svc.cluster.local'],
  claims: (given, id) => {
    const object = given['kubernetes.io'] ?? {
      namespace: 'payments',
      node: { name: 'node-1', uid: 'a5b9cc1a-0a8c-4b7e-9d63-57e6a3c5a1ed' },
      pod: { name: 'worker-6f7d9c5b8-x2x7p', uid: 'b0f0c3a7-4d7b-4a0a-8d7a-1a4a0d5a8f11' },
      serviceaccount: { name: 'worker', uid: '0d7f4d8b-2e1c-4a3f-9b8e-6c5d4e3f2a10' },
    }
    const namespace = named(object, 'namespace') ?? 'payments'
    const account = named(at(object, 'serviceaccount'), 'name') ?? 'worker'
    return {
      jti: id,
      sub: `system:serviceaccount:${namespace}:${account}`,
      'kubernetes.io': object,
    }
  },
}

function at(value: ClaimValue | undefined, name: string): ClaimValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return new Map(Object.entries(value)).get(name)
}

function named(value: ClaimValue | undefined, name: string): string | undefined {
  const found = at(value, name)
  return typeof found === 'string' ? found : undefined
}
