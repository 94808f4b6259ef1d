import { json, type Reply, type Route } from '../../loopback/route.ts'
import type { GoogleDouble } from '../double.ts'

/** `GET /tokeninfo?access_token=...` or `?id_token=...`: what Google's token information says. */
export function tokenInformation(google: GoogleDouble): Route {
  return {
    name: 'tokeninfo',
    method: 'GET',
    path: /^(?:\/oauth2\/v3)?\/tokeninfo$/,
    answer: async ({ query }) => {
      const idToken = query.get('id_token')
      if (idToken !== null) {
        const claims = await google.signer.open(idToken)
        return claims === undefined || Number(claims['exp']) * 1000 <= google.now()
          ? invalid()
          : json(200, claims)
      }
      const token = google.vault.find(query.get('access_token') ?? '')
      if (token === undefined || token.holder.kind !== 'account') return invalid()
      const { email, uniqueId } = token.holder
      return json(200, {
        azp: uniqueId,
        aud: uniqueId,
        sub: uniqueId,
        scope: token.scopes.join(' '),
        exp: String(Math.floor(token.expiresAt / 1000)),
        expires_in: String(Math.floor((token.expiresAt - google.now()) / 1000)),
        email,
        email_verified: 'true',
        access_type: 'online',
      })
    },
  }
}

function invalid(): Reply {
  return json(400, { error: 'invalid_token', error_description: 'Invalid Value' })
}
