import { findingAt } from './finding.ts'
import type { LintRule } from './subject.ts'

/** A member that is everybody of a provider. */
export const wildcardMember: LintRule = ({ grants }) =>
  grants.flatMap((row) =>
    row.document.members.flatMap((member, index) => {
      if (!member.endsWith(':*') && !/^principalSet:.*\/\*$/.test(member)) return []
      const message = `${member} is everybody whom the provider's condition lets in: name an attribute or a group`
      return [findingAt('wildcard-member', row, ['members', index], message)]
    }),
  )
