import { entra, keycloak, kubernetes } from './directories.ts'
import { PRESET_NAMES, type PresetName } from './names.ts'
import { buildkite, circleci, github, gitlab, terraformCloud } from './pipelines.ts'
import type { Preset } from './preset.ts'

/** Every preset by its name in the policy file. */
export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  github,
  gitlab,
  kubernetes,
  circleci,
  buildkite,
  'terraform-cloud': terraformCloud,
  entra,
  keycloak,
}

/** The preset that a value of the file names; undefined for anything else. */
export function presetOf(value: unknown): Preset | undefined {
  const name = PRESET_NAMES.find((known) => known === value)
  return name && PRESETS[name]
}

/**
 * A provider as its author wrote it, with what its preset knows filled in: what is written wins, and
 * the attribute mapping is merged name by name. Without a preset: the provider as it is. The result
 * is not checked yet.
 */
export function expandPreset(
  authored: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const preset = presetOf(authored['preset'])
  if (preset === undefined) return authored
  const issuer = authored['issuer'] ?? preset.issuer
  const condition = typeof issuer === 'string' ? preset.conditionFor?.(issuer) : undefined
  const written = authored['attributeMapping']
  return {
    maxTokenAge: preset.maxTokenAge,
    ...(preset.issuer === undefined ? {} : { issuer: preset.issuer }),
    ...(preset.algorithms === undefined ? {} : { algorithms: [...preset.algorithms] }),
    ...(condition === undefined ? {} : { attributeCondition: condition }),
    ...authored,
    attributeMapping:
      written === undefined || isMapping(written)
        ? { ...preset.attributeMapping, ...written }
        : written,
  }
}

/** Whether presets fill in a key that every provider must have. */
export function filledIn(key: PropertyKey | undefined): boolean {
  return key === 'issuer' || key === 'attributeMapping' || key === 'attributeCondition'
}

/** What an author has to write for a key that the preset leaves open. */
export function missingIn(preset: Preset, key: PropertyKey | undefined): string | undefined {
  if (key === 'issuer') return `it is ${preset.issuerForm}`
  if (key !== 'attributeCondition') return undefined
  return `write your own tenant, as in ${preset.conditionExample}`
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
