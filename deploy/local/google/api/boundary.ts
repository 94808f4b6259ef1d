import type { BoundaryRule } from '../minted.ts'

/** What is about to be read: an object, or a listing by prefix. */
export interface Reading {
  readonly bucket: string
  readonly object?: string
  readonly prefix?: string
}

/** Roles that let their holder read and list objects. */
const READERS: ReadonlySet<string> = new Set([
  'inRole:roles/storage.objectViewer',
  'inRole:roles/storage.objectUser',
  'inRole:roles/storage.objectAdmin',
  'inRole:roles/storage.admin',
  'inRole:roles/storage.legacyBucketOwner',
])

/** Whether a credential access boundary leaves this open; without a boundary all is open. */
export function withinBoundary(
  rules: readonly BoundaryRule[] | undefined,
  reading: Reading,
): boolean {
  if (rules === undefined) return true
  return rules.some(
    ({ availableResource, availablePermissions, condition }) =>
      availableResource === `//storage.googleapis.com/projects/_/buckets/${reading.bucket}` &&
      availablePermissions.some((permission) => READERS.has(permission)) &&
      (condition === undefined || available(condition, reading)),
  )
}

/**
 * The two conditions of Google's examples, alone or joined by `||`; anything else leaves nothing open:
 * `resource.name.startsWith('projects/_/buckets/B/objects/PREFIX')` and
 * `api.getAttribute('storage.googleapis.com/objectListPrefix', '').startsWith('PREFIX')`.
 */
function available(condition: string, { bucket, object, prefix }: Reading): boolean {
  return condition.split('||').some((part) => {
    const text = part.trim()
    const name = /^resource\.name\.startsWith\(\s*'([^']*)'\s*\)$/.exec(text)?.[1]
    if (name !== undefined && object !== undefined) {
      return `projects/_/buckets/${bucket}/objects/${object}`.startsWith(name)
    }
    const listed =
      /^api\.getAttribute\(\s*'storage\.googleapis\.com\/objectListPrefix'\s*,\s*''\s*\)\.startsWith\(\s*'([^']*)'\s*\)$/.exec(
        text,
      )?.[1]
    return listed !== undefined && prefix !== undefined && prefix.startsWith(listed)
  })
}
