import type { ProviderIndex } from './provider-index.ts'

/** The canonical forms that a member stands for, or what is wrong with it. */
export type Member =
  { readonly canonical: readonly string[] } | { readonly fault: string | undefined }

/** One kind of principals and the value that selects among them; `*` selects all. */
interface Selector {
  readonly kind: 'subject' | 'group' | 'attribute' | 'all'
  /** Canonical, behind `PROVIDER:`. */
  readonly text: string
  /** What the provider's mapping must set, where it must set something. */
  readonly needs: string | undefined
}

const FORMS = 'PROVIDER:subject/S, PROVIDER:group/G, PROVIDER:attribute.N/V or PROVIDER:*'

/**
 * Reads a member: `PROVIDER:subject/S`, `PROVIDER:group/G`, `PROVIDER:attribute.N/V`, `PROVIDER:*`, or
 * as IAM spells it, `principal://iam.googleapis.com/POOL/subject/S` and `principalSet://...`
 * (https://cloud.google.com/iam/docs/principal-identifiers), which stands for every provider of
 * that pool. The canonical forms are those of `membersOf`. An undefined fault was complained of
 * already, where the provider stands.
 */
export function readMember(member: string, providers: ProviderIndex): Member {
  if (/^principal(?:Set)?:\/\//.test(member)) return readIamMember(member, providers)
  const colon = member.indexOf(':')
  const id = member.slice(0, colon)
  const selector = readSelector(member.slice(colon + 1))
  if (colon === -1 || selector === undefined)
    return { fault: `member ${quoted(member)} must be ${FORMS}` }
  const mapped = providers.mapped.get(id)
  if (mapped === undefined)
    return { fault: providers.declared.has(id) ? undefined : `there is no provider ${quoted(id)}` }
  if (selector.needs !== undefined && !mapped.has(selector.needs))
    return { fault: `provider ${id} does not map ${selector.needs}` }
  return { canonical: [`${id}:${selector.text}`] }
}

function readIamMember(member: string, providers: ProviderIndex): Member {
  const form =
    /^(principal|principalSet):\/\/iam\.googleapis\.com\/(projects\/[1-9][0-9]*\/locations\/global\/workloadIdentityPools\/[a-z0-9-]+)\/(.+)$/s.exec(
      member,
    )
  const [, scheme, pool = '', rest = ''] = form ?? []
  const selector = readSelector(rest)
  if (selector === undefined)
    return {
      fault:
        `member ${quoted(member)} must be principal://iam.googleapis.com/projects/NUMBER/locations/` +
        'global/workloadIdentityPools/POOL/subject/S, or principalSet with group/G, attribute.N/V or *',
    }
  const wanted = selector.kind === 'subject' ? 'principal' : 'principalSet'
  if (scheme !== wanted) return { fault: `${selector.text.split('/')[0]} needs ${wanted}://` }
  const ids = providers.pools.get(pool)
  if (ids === undefined) return { fault: `no provider belongs to the pool ${pool}` }
  const able = ids.filter((id) => !selector.needs || providers.mapped.get(id)?.has(selector.needs))
  if (able.length === 0) return { fault: `no provider of the pool maps ${selector.needs ?? ''}` }
  return { canonical: able.map((id) => `${id}:${selector.text}`) }
}

function readSelector(text: string): Selector | undefined {
  if (text === '*') return { kind: 'all', text, needs: undefined }
  const [, kind = '', name, value = ''] =
    /^(subject|group|attribute\.([a-z0-9_]{1,100}))\/(.+)$/su.exec(text) ?? []
  if (value === '' || /\p{Cc}/u.test(value)) return undefined
  if (kind === 'subject') return { kind, text, needs: undefined }
  if (kind === 'group') return { kind, text, needs: 'google.groups' }
  return name === undefined ? undefined : { kind: 'attribute', text, needs: kind }
}

/** A value of the file, short enough for one line. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}...` : text)
}
