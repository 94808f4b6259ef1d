import type { Call, Reply, Route } from '../../loopback/route.ts'
import type { AccountConfig } from '../config.ts'
import type { GoogleDouble } from '../double.ts'
import { accountIdToken } from '../id-token.ts'

const FLAVOR = { 'metadata-flavor': 'Google', server: 'Metadata Server for GCE' }
const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform'
/** Seconds. */
const LIFETIME = 3599

/**
 * The metadata server of a Cloud Run instance, as far as client libraries ask it: presence, project,
 * and the runtime account's e-mail, scopes, access tokens and ID tokens.
 */
export function metadataServer(google: GoogleDouble): Route {
  return {
    name: 'metadata',
    method: 'GET',
    path: /^\/computeMetadata\/v1\/?(?<item>.*)$/,
    answer: async (call) => {
      if (call.headers['metadata-flavor'] !== 'Google') {
        return text(403, 'Missing Metadata-Flavor:Google header.')
      }
      if (call.headers['x-forwarded-for'] !== undefined) {
        return text(403, 'Requests with X-Forwarded-For are not answered.')
      }
      const { config, accounts } = google.world()
      const account = accounts.get(config.metadataAccount ?? '')
      const item = (call.params['item'] ?? '').replace(/\/$/, '')
      if (item === 'project/project-id') return text(200, config.project.id)
      if (item === 'project/numeric-project-id') return text(200, config.project.number)
      if (item === 'instance') return text(200, 'id\nregion\nservice-accounts/\nzone\n')
      if (item === 'instance/region') {
        return text(200, `projects/${config.project.number}/regions/europe-west1`)
      }
      if (account === undefined) return notFound()
      return ofAccount(item, account, call, google)
    },
  }
}

async function ofAccount(
  item: string,
  account: AccountConfig,
  call: Call,
  google: GoogleDouble,
): Promise<Reply> {
  if (item === 'instance/service-accounts') {
    const summary = { email: account.email, aliases: ['default'], scopes: [CLOUD_PLATFORM] }
    if (call.query.get('recursive') !== 'true') return text(200, `default/\n${account.email}/\n`)
    return { status: 200, headers: FLAVOR, body: { default: summary, [account.email]: summary } }
  }
  const [, name, property] = /^instance\/service-accounts\/([^/]+)(?:\/([a-z]+))?$/.exec(item) ?? []
  if (name !== 'default' && name !== account.email) return notFound()
  switch (property) {
    case 'email':
      return text(200, account.email)
    case 'scopes':
      return text(200, `${CLOUD_PLATFORM}\n`)
    case 'token':
      return accessToken(account, call, google)
    case 'identity':
      return identity(account, call, google)
    case undefined:
      return {
        status: 200,
        headers: FLAVOR,
        body: { email: account.email, aliases: ['default'], scopes: [CLOUD_PLATFORM] },
      }
    default:
      return notFound()
  }
}

function accessToken(account: AccountConfig, call: Call, google: GoogleDouble): Reply {
  const asked = (call.query.get('scopes') ?? '').split(/[ ,]/).filter((scope) => scope !== '')
  const scopes = asked.length > 0 ? asked : [CLOUD_PLATFORM]
  const token = google.vault.mint('ya29.c.', {
    holder: { kind: 'account', email: account.email, uniqueId: account.uniqueId },
    scopes,
    expiresAt: google.now() + LIFETIME * 1000,
  })
  google.ledger.write(
    token,
    {
      kind: 'access_token',
      method: 'metadata',
      account: account.email,
      principalSubject: `serviceAccount:${account.email}`,
      scopes,
      lifetime: LIFETIME,
    },
    call.headers,
  )
  const body = { access_token: token, expires_in: LIFETIME, token_type: 'Bearer' }
  return { status: 200, headers: FLAVOR, body }
}

async function identity(account: AccountConfig, call: Call, google: GoogleDouble): Promise<Reply> {
  const audience = call.query.get('audience') ?? ''
  if (audience === '') return text(400, 'non-empty audience parameter required')
  const token = await accountIdToken(
    account,
    { audience, includeEmail: true, azp: account.uniqueId },
    google,
    { method: 'metadata', principalSubject: `serviceAccount:${account.email}` },
    call.headers,
  )
  return text(200, token)
}

function text(status: number, body: string): Reply {
  return { status, headers: { ...FLAVOR, 'content-type': 'application/text' }, body }
}

function notFound(): Reply {
  return text(404, 'The requested URL was not found on this server.')
}
