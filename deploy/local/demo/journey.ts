import { BUCKET } from '../google-side.ts'
import type { TokenOrder } from '../idp/sign.ts'
import type { Stack } from '../stack.ts'
import { claimsOf, exchangeAt, getWith, subjectTokenOf, type Answer } from './ask.ts'
import { shortened, type Narrator } from './narrator.ts'

/** Whom the demo's subject tokens are meant for. */
const AUDIENCE = 'https://bureau.example.com'
/** Whom its ID tokens are meant for. */
const SERVICE = 'https://app-abc.run.app'

const PIPELINE: TokenOrder = { shape: 'github', realm: 'github', audience: AUDIENCE }
const FOR_SERVICE = {
  requested_token_type: 'urn:ietf:params:oauth:token-type:id_token',
  resource: SERVICE,
}

/** Walks a token's way and tells each hop. Throws `Error` with one line where a hop goes wrong. */
export async function showJourney(stack: Stack, tell: Narrator): Promise<void> {
  const { bureau, google } = stack
  tell.hop('A pipeline on GitHub Actions asks its own identity provider for a token')
  const subjectToken = await orderSubject(stack, tell, PIPELINE)

  tell.hop('It hands that token to the bureau and receives an access token of Google')
  const accessToken = await vended(stack, tell, subjectToken)

  tell.hop('It calls a Google API with it')
  const objects = `${google.url}/storage/v1/b/${BUCKET}/o`
  tell.sends(`GET ${objects}`)
  const listing = expect(await getWith(objects, accessToken), 200)
  tell.gets(200, `the objects of ${BUCKET}: ${namesOf(listing)}`)
  tell.sends('the same without a token')
  const { status } = expect(await getWith(objects), 401)
  tell.gets(status, 'not without a token')

  tell.hop('It asks for an ID token for a private service on Cloud Run, and calls the service')
  const idToken = await vended(stack, tell, subjectToken, FOR_SERVICE)
  await callService(stack, tell, idToken)

  tell.hop('A pull request asks for the same access token: the policy denies it')
  const fork = { ...PIPELINE, claims: { event_name: 'pull_request' } }
  const forkToken = await orderSubject(stack, tell, fork)
  tell.sends(`POST ${bureau.url}/v1/token`)
  const refusal = expect(await exchangeAt(stack, forkToken), 400)
  tell.gets(400, String(refusal.fields['error']))
  tell.fact('says', String(refusal.fields['error_description']))

  tell.hop('A partner without a pool: a service account impersonates itself for an ID token')
  const partner = { realm: 'partner', audience: AUDIENCE, claims: { sub: 'partner/reports' } }
  const partnerToken = await orderSubject(stack, tell, partner)
  const ownToken = await vended(stack, tell, partnerToken, FOR_SERVICE)
  tell.fact('email', String(claimsOf(ownToken)['email']))
  await callService(stack, tell, ownToken)
}

async function orderSubject(stack: Stack, tell: Narrator, order: TokenOrder): Promise<string> {
  tell.sends(`POST ${stack.idp.url}/tokens ${JSON.stringify(order)}`)
  const token = await subjectTokenOf(stack, order)
  const { iss, sub, aud } = claimsOf(token)
  tell.gets(200, `subject token ${shortened(token)}`)
  for (const [name, value] of Object.entries({ iss, sub, aud })) tell.fact(name, String(value))
  return token
}

async function vended(
  stack: Stack,
  tell: Narrator,
  subjectToken: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<string> {
  const shown = Object.entries(parameters).map(([name, value]) => ` ${name}=${value}`)
  tell.sends(`POST ${stack.bureau.url}/v1/token subject_token=…${shown.join('')}`)
  const { fields } = expect(await exchangeAt(stack, subjectToken, parameters), 200)
  const token = String(fields['access_token'])
  const [kind] = String(fields['issued_token_type']).split(':').slice(-1)
  tell.gets(200, `${kind} ${shortened(token)}`)
  tell.fact('lives', `${String(fields['expires_in'])} s`)
  const { scope } = fields
  if (typeof scope === 'string') tell.fact('scope', scope)
  return token
}

async function callService({ google }: Stack, tell: Narrator, idToken: string): Promise<void> {
  const service = `${google.url}/run/${new URL(SERVICE).hostname.split('.')[0]}`
  tell.sends(`GET ${service}`)
  const { fields } = expect(await getWith(service, idToken), 200)
  tell.gets(200, `the service greets ${String(fields['caller'])}`)
}

function namesOf({ fields }: Answer): string {
  const items: unknown = fields['items']
  if (!Array.isArray(items)) return 'none'
  return items.map((item: { readonly name?: unknown }) => String(item.name)).join(', ')
}

function expect(answer: Answer, status: number): Answer {
  if (answer.status === status) return answer
  const { error } = answer.fields
  const reason = typeof error === 'string' ? error : 'no reason given'
  throw new Error(`expected status ${status}, got ${answer.status}: ${reason}`)
}
