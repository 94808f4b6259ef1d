import type { AttributeCondition } from '../../domain/condition.ts'
import type { JsonWebKeyLike, KeysFrom, Provider } from '../../domain/provider.ts'
import { ASSERTED_SUBJECT_BYTES, attributeRules, type MappingExpressions } from '../attributes.ts'
import { ExpressionError, type CompiledExpression } from '../cel/compile.ts'
import type { Entry } from '../document/check.ts'
import type { ProviderDocument } from '../document/provider.ts'
import { issuerAt, knownIssuer } from '../issuers.ts'
import type { SourceMap } from '../yaml/source-map.ts'
import { complainAt, complainOf, type CompileContext } from './context.ts'
import { complainOfUnmapped } from './unmapped.ts'
import { issuerFault, urlFault } from './urls.ts'

/** Parameters of a JWK that only its owner may know (RFC 7518 section 6). */
const PRIVATE_PARAMETERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** Google refuses such a provider as well: anybody can have a tenant of these issuers. */
const OPEN_TO_ALL = 'attributeCondition must read a claim: this issuer serves everybody'

/** A provider ready for requests; undefined where something is wrong with it, which is noted. */
export function compileProvider(
  { index, document }: Entry<ProviderDocument>,
  source: SourceMap,
  context: CompileContext,
): Provider | undefined {
  const path = ['providers', index]
  const before = context.problems.length
  const fault = issuerFault(document.issuer, context.allowLoopback)
  if (fault !== undefined) complainAt(context, source, [...path, 'issuer'], `issuer ${fault}`)
  const { exchange, preset } = document
  const kind = issuerAt(document.issuer)
  if (preset !== undefined && kind !== undefined && kind !== preset)
    complainAt(context, source, [...path, 'issuer'], `the issuer is that of preset ${kind}`)
  const needed = exchange === 'impersonation' ? 'audiences' : 'workloadIdentityProvider'
  if (document[needed] === undefined)
    complainAt(context, source, path, `${needed} is missing: exchange ${exchange} needs it`)
  const keys = keysFrom(document, source, index, context)
  const mapping = mappingOf(document, source, index, context)
  const condition = context.expressions.condition(document.attributeCondition)
  if (condition instanceof ExpressionError)
    complainOf(context, source, [...path, 'attributeCondition'], condition)
  else {
    const mapped = new Set(Object.keys(document.attributeMapping))
    complainOfUnmapped(condition, source, [...path, 'attributeCondition'], mapped, context)
    if (knownIssuer(document)?.tenantInIssuer === false && !readsAnything(condition))
      complainAt(context, source, [...path, 'attributeCondition'], OPEN_TO_ALL)
  }

  if (condition instanceof ExpressionError || mapping === undefined) return undefined
  if (context.problems.length > before) return undefined
  return {
    id: document.id,
    issuer: document.issuer,
    audiences: new Set(audiencesOf(document)),
    resourceName: resourceNameOf(document),
    exchange: document.exchange,
    keys,
    algorithms: new Set(document.algorithms),
    maxTokenAge: document.maxTokenAge,
    singleUse: document.singleUse,
    network: document.network,
    caFile: document.caFile,
    attributes: attributeRules(
      mapping,
      condition,
      exchange === 'assertion' ? ASSERTED_SUBJECT_BYTES : undefined,
    ),
  }
}

function readsAnything({ reads, source }: AttributeCondition): boolean {
  return reads.length > 0 || /\b(?:attribute|google)\b/.test(source)
}

/** `//iam.googleapis.com/` and what the policy calls `workloadIdentityProvider`. */
function resourceNameOf({ workloadIdentityProvider }: ProviderDocument): string | undefined {
  return workloadIdentityProvider && `//iam.googleapis.com/${workloadIdentityProvider}`
}

/** Left out: the resource name with and without `https:`, as Google has it. */
function audiencesOf(document: ProviderDocument): readonly string[] {
  const resourceName = resourceNameOf(document)
  return document.audiences ?? (resourceName ? [resourceName, `https:${resourceName}`] : [])
}

function keysFrom(
  { keys }: ProviderDocument,
  source: SourceMap,
  index: number,
  context: CompileContext,
): KeysFrom {
  const path = ['providers', index, 'keys']
  if (keys.jwksUri !== undefined) {
    const fault = urlFault(keys.jwksUri, context.allowLoopback)
    if (fault !== undefined) complainAt(context, source, [...path, 'jwksUri'], `jwksUri ${fault}`)
    return { kind: 'jwksUri', uri: keys.jwksUri }
  }
  if (keys.jwks === undefined) return { kind: 'discovery' }
  for (const [position, key] of keys.jwks.keys.entries()) {
    const secret = PRIVATE_PARAMETERS.find((parameter) => Object.hasOwn(key, parameter))
    if (secret !== undefined)
      context.problems.push({
        file: source.file,
        ...source.key([...path, 'jwks', 'keys', position, secret]),
        message: `the key holds its private part (${secret}): publish the public key only`,
      })
    if (typeof key['kty'] !== 'string')
      complainAt(context, source, [...path, 'jwks', 'keys', position], 'a key must have kty')
  }
  return { kind: 'jwks', keys: keys.jwks.keys satisfies readonly JsonWebKeyLike[] }
}

function mappingOf(
  { attributeMapping }: ProviderDocument,
  source: SourceMap,
  index: number,
  context: CompileContext,
): MappingExpressions | undefined {
  const compiled = new Map<string, CompiledExpression>()
  for (const [name, text] of Object.entries(attributeMapping)) {
    const kind = name === 'google.groups' ? 'string-or-list' : 'string'
    const expression = context.expressions.mapping(text, kind)
    if (expression instanceof ExpressionError)
      complainOf(context, source, ['providers', index, 'attributeMapping', name], expression)
    else compiled.set(name, expression)
  }
  const subject = compiled.get('google.subject')
  if (subject === undefined) return undefined
  const groups = compiled.get('google.groups')
  compiled.delete('google.subject')
  compiled.delete('google.groups')
  const attributes = [...compiled].map(
    ([name, expression]) => [name.slice('attribute.'.length), expression] as const,
  )
  return { subject, groups, attributes: new Map(attributes) }
}
