import { z } from 'zod'
import { CeilingDocument } from './ceiling.ts'
import { DenialDocument, GrantDocument } from './grant.ts'
import { AuthoredProvider } from './provider.ts'
import { TestCaseDocument } from './test-case.ts'

const FILES = 'must be a path under the directory of this file, * for any name, as in teams/*.yaml'

const IncludePattern = z
  .string()
  .max(1024, { error: 'must be at most 1024 characters' })
  .refine(leadsDown, { error: FILES })

/** Relative, with forward slashes and no dots to climb by: no way out of the directory by spelling. */
function leadsDown(pattern: string): boolean {
  const segments = pattern.replace(/\/$/, '').split('/')
  return !/[\\\0:]/.test(pattern) && segments.every((segment) => !['', '.', '..'].includes(segment))
}

/** Further files, and what their grants may not exceed. */
export const IncludeDocument = z.strictObject({
  files: IncludePattern,
  ceiling: CeilingDocument.optional(),
})

/** Further files, and what their grants may not exceed. */
export type IncludeDocument = z.output<typeof IncludeDocument>

const shared = {
  version: z.literal(1, { error: versionError }).describe('The version of this file format.'),
  ceiling: CeilingDocument.optional(),
  grants: z.array(GrantDocument).default([]),
  tests: z.array(TestCaseDocument).default([]),
}

/** The main policy file as its author writes it. */
export const AuthoredPolicy = z.strictObject({
  ...shared,
  include: z.array(z.union([IncludePattern, IncludeDocument])).default([]),
  providers: z.array(AuthoredProvider),
  denials: z.array(DenialDocument).default([]),
})

const mainOnly = z.never({ error: 'may stand only in the main file' }).optional()

/**
 * An included file: grants, their tests, and a ceiling of its own. Providers and denials bind
 * everybody, so they stand in the main file.
 */
export const AuthoredInclude = z.strictObject({
  ...shared,
  include: mainOnly,
  providers: mainOnly,
  denials: mainOnly,
})

function versionError(issue: { readonly input?: unknown }): string | undefined {
  return issue.input === undefined ? undefined : 'must be 1'
}
