import { json, type Route } from '../../loopback/route.ts'
import type { GoogleDouble } from '../double.ts'
import { downscope } from './downscope.ts'
import { exchangeSubject } from './exchange.ts'
import { stsRequest } from './form.ts'
import { refused, StsError, stsErrorReply } from './sts-error.ts'
import { TOKEN_EXCHANGE, TOKEN_TYPES } from './token-types.ts'

/** `POST /v1/token` of the Security Token Service. */
export function stsEndpoint(google: GoogleDouble): Route {
  return {
    name: 'sts',
    method: 'POST',
    path: /^\/v1\/token$/,
    answer: async (call) => {
      try {
        const request = stsRequest(call)
        if (request.grantType !== TOKEN_EXCHANGE) throw refused('grant_type')
        const reply =
          request.subjectTokenType === TOKEN_TYPES.accessToken
            ? downscope(request, google, call.headers)
            : await exchangeSubject(request, google, call.headers)
        return json(200, reply)
      } catch (error) {
        if (error instanceof StsError) return stsErrorReply(error)
        throw error
      }
    },
  }
}
