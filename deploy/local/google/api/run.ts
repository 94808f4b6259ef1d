import { json, type Reply, type Route } from '../../loopback/route.ts'
import type { GoogleDouble } from '../double.ts'
import { bearerOf } from '../iam/caller.ts'
import { GOOGLE_ISSUER } from '../signer.ts'

/**
 * A private Cloud Run service: `GET /run/SERVICE` wants a Google-signed ID token for the service's
 * audience, of an account that may invoke it. `X-Serverless-Authorization` goes before
 * `Authorization`, as on Cloud Run.
 */
export function cloudRun(google: GoogleDouble): Route {
  return {
    name: 'run',
    method: 'GET',
    path: /^\/run\/(?<service>[^/]+)$/,
    answer: async ({ headers, params }) => {
      const { config, accounts } = google.world()
      const service = config.services.find(({ name }) => name === params['service'])
      if (service === undefined) return page(404, 'Not Found')
      const serverless = headers['x-serverless-authorization']
      const text = bearerOf(
        typeof serverless === 'string' ? { authorization: serverless } : headers,
      )
      if (text === undefined) return page(403, 'Forbidden')

      const claims = await google.signer.open(text)
      const now = google.now() / 1000
      if (
        claims === undefined ||
        claims['iss'] !== GOOGLE_ISSUER ||
        claims['aud'] !== service.audience ||
        !(typeof claims['exp'] === 'number' && claims['exp'] > now)
      ) {
        return page(401, 'Unauthorized', {
          'www-authenticate':
            'Bearer error="invalid_token" error_description="The access token could not be verified"',
        })
      }
      const account = accounts.get(String(claims['sub']))
      if (account === undefined || !service.invokers.includes(account.email)) {
        return page(403, 'Forbidden')
      }
      return json(200, {
        service: service.name,
        caller: account.email,
        audience: service.audience,
        email: claims['email'] ?? null,
      })
    },
  }
}

function page(status: number, title: string, headers: Record<string, string> = {}): Reply {
  const sentence = 'Your client does not have permission to the requested URL.'
  return {
    status,
    headers: { 'content-type': 'text/html; charset=UTF-8', ...headers },
    body: `<html><head><title>${status} ${title}</title></head><body><h1>Error: ${title}</h1><h2>${sentence}</h2></body></html>`,
  }
}
