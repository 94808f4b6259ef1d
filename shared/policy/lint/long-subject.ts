import type { SyntaxNode } from '../cel/compile.ts'
import { compiledRules } from '../explained.ts'
import { knownIssuer } from '../issuers.ts'
import { PRESETS } from '../presets/expand.ts'
import { pathOf } from './expression/paths.ts'
import { findingAt } from './finding.ts'
import type { LintRule, ProviderRow } from './subject.ts'

/** Google's limit on `google.subject`, in bytes. */
const MOST = 127

/** Claims of known issuers that are ids or enumerations: bytes, at most. */
const SHORT_CLAIM =
  /(?:^|_)(?:id|uid)$|^(?:oid|tid|jti|azp|appid|run_number|run_attempt|event_name)$/
const SHORT_BYTES = 40

/**
 * A subject that can exceed what Google takes: the token is then refused, on a day when somebody
 * chose a longer name. With `exchange: assertion` Google sees a digest, and a preset's own mapping was
 * chosen for its issuer.
 */
export const longSubject: LintRule = ({ providers }) =>
  providers.flatMap((row) => {
    const { document, compiled } = row
    const text = document.attributeMapping['google.subject']
    const preset = document.preset && PRESETS[document.preset]
    if (document.exchange === 'assertion' || preset?.attributeMapping['google.subject'] === text)
      return []
    const syntax = compiledRules(compiled.attributes)?.mapping.subject.syntax
    if (syntax === undefined) return []
    const bytes = mostBytes(syntax, row)
    if (bytes <= MOST) return []
    const size = bytes === Infinity ? 'any number of' : `up to ${bytes}`
    const message = `the subject can have ${size} bytes, Google takes ${MOST}: map an id instead of names, or use exchange: assertion`
    return [findingAt('long-subject', row, ['attributeMapping', 'google.subject'], message)]
  })

/** The most bytes that a text can have, as far as its expression and its issuer tell. */
function mostBytes(node: SyntaxNode, row: ProviderRow): number {
  if (node.kind === 'const') return Buffer.byteLength(String(node.value))
  const path = pathOf(node)
  if (path !== undefined) return mostOfClaim(path, row)
  if (node.kind === 'call' && node.name === 'lowerAscii' && node.target !== undefined)
    return mostBytes(node.target, row)
  if (node.kind !== 'operator')
    return node.kind === 'call' && node.name === 'string' ? 32 : Infinity
  const [first, ...others] = node.args.map((one) => mostBytes(one, row))
  if (node.name === '+') return others.reduce((sum, bytes) => sum + bytes, first ?? 0)
  return node.name === '?:' ? Math.max(...others) : Infinity
}

/** A single claim of an issuer that nothing is known of gets the benefit of the doubt. */
function mostOfClaim(path: readonly string[], { document, compiled }: ProviderRow): number {
  const claim = path.at(-1) ?? ''
  if (SHORT_CLAIM.test(claim)) return SHORT_BYTES
  if (knownIssuer(document) !== undefined) return Infinity
  const whole = compiledRules(compiled.attributes)?.mapping.subject.syntax
  return whole !== undefined && pathOf(whole) !== undefined ? MOST : Infinity
}
