/** The issuers that a provider may name instead of spelling out their facts. */
export const PRESET_NAMES = [
  'github',
  'gitlab',
  'kubernetes',
  'circleci',
  'buildkite',
  'terraform-cloud',
  'entra',
  'keycloak',
] as const

/** A known kind of issuer. */
export type PresetName = (typeof PRESET_NAMES)[number]
