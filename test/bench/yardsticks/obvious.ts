import { http } from '@google-cloud/functions-framework'
import { rateLimit } from 'express-rate-limit'
import { IdentityPoolClient } from 'google-auth-library'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { z } from 'zod'
import { yardstickSettings } from './settings.ts'

/**
 * The function that everybody would write first: the framework, zod, express-rate-limit, jose with its
 * remote key set, and google-auth-library for the chain. It decides nothing and records one log line.
 */
const settings = yardstickSettings(process.env)
const keys = createRemoteJWKSet(new URL(`${settings.issuer}/jwks`))
const limit = rateLimit({ windowMs: 60_000, limit: 1_000_000, standardHeaders: 'draft-8' })

const Body = z.object({
  grant_type: z.literal('urn:ietf:params:oauth:grant-type:token-exchange'),
  subject_token: z.string().min(1),
  subject_token_type: z.literal('urn:ietf:params:oauth:token-type:jwt'),
})

http('obvious', async (request, response) => {
  await new Promise((resolve) => void limit(request, response, resolve))
  try {
    const { subject_token: token } = Body.parse(request.body)
    const { issuer, audience } = settings
    const { payload } = await jwtVerify(token, keys, { issuer, audience, algorithms: ['RS256'] })
    const client = new IdentityPoolClient({
      type: 'external_account',
      audience: settings.provider,
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${settings.stsUrl}/v1/token`,
      service_account_impersonation_url: `${settings.iamUrl}/v1/projects/-/serviceAccounts/${settings.account}:generateAccessToken`,
      subject_token_supplier: { getSubjectToken: async () => token },
    })
    const { token: minted } = await client.getAccessToken()
    console.log(JSON.stringify({ severity: 'INFO', message: 'issued', subject: payload.sub }))
    response.set('cache-control', 'no-store')
    response.json({ access_token: minted, token_type: 'Bearer', expires_in: 3600 })
  } catch {
    response.status(400).json({ error: 'invalid_grant' })
  }
})
