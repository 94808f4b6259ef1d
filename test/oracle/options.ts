import { strictObject, type JsonObject } from './json.ts'
import { no } from './verdict.ts'

/** Whether options hold an access boundary; anything that is not understood is a no. */
export function hasBoundary(options: string): boolean {
  let text = options
  if (!options.trimStart().startsWith('{')) {
    try {
      text = decodeURIComponent(options)
    } catch {
      no('options')
    }
  }
  const given = strictObject(new TextEncoder().encode(text), { depth: 8, members: 128, items: 128 })
  const { userProject, accessBoundary, ...others } = given
  if (Object.keys(others).length > 0) no('an unknown option')
  if (userProject !== undefined && typeof userProject !== 'string') no('userProject')
  if (accessBoundary === undefined) return false
  if (!isBoundary(accessBoundary)) no('boundary')
  return true
}

function isBoundary(value: unknown): boolean {
  const rules =
    isObject(value) && Object.keys(value).length === 1 ? value['accessBoundaryRules'] : 0
  return Array.isArray(rules) && rules.length > 0 && rules.length <= 10 && rules.every(isRule)
}

function isRule(rule: unknown): boolean {
  if (!isObject(rule)) return false
  const { availableResource, availablePermissions, availabilityCondition, ...others } = rule
  if (Object.keys(others).length > 0 || !isText(availableResource)) return false
  if (!Array.isArray(availablePermissions) || availablePermissions.length === 0) return false
  if (availablePermissions.length > 100 || !availablePermissions.every(isText)) return false
  if (availabilityCondition === undefined) return true
  if (!isObject(availabilityCondition) || !isText(availabilityCondition['expression'])) return false
  const known = new Set(['expression', 'title', 'description', 'location'])
  return Object.entries(availabilityCondition).every(
    ([name, one]) => known.has(name) && isText(one),
  )
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 2048
}
