import { z } from 'zod'
import { bodyOf } from '../loopback/body.ts'
import { accept } from '../loopback/control.ts'
import { json, type Route } from '../loopback/route.ts'
import { googleConfig, type FullGoogleConfig } from './config.ts'
import type { GoogleDouble } from './double.ts'
import { personIdToken } from './person-token.ts'

const idTokenOrder = z.strictObject({
  email: z.string(),
  audience: z.string(),
  subject: z.string().default('100000000000000000001'),
  /** Seconds; may be negative. */
  lifetime: z.number().int().default(3600),
  claims: z.record(z.string(), z.unknown()).default({}),
})

/**
 * What Google does not have: the ledger, the configuration, and ID tokens of people for pages that
 * verify a signed-in operator. Those tokens are not in the ledger.
 */
export function observation(
  google: GoogleDouble,
  configure: (config: FullGoogleConfig) => void,
): readonly Route[] {
  return [
    {
      name: '_ledger',
      method: 'GET',
      path: /^\/ledger$/,
      answer: ({ query }) =>
        json(200, { entries: google.ledger.entries(Number(query.get('after') ?? 0)) }),
    },
    {
      name: '_config',
      method: 'GET',
      path: /^\/_double\/config$/,
      answer: () => json(200, google.world().config),
    },
    {
      name: '_config',
      method: 'PUT',
      path: /^\/_double\/config$/,
      answer: ({ body }) => accept(googleConfig, body, configure),
    },
    {
      name: '_id-tokens',
      method: 'POST',
      path: /^\/_double\/id-tokens$/,
      answer: async ({ body }) => {
        const given = bodyOf(idTokenOrder, body)
        if ('problem' in given) return json(400, { error: given.problem })
        const token = await personIdToken(google, given.value)
        return json(200, { token })
      },
    },
  ]
}
