import { z } from 'zod'

const email = z.string().regex(/^[^@\s]+@[^@\s]+$/)
const member = z.string().min(1)

/** A workload identity pool provider of the OIDC kind, as Google's IAM knows it. */
const provider = z.strictObject({
  /** `projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER` */
  name: z
    .string()
    .regex(
      /^projects\/[0-9]+\/locations\/global\/workloadIdentityPools\/[a-z0-9-]+\/providers\/[a-z0-9-]+$/,
    ),
  disabled: z.boolean().default(false),
  issuer: z.url(),
  /** Empty: the provider's own resource name, with or without `https:`. */
  allowedAudiences: z.array(z.string().max(256)).max(10).readonly().default([]),
  /** Uploaded keys, at most 8; left out: discovery. */
  jwks: z
    .strictObject({ keys: z.array(z.record(z.string(), z.unknown())).max(8).readonly() })
    .optional(),
  /**
   * Not a thing of Google's: a key set that is fetched instead of discovery, such as the local
   * identity provider's `/_double/keys`, which no fault strikes and no counter counts.
   */
  jwksUri: z.url().optional(),
  attributeMapping: z.record(z.string(), z.string().max(2048)),
  attributeCondition: z.string().max(4096).optional(),
})

/** A service account, who may do what to it, and what it may do. */
const account = z.strictObject({
  email,
  /** The numeric id, as text. */
  uniqueId: z.string().regex(/^[0-9]{1,30}$/),
  disabled: z.boolean().default(false),
  bindings: z
    .array(
      z.strictObject({
        role: z.string().startsWith('roles/'),
        members: z.array(member).readonly(),
      }),
    )
    .readonly()
    .default([]),
  /** Whether the organisation policy lets its access tokens live up to 43,200 seconds. */
  longLifetime: z.boolean().default(false),
})

/** Everything that the double of Google knows about the world. */
export const googleConfig = z.strictObject({
  project: z
    .strictObject({ id: z.string(), number: z.string() })
    .default({ id: 'acme-prod', number: '123456' }),
  /** Pools by name that are disabled; a pool that providers name exists. */
  disabledPools: z.array(z.string()).readonly().default([]),
  providers: z.array(provider).readonly().default([]),
  accounts: z.array(account).readonly().default([]),
  /** Cloud Storage: who may read what; members as in IAM. */
  buckets: z
    .array(
      z.strictObject({
        name: z.string(),
        readers: z.array(member).readonly(),
        objects: z.array(z.string()).readonly().default([]),
      }),
    )
    .readonly()
    .default([]),
  /** Cloud Run: which audience a service takes, and which accounts may invoke it. */
  services: z
    .array(
      z.strictObject({
        name: z.string(),
        audience: z.string(),
        invokers: z.array(email).readonly(),
      }),
    )
    .readonly()
    .default([]),
  /** The account that the metadata server speaks for; left out: it knows none. */
  metadataAccount: email.optional(),
})

/** The configuration as a test writes it. */
export type GoogleConfig = z.input<typeof googleConfig>
/** The configuration with every default filled in. */
export type FullGoogleConfig = z.output<typeof googleConfig>
/** One provider of it. */
export type ProviderConfig = z.output<typeof provider>
/** One service account of it. */
export type AccountConfig = z.output<typeof account>
