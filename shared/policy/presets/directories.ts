import type { Preset } from './preset.ts'

/** The service accounts of one Kubernetes cluster; every cluster is its own issuer. */
export const kubernetes: Preset = {
  documentation:
    'https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens',
  issuerForm: "the cluster's --service-account-issuer, see /.well-known/openid-configuration there",
  maxTokenAge: 86_400,
  attributeMapping: {
    'google.subject': 'assertion.sub',
    'attribute.namespace': "assertion['kubernetes.io'].namespace",
    'attribute.service_account_name': "assertion['kubernetes.io'].serviceaccount.name",
    'attribute.service_account_uid': "assertion['kubernetes.io'].serviceaccount.uid",
  },
  conditionFor: () => "assertion.sub.startsWith('system:serviceaccount:')",
  conditionExample: "assertion['kubernetes.io'].namespace == 'payments'",
  claims: {
    iss: 'https://kubernetes.example.com',
    sub: 'system:serviceaccount:payments:api',
    'kubernetes.io': {
      namespace: 'payments',
      node: { name: 'node-1', uid: '517eb86e-b863-451b-bf70-86cb61439a3a' },
      pod: { name: 'api-5f4c8d', uid: '0d8b260e-ef0e-45fb-be8e-ff44f97722e8' },
      serviceaccount: { name: 'api', uid: 'e6a8680e-d103-4cce-80ea-03acbbeacf7d' },
    },
  },
}

const TENANT = '2f4a9838-26b7-47ee-be60-ccc1fdec5953'

/** Microsoft Entra ID, one tenant: its id is in the issuer of v1.0 and of v2.0 tokens. */
export const entra: Preset = {
  documentation:
    'https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference',
  issuerForm:
    'https://login.microsoftonline.com/TENANT_ID/v2.0 or https://sts.windows.net/TENANT_ID/',
  algorithms: ['RS256'],
  maxTokenAge: 86_400,
  attributeMapping: {
    'google.subject': 'assertion.oid',
    'google.groups': 'assertion.groups',
    'attribute.tid': 'assertion.tid',
    'attribute.oid': 'assertion.oid',
    // v2.0 tokens name the application in azp, v1.0 tokens in appid.
    'attribute.application_id': 'has(assertion.azp) ? assertion.azp : assertion.appid',
  },
  conditionFor(issuer) {
    const tenant =
      /^https:\/\/(?:login\.microsoftonline\.com\/([0-9a-f-]{36})\/v2\.0|sts\.windows\.net\/([0-9a-f-]{36})\/)$/.exec(
        issuer,
      )
    const id = tenant?.[1] ?? tenant?.[2]
    return id && `assertion.tid == '${id}'`
  },
  conditionExample: `assertion.tid == '${TENANT}'`,
  claims: {
    iss: `https://login.microsoftonline.com/${TENANT}/v2.0`,
    sub: '7b1f4c5e-3b0e-4d6c-9f43-0a6a3c1d7e21',
    oid: '7b1f4c5e-3b0e-4d6c-9f43-0a6a3c1d7e21',
    tid: TENANT,
    azp: '6fa1d4b2-94a2-4b55-9d0b-1f5a2d3c4e5f',
    groups: ['b1a2c3d4-0000-4000-8000-000000000001'],
    ver: '2.0',
  },
}

/** One realm of a Keycloak server. Map groups by a "Group Membership" mapper, full paths or not. */
export const keycloak: Preset = {
  documentation: 'https://www.keycloak.org/docs/latest/server_admin/#_protocol-mappers',
  issuerForm: 'https://KEYCLOAK/realms/REALM',
  maxTokenAge: 3600,
  attributeMapping: {
    'google.subject': 'assertion.sub',
    'google.groups': 'assertion.groups',
    'attribute.azp': 'assertion.azp',
  },
  conditionExample: "assertion.azp == 'batch-jobs'",
  claims: {
    iss: 'https://sso.example.com/realms/acme',
    sub: 'f3b1c6b2-6a3c-4f0c-8a8e-2f6f1f0f9a77',
    typ: 'Bearer',
    azp: 'batch-jobs',
    groups: ['/payments/operators'],
    preferred_username: 'service-account-batch-jobs',
  },
}
