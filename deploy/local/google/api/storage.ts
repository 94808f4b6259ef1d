import { json, type Call, type Reply, type Route } from '../../loopback/route.ts'
import type { GoogleDouble } from '../double.ts'
import { bearerOf, membersOf } from '../iam/caller.ts'
import { withinBoundary } from './boundary.ts'

const AUTH = 'https://www.googleapis.com/auth/'

/** Scopes that let a token read objects. */
const READING = new Set([
  `${AUTH}devstorage.read_only`,
  `${AUTH}devstorage.read_write`,
  `${AUTH}devstorage.full_control`,
  `${AUTH}cloud-platform`,
  `${AUTH}cloud-platform.read-only`,
])

/**
 * The protected API: Cloud Storage's `objects.list` and `objects.get`, which accept a token by its
 * expiry, scope, access boundary and holder.
 */
export function storage(google: GoogleDouble): readonly Route[] {
  return [
    {
      name: 'storage',
      method: 'GET',
      path: /^\/storage\/v1\/b\/(?<bucket>[^/]+)\/o$/,
      answer: (call) => {
        const prefix = call.query.get('prefix') ?? ''
        const found = readable(call, 'storage.objects.list', { prefix }, google)
        if ('refusal' in found) return found.refusal
        const items = found.objects.filter((name) => name.startsWith(prefix))
        return json(200, {
          kind: 'storage#objects',
          items: items.map((name) => described(call.params['bucket'] ?? '', name)),
        })
      },
    },
    {
      name: 'storage',
      method: 'GET',
      path: /^\/storage\/v1\/b\/(?<bucket>[^/]+)\/o\/(?<object>[^/]+)$/,
      answer: (call) => {
        const object = call.params['object'] ?? ''
        const found = readable(call, 'storage.objects.get', { object }, google)
        if ('refusal' in found) return found.refusal
        const bucket = call.params['bucket'] ?? ''
        return found.objects.includes(object)
          ? json(200, described(bucket, object))
          : storageError(404, `No such object: ${bucket}/${object}`, 'notFound')
      },
    },
  ]
}

function readable(
  call: Call,
  permission: string,
  wanted: { readonly object?: string; readonly prefix?: string },
  google: GoogleDouble,
): { readonly objects: readonly string[] } | { readonly refusal: Reply } {
  const denied = `does not have ${permission} access to the Google Cloud Storage bucket. Permission '${permission}' denied on resource (or it may not exist).`
  const text = bearerOf(call.headers)
  if (text === undefined) return no(401, `Anonymous caller ${denied}`, 'required')
  const token = google.vault.find(text)
  if (token === undefined) return no(401, 'Invalid Credentials', 'authError')
  if (!token.scopes.some((scope) => READING.has(scope))) {
    return no(403, 'Provided scope(s) are not authorized', 'forbidden')
  }
  const name = call.params['bucket'] ?? ''
  const bucket = google.world().config.buckets.find((each) => each.name === name)
  const members = membersOf(token.holder)
  const holder = token.holder.kind === 'account' ? token.holder.email : 'Caller'
  if (bucket === undefined) return no(404, 'The specified bucket does not exist.', 'notFound')
  if (
    !bucket.readers.some((reader) => members.includes(reader)) ||
    !withinBoundary(token.boundary, { bucket: name, ...wanted })
  ) {
    return no(403, `${holder} ${denied}`, 'forbidden')
  }
  return { objects: bucket.objects }
}

function no(status: number, message: string, reason: string): { readonly refusal: Reply } {
  return { refusal: storageError(status, message, reason) }
}

function described(bucket: string, name: string): unknown {
  return { kind: 'storage#object', id: `${bucket}/${name}/1`, name, bucket }
}

function storageError(status: number, message: string, reason: string): Reply {
  return json(status, {
    error: { code: status, message, errors: [{ message, domain: 'global', reason }] },
  })
}
