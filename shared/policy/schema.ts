import { z } from 'zod'
import { AuthoredPolicy } from './document/document.ts'

/**
 * The JSON Schema (draft 7, which editors know best) of the policy file, made from the schema that
 * loading uses. `deploy/policy.schema.json` is this, indented by two spaces.
 */
export function policySchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(AuthoredPolicy, { target: 'draft-7', io: 'input' })
  return {
    $schema: schema.$schema,
    title: 'Token Bureau policy file',
    description: 'Who may become which Google service account, on whose word.',
    ...schema,
  }
}
