import assert from 'node:assert/strict'
import { readFileSync, globSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const FILES = globSync('{functions,shared,deploy}/**/*.ts', { cwd: ROOT }).sort()

/** Rooms below the wiring: a room may import from those named beside it, and from itself. */
const SHARED: readonly (readonly [room: string, pattern: RegExp, mayImport: readonly string[]])[] =
  [
    ['vend', /^shared\/vend\.ts$/, ['steps', 'domain']],
    ['steps', /^shared\/steps\//, ['token', 'domain']],
    ['policy', /^shared\/policy\//, ['domain']],
    ['http', /^shared\/http\//, ['token', 'domain']],
    ['audit', /^shared\/audit\//, ['domain']],
    ['operator', /^shared\/operator\//, ['steps', 'domain']],
    ['explain', /^shared\/explain\//, ['steps', 'policy', 'token', 'domain']],
    ['console', /^shared\/console\//, ['audit', 'http', 'domain']],
    [
      'upstream',
      /^shared\/(assertion|google|keys|net|reload|state)\//,
      ['upstream', 'token', 'domain'],
    ],
    ['token', /^shared\/token\//, ['domain']],
    ['domain', /^shared\/domain\//, []],
  ]
const BELOW = SHARED.map(([room]) => room)

const ROOMS: typeof SHARED = [
  ...SHARED,
  ['functions', /^functions\//, BELOW],
  ['deploy', /^deploy\//, [...BELOW, 'functions']],
]

function roomOf(file: string): string {
  const room = ROOMS.find(([, pattern]) => pattern.test(file))
  assert.ok(room, `${file} stands in no room`)
  return room[0]
}

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)]
  return specifiers.flatMap(([, specifier]) => (specifier === undefined ? [] : [specifier]))
}

function ownImportsOf(file: string): readonly string[] {
  return importsOf(file)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => relative(ROOT, normalize(join(ROOT, dirname(file), specifier))))
}

test('the tree holds source files to look at', () => {
  assert.ok(FILES.includes('shared/vend.ts'))
})

test('imports point one way', () => {
  const backwards = FILES.flatMap((file) => {
    const room = roomOf(file)
    const [, , mayImport = []] = ROOMS.find(([name]) => name === room) ?? []
    return ownImportsOf(file)
      .filter((target) => target.endsWith('.ts'))
      .filter((target) => roomOf(target) !== room && !mayImport.includes(roomOf(target)))
      .map((target) => `${file} -> ${target}`)
  })
  assert.deepEqual(backwards, [])
})

test('no imports go round in a circle', () => {
  const state = new Map<string, 'open' | 'done'>()
  const circles: string[] = []
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return
    if (state.get(file) === 'open') {
      circles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
      return
    }
    state.set(file, 'open')
    for (const target of ownImportsOf(file)) visit(target, [...path, file])
    state.set(file, 'done')
  }
  for (const file of FILES) if (file.endsWith('.ts')) visit(file, [])
  assert.deepEqual(circles, [])
})

test('no file is a grab-bag by name', () => {
  const bag = /(^|[/.-])(utils?|helpers?|common|misc|manager|stuff|data|info)([/.-]|s?\.ts$)/
  assert.deepEqual(
    FILES.filter((file) => bag.test(file)),
    [],
  )
})

test('only the functions and the deployment read the environment', () => {
  const readers = FILES.filter((file) => file.startsWith('shared/')).filter((file) =>
    readFileSync(join(ROOT, file), 'utf8').includes('process.env'),
  )
  assert.deepEqual(readers, [])
})

test('only shared/policy/cel imports the expression engine', () => {
  const importers = FILES.filter((file) =>
    importsOf(file).some((specifier) => specifier.startsWith('@bufbuild/')),
  )
  assert.deepEqual(
    importers.filter((file) => !file.startsWith('shared/policy/cel/')),
    [],
  )
})

test('no source file grows past what two screens hold', () => {
  const long = FILES.map((file) => ({
    file,
    lines: readFileSync(join(ROOT, file), 'utf8').split('\n').length,
  })).filter(({ lines }) => lines > 250)
  assert.deepEqual(long, [])
})

test('only domain/secret.ts and trust boundaries reveal a credential', () => {
  const boundaries =
    /^(shared\/domain\/secret\.ts|shared\/steps\/verify\.ts|shared\/explain\/examine-token\.ts|shared\/google\/|shared\/http\/|shared\/audit\/|shared\/console\/session\.ts|functions\/|deploy\/|shared\/state\/)/
  const revealers = FILES.filter((file) =>
    readFileSync(join(ROOT, file), 'utf8').includes('.reveal()'),
  )
  assert.deepEqual(
    revealers.filter((file) => !boundaries.test(file)),
    [],
  )
})
