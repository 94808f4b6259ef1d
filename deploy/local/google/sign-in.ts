import { html, markup } from '../../../shared/console/html.ts'
import { json, type Reply, type Route } from '../loopback/route.ts'
import type { GoogleDouble } from './double.ts'
import { personIdToken } from './person-token.ts'

/** Who signs in where the link names nobody. */
export const LOCAL_OPERATOR = 'operator@acme.example'

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost'])
/** Seconds. */
const LIFETIME = 3600

/** The link that opens the page at `address` for the local operator. */
export function signInLink(googleUrl: string, address: string): string {
  return `${googleUrl}/sign-in?continue=${encodeURIComponent(address)}`
}

/**
 * `GET /sign-in?continue=ADDRESS[&email=E]`: what IAP does in production, for pages on loopback. The
 * page's button POSTs an ID token for the address's origin to its `/session`, so that no token ever
 * stands in an address.
 */
export function signIn(google: GoogleDouble): Route {
  return {
    name: '_sign-in',
    method: 'GET',
    path: /^\/sign-in$/,
    async answer({ query }) {
      const origin = loopbackOrigin(query.get('continue') ?? '')
      if (origin === undefined)
        return json(400, { error: 'continue must be an address on loopback' })
      const email = query.get('email') ?? LOCAL_OPERATOR
      const subject = '100000000000000000001'
      const order = { email, audience: origin, subject, lifetime: LIFETIME }
      return page(origin, email, await personIdToken(google, order))
    },
  }
}

function page(origin: string, email: string, token: string): Reply {
  const body = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta name="color-scheme" content="light dark" />
        <title>Sign in: double of Google</title>
      </head>
      <body>
        <main>
          <h1>Sign in</h1>
          <p>This double of Google signs whatever it is asked, on this machine only.</p>
          <form method="post" action="${origin}/session">
            <input type="hidden" name="id_token" value="${token}" />
            <button autofocus>Continue as ${email}</button>
          </form>
        </main>
      </body>
    </html> `
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; form-action ${origin}; frame-ancestors 'none'`,
    },
    body: markup(body),
  }
}

function loopbackOrigin(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const { protocol, hostname, origin } = new URL(address)
  return protocol === 'http:' && LOOPBACK.has(hostname) ? origin : undefined
}
