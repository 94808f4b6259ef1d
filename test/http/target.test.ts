import assert from 'node:assert/strict'
import { test } from 'node:test'
import { targetOf } from '../../shared/http/target.ts'
import { refusalOf } from '../support/refusals.ts'

const EMAIL = 'deployer@acme-prod.iam.gserviceaccount.com'
const ACCOUNT = '//iam.googleapis.com/projects/-/serviceAccounts/'
const PROVIDER =
  '//iam.googleapis.com/projects/123456/locations/global/workloadIdentityPools/ci/providers/github'

const emails = [
  EMAIL,
  'a@domain.com.acme.iam.gserviceaccount.com',
  '123-compute@developer.gserviceaccount.com',
  'acme-prod@appspot.gserviceaccount.com',
]

for (const email of emails) {
  test(`${email} names an account, short or in full`, () => {
    assert.deepEqual(targetOf(email), { kind: 'email', email })
    assert.deepEqual(targetOf(ACCOUNT + email), { kind: 'email', email })
  })
}

test('a grant, a provider, or nothing', () => {
  assert.deepEqual(targetOf('deploy-prod'), { kind: 'grant', id: 'deploy-prod' })
  assert.deepEqual(targetOf(PROVIDER), { kind: 'provider', resourceName: PROVIDER })
  assert.deepEqual(targetOf(undefined), { kind: 'any' })
})

const refused = [
  `${EMAIL}\n`,
  `\n${EMAIL}`,
  ` ${EMAIL}`,
  `${EMAIL}\0`,
  EMAIL.toUpperCase(),
  EMAIL.replace('d', 'D'),
  EMAIL.replace('@', '%40'),
  `${EMAIL}%2f`,
  `${EMAIL}:signBlob?`,
  `${EMAIL}:generateAccessToken`,
  `${EMAIL}?alt=json`,
  `${EMAIL}#x`,
  `../${EMAIL}`,
  `-/../${EMAIL}`,
  `${ACCOUNT}../${EMAIL}`,
  `${ACCOUNT}${EMAIL}/keys`,
  ACCOUNT,
  `${ACCOUNT}${ACCOUNT}${EMAIL}`,
  `https:${ACCOUNT}${EMAIL}`,
  `projects/-/serviceAccounts/${EMAIL}`,
  EMAIL.replace('@', '@@'),
  EMAIL.replace('.com', '.com.evil.example'),
  'deployer@evil.example',
  'deployer@gserviceaccount.com',
  'dеployer@acme-prod.iam.gserviceaccount.com',
  `${PROVIDER}/`,
  `https:${PROVIDER}`,
  PROVIDER.replace('ci', '../ci'),
  'Deploy-Prod',
  '-deploy',
  'a b',
  '*',
]

for (const audience of refused) {
  test(`${JSON.stringify(audience)} names nothing`, () => {
    assert.equal(refusalOf(() => targetOf(audience))?.reason, 'request')
  })
}
