import type { Random } from './random.ts'
import {
  LIFETIMES,
  OPTIONS,
  RESOURCES,
  SCOPES,
  TARGETS,
  UNKNOWN,
  VALUES,
} from './parameter-values.ts'
import { SERVICE } from './policy.ts'

/** A request before it is written. */
export interface RequestDraft {
  method: string
  target: string
  headers: Record<string, string>
  /** Names and values in their order; a value may be any JSON. */
  fields: [name: string, value: unknown][]
  type: 'form' | 'json'
}

export type RequestMutation = (draft: RequestDraft, random: Random) => void

const TYPE = 'urn:ietf:params:oauth:token-type:'
export const FORM = 'application/x-www-form-urlencoded'
export const JSON_TYPE = 'application/json'

/** The usual request for a token. */
export function draftRequest(token: string, random: Random): RequestDraft {
  const type = random.pick<RequestDraft['type']>(['form', 'form', 'json'])
  return {
    method: 'POST',
    target: '/v1/token',
    headers: { 'content-type': type === 'form' ? FORM : JSON_TYPE },
    fields: [
      ['grant_type', 'urn:ietf:params:oauth:grant-type:token-exchange'],
      ['subject_token', token],
      ['subject_token_type', `${TYPE}jwt`],
    ],
    type,
  }
}

function set(draft: RequestDraft, name: string, value: unknown): void {
  draft.fields = [...draft.fields.filter(([given]) => given !== name), [name, value]]
}

function anyOf<T>(random: Random, from: readonly T[]): T {
  return from[random.below(from.length)] as T
}

function camel(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** Parameters that a client might well send. */
export const USUAL: readonly [RequestMutation, ...RequestMutation[]] = [
  (draft, random) => set(draft, 'audience', anyOf(random, TARGETS)),
  (draft, random) => set(draft, 'scope', anyOf(random, SCOPES)),
  (draft, random) => set(draft, 'lifetime', anyOf(random, LIFETIMES)),
  (draft, random) => set(draft, 'options', anyOf(random, OPTIONS)),
  (draft, random) => {
    set(draft, 'requested_token_type', `${TYPE}id_token`)
    set(draft, 'resource', anyOf(random, RESOURCES))
  },
  (draft, random) => {
    set(draft, 'requested_token_type', `${TYPE}id_token`)
    set(draft, 'resource', SERVICE)
    if (random.chance(0.3)) set(draft, 'scope', 'openid')
  },
  (draft) => {
    draft.fields = draft.fields.map(([name, value]) => [camel(name), value])
  },
  (draft, random) =>
    set(
      draft,
      'subject_token_type',
      `${TYPE}${random.pick(['id_token', 'id_token', 'jwt', 'saml2'])}`,
    ),
  (draft, random) => set(draft, anyOf(random, UNKNOWN), anyOf(random, VALUES)),
  (draft) => {
    draft.fields = draft.fields.toReversed()
  },
]

/** What no client should send. */
export const UNUSUAL: readonly [RequestMutation, ...RequestMutation[]] = [
  (draft, random) => {
    const field = draft.fields[random.below(draft.fields.length)]
    if (field !== undefined) draft.fields.push(random.chance(0.5) ? field : [field[0], 'x'])
  },
  (draft, random) => {
    const field = draft.fields[random.below(draft.fields.length)]
    if (field !== undefined) field[0] = camel(field[0])
  },
  (draft, random) => {
    const field = draft.fields[random.below(draft.fields.length)]
    if (field !== undefined) field[0] += random.pick(['[]', '[a]', ' ', '[', '\0'])
  },
  (draft, random) => {
    const field = draft.fields[random.below(draft.fields.length)]
    if (field !== undefined) field[1] = anyOf(random, VALUES)
  },
  (draft, random) => {
    draft.fields.splice(random.below(draft.fields.length), 1)
  },
  (draft, random) => {
    draft.headers['content-type'] = random.pick([
      `${FORM}; charset=utf-8`,
      `${JSON_TYPE};charset="UTF-8"`,
      `${FORM};`,
      'APPLICATION/JSON',
      FORM,
      JSON_TYPE,
      'text/plain',
      `${FORM}; charset=latin1`,
      '',
    ])
  },
  (draft, random) => {
    draft.headers['content-encoding'] = random.pick(['identity', 'gzip', 'br', ''])
  },
  (draft, random) => {
    draft.target = random.pick([
      '/v1/token?',
      '/v1/token?x=1',
      '/v1/token/',
      '/v1//token',
      '/V1/token',
      '/%761/token',
    ])
  },
  (draft, random) => {
    draft.method = random.pick(['GET', 'PUT', 'OPTIONS', 'PATCH'])
  },
  (draft, random) =>
    set(
      draft,
      random.pick(['actor_token', 'actor_token_type', 'actorToken']),
      random.pick(['', 'x']),
    ),
  (draft, random) => set(draft, 'pad', 'x'.repeat(random.pick([1000, 60_000, 64_000, 66_000]))),
  (draft, random) => {
    for (let nth = 0; nth < random.pick([10, 58, 62, 70]); nth += 1)
      draft.fields.push([`x${nth}`, 'x'])
  },
  (draft, random) => set(draft, 'resource', anyOf(random, RESOURCES)),
  (draft, random) => {
    draft.type = random.pick(['form', 'json'])
  },
]
