import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { formatProblem } from '../../shared/policy/problem.ts'
import { digestPolicyFile, readPolicyFile } from '../../shared/policy/read-policy.ts'
import { WHOLE } from '../support/policy-text.ts'

let root = ''
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'policy-'))
})
after(() => rm(root, { recursive: true }))

const team = (id: string) => `version: 1
grants:
  - id: ${id}
    members: ['github:*']
    serviceAccount: ${id}@acme-pay.iam.gserviceaccount.com
    idToken: {audiences: ['https://pay.example.com']}
`
const including = (files: string) =>
  `${WHOLE}include: [{files: '${files}', ceiling: {members: ['github:*']}}]\n`

/** A directory of files by path. */
async function directory(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const at = join(root, name)
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(at, path, '..'), { recursive: true })
    await writeFile(join(at, path), text)
  }
  return at
}

async function grantsOf(path: string): Promise<readonly string[]> {
  const result = await readPolicyFile(path)
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'))
  return [...result.policy.grantsByMember.values()]
    .flat()
    .map(({ id }) => id)
    .toSorted()
}

async function problemsOf(path: string): Promise<readonly string[]> {
  const result = await readPolicyFile(path)
  return result.ok ? [] : result.problems.map(formatProblem)
}

const FILES = {
  'teams/a.yaml': team('team-a'),
  'teams/b.yml': team('team-b'),
  'teams/.hidden.yaml': 'not: loaded',
  'teams/notes.txt': 'not: loaded',
  'teams/deep/c.yaml': team('team-c'),
  'other.yaml': team('other'),
}

/** An include path, and whose grants come with it. */
const PATHS: readonly (readonly [path: string, ...grants: readonly string[]])[] = [
  ['other.yaml', 'other'],
  ['teams', 'team-a', 'team-b'],
  ['teams/', 'team-a', 'team-b'],
  ['teams/*.yaml', 'team-a'],
  ['teams/*.y*ml', 'team-a', 'team-b'],
  ['teams/*/*.yaml', 'team-c'],
  ['t*s/a.yaml', 'team-a'],
  ['*.yaml', 'other'],
]

for (const [path, ...grants] of PATHS)
  test(`include: ${path} brings in ${grants.join(' and ')}`, async () => {
    const at = await directory(`paths-${encodeURIComponent(path)}`, {
      ...FILES,
      'policy.yaml': including(path),
    })
    assert.deepEqual(await grantsOf(join(at, 'policy.yaml')), ['deploy', ...grants].toSorted())
  })

test('a policy without includes is read by its path', async () => {
  const at = await directory('alone', { 'policy.yaml': WHOLE })
  assert.deepEqual(await grantsOf(join(at, 'policy.yaml')), ['deploy'])
})

test('a problem in an included file names that file by its path', async () => {
  const at = await directory('problem', {
    'policy.yaml': including('teams/*.yaml'),
    'teams/a.yaml': team('x'),
  })
  assert.deepEqual(await problemsOf(join(at, 'policy.yaml')), [
    `${at}/teams/a.yaml:3:9: id must be 3 to 63 lower-case letters, digits and hyphens, a letter first`,
  ])
})

test('what cannot be read is a problem, not a fault', async () => {
  const at = await directory('unreadable', { 'policy.yaml': including('teams/*.yaml') })
  const missing = join(at, 'missing.yaml')
  assert.deepEqual(await problemsOf(missing), [`${missing}:1:1: the file cannot be read: ENOENT`])
  assert.deepEqual(await problemsOf(at), [
    `${at}:1:1: the file cannot be read: it is not a regular file`,
  ])
  assert.deepEqual(await problemsOf(join(at, 'policy.yaml')), [
    `${at}/policy.yaml:15:19: teams/*.yaml cannot be read: ENOENT`,
  ])
})

test('a link out of the directory is refused', async () => {
  await directory('outside', { 'secret.yaml': team('secret') })
  const at = await directory('escape', { 'policy.yaml': including('*.yml') })
  await symlink(join(root, 'outside/secret.yaml'), join(at, 'a.yml'))
  assert.deepEqual(await problemsOf(join(at, 'policy.yaml')), [
    `${at}/policy.yaml:15:19: a.yml leads out of the directory of this file`,
  ])
})

/** Lays a version out as Kubernetes and Cloud Run lay out volumes: every name leads through `..data`. */
async function mount(at: string, version: string, files: Readonly<Record<string, string>>) {
  await directory(join(at, `..${version}`), files)
  const link = join(root, at, '..data_new')
  await symlink(`..${version}`, link)
  await rename(link, join(root, at, '..data'))
}

test('a mounted volume is read through its links, and its next version is noticed', async () => {
  const files = { 'policy.yaml': including('teams'), 'teams/a.yaml': team('team-a') }
  await mount('volume', 'v1', files)
  const at = join(root, 'volume')
  await symlink('..data/policy.yaml', join(at, 'policy.yaml'))
  await symlink('..data/teams', join(at, 'teams'))
  const path = join(at, 'policy.yaml')
  assert.deepEqual(await grantsOf(path), ['deploy', 'team-a'])
  const first = await readPolicyFile(path)
  assert.equal(await digestPolicyFile(path, first.includes), first.digest)

  await mount('volume', 'v2', { ...files, 'teams/b.yaml': team('team-b') })
  assert.notEqual(await digestPolicyFile(path, first.includes), first.digest)
  assert.deepEqual(await grantsOf(path), ['deploy', 'team-a', 'team-b'])
})

test('the digest tells of every change without loading', async () => {
  const at = await directory('digest', { ...FILES, 'policy.yaml': including('*.yaml') })
  const path = join(at, 'policy.yaml')
  const { digest, includes } = await readPolicyFile(path)
  assert.deepEqual(includes, ['*.yaml'])
  assert.equal(await digestPolicyFile(path, includes), digest)
  await writeFile(join(at, 'other.yaml'), 'broken: [')
  const broken = await readPolicyFile(path)
  assert.equal(broken.ok, false)
  assert.notEqual(broken.digest, digest)
  assert.equal(await digestPolicyFile(path, broken.includes), broken.digest)
  assert.equal(await digestPolicyFile(join(at, 'missing.yaml'), []), '')
})

/** What may be wrong with a main file; each has to be noticed by its digest as well. */
const WRONG: Readonly<Record<string, string>> = {
  'is empty': '',
  'is no YAML': 'version: [',
  'is no policy': 'version: 2\ninclude: [other.yaml]\n',
  'includes what is not there': including('nowhere.yaml'),
  'includes what leads out of its directory': including('out.yml'),
  'includes a broken file': including('broken.yaml'),
  'includes itself and a broken file': including('*.yaml'),
  'includes a file twice': including('broken.yaml').replace(']\n', ', broken.yaml]\n'),
}

for (const [what, text] of Object.entries(WRONG))
  test(`a policy that ${what} has the digest that is looked for`, async () => {
    const at = await directory(`wrong-${encodeURIComponent(what)}`, {
      'policy.yaml': text,
      'broken.yaml': 'broken: [',
    })
    await symlink(join(root, 'outside/secret.yaml'), join(at, 'out.yml'))
    const path = join(at, 'policy.yaml')
    const { ok, digest, includes } = await readPolicyFile(path)
    assert.equal(ok, false)
    assert.equal(await digestPolicyFile(path, includes), digest)
  })
