import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { paste } from '../support/pasted-page.ts'

const PAGE = await readFile(new URL('../../deploy/gcp/deploy.md', import.meta.url), 'utf8')
const [, BLOCK = assert.fail('the page has no such block')] =
  /^```sh google-logs\n([^]*?)^```$/m.exec(PAGE) ?? []

interface Logged {
  readonly service: string
  readonly auditLogConfigs: readonly object[]
}

const STORAGE: Logged = {
  service: 'storage.googleapis.com',
  auditLogConfigs: [{ logType: 'DATA_WRITE' }],
}
const EXEMPTING: Logged = {
  service: 'sts.googleapis.com',
  auditLogConfigs: [{ logType: 'ADMIN_READ', exemptedMembers: ['user:eve@acme.example'] }],
}
const ON: readonly Logged[] = [
  { service: 'sts.googleapis.com', auditLogConfigs: [{ logType: 'ADMIN_READ' }] },
  {
    service: 'iam.googleapis.com',
    auditLogConfigs: [{ logType: 'ADMIN_READ' }, { logType: 'DATA_READ' }],
  },
]

const BEFORE: readonly (readonly [what: string, before: object, after: object])[] = [
  ['of a new project', {}, { auditConfigs: ON }],
  [
    'with bindings and logs of its own',
    { etag: 'BwX', bindings: [{ role: 'roles/owner' }], auditConfigs: [STORAGE] },
    { etag: 'BwX', bindings: [{ role: 'roles/owner' }], auditConfigs: [STORAGE, ...ON] },
  ],
  ['with an exemption', { auditConfigs: [EXEMPTING] }, { auditConfigs: ON }],
]

for (const [what, before, after] of BEFORE) {
  test(`a policy ${what} gets Google's logs and keeps the rest`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'google-logs-'))
    try {
      const env = { PROJECT: 'acme-bureau', IAM_POLICY: JSON.stringify(before) }
      const { code, stderr, kept, calls } = await paste(folder, BLOCK, ['gcloud', 'bq'], env)
      assert.equal(code, 0, stderr)
      for (const [name, ...words] of calls)
        assert.ok(words.some((word) => word.includes(name === 'bq' ? 'acme-bureau' : 'acme-prod')))
      const written = await readFile(join(kept, 'iam-policy.json'), 'utf8')
      assert.deepEqual(JSON.parse(written), after)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
}
