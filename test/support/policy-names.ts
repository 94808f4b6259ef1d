import * as fc from 'fast-check'

/** The few names that random policies and callers share, so that they meet. */
export const SUBJECTS = ['ann', 'bob', 'cid']
export const VALUES = ['v1', 'v2']
export const ACCOUNTS = ['one', 'two', 'three'].map(
  (name) => `${name}@acme.iam.gserviceaccount.com`,
)
export const SCOPES = ['storage', 'bigquery', 'logging'].map(
  (name) => `https://www.googleapis.com/auth/${name}`,
)
export const AUDIENCES = ['https://a.example', 'https://b.example']
export const PROVIDERS = ['alpha', 'beta']

/** One of the values. */
export const anyOf = <T>(values: readonly T[]) => fc.constantFrom(...values)
