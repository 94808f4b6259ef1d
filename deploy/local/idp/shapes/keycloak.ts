import { textOf, type Shape } from './shape.ts'

/**
 * An access token of Keycloak for a client's service account, as an on-prem identity provider gives
 * it: `azp` is the client, roles stand in `realm_access`, groups are paths.
 */
export const keycloak: Shape = {
  lifetime: 300,
  audience: 'account',
  claims: (given, id) => {
    const client = textOf(given, 'azp', 'batch')
    return {
      jti: `trrtcc:${id}`,
      sub: 'f1c2d3e4-5a6b-4c7d-8e9f-0a1b2c3d4e5f',
      typ: 'Bearer',
      azp: client,
      acr: '1',
      realm_access: { roles: ['default-roles-acme', 'offline_access', 'deployer'] },
      resource_access: { account: { roles: ['view-profile'] } },
      scope: 'email groups profile',
      groups: ['/platform/deployers', '/platform/readers'],
      email_verified: false,
      client_id: client,
      clientHost: '10.20.30.40',
      clientAddress: '10.20.30.40',
      preferred_username: `service-account-${client}`,
    }
  },
}
