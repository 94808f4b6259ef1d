import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { appendFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../', import.meta.url))
const README = readFileSync(join(ROOT, 'README.md'), 'utf8')
const [, CHAPTER = ''] = README.split('\n## Write a policy\n')

/** The fenced blocks of the chapter, in their order. */
const BLOCKS = [...(CHAPTER.split('\n## ')[0] ?? '').matchAll(/^```(.+)\n([^]*?)^```$/gm)].map(
  ([, info = '', text = '']) => ({ info, text }),
)

/** Runs a script as a reader would, in a folder that looks like a clone; gives code and output. */
async function runIn(folder: string, script: string) {
  try {
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder })
    return { code: 0, stdout }
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string }
    return { code, stdout }
  }
}

/** Whether the output holds the shown lines in their order; `...` stands for anything. */
function assertShown(shown: string, output: string): void {
  const lines = output.split('\n')
  let at = 0
  for (const line of shown.trimEnd().split('\n')) {
    if (line.trim() === '...') continue
    const expected = line.replace(/\.\.\.$/, '')
    const whole = expected === line
    const found = lines.findIndex(
      (one, index) => index >= at && (whole ? one === line : one.startsWith(expected)),
    )
    assert.ok(found !== -1, `not in the output, or not in this order: ${line}\n${output}`)
    at = found + 1
  }
}

test('the chapter on writing a policy does what it says, command by command', async () => {
  assert.ok(BLOCKS.length > 10)
  const folder = await mkdtemp(join(tmpdir(), 'readme-policy-'))
  try {
    for (const name of ['node_modules', 'package.json', 'deploy', 'shared', 'functions'])
      await symlink(join(ROOT, name), join(folder, name))
    let output = ''
    let commands = 0
    for (const { info, text } of BLOCKS) {
      const [kind, name = '', more] = info.split(' ')
      if (kind === 'yaml') {
        const write = more === 'append' ? appendFile : writeFile
        await write(join(folder, name), text)
      } else if (kind === 'sh') {
        const { code, stdout } = await runIn(folder, text)
        assert.equal(code, more === 'exit=1' ? 1 : 0, `${text}\n${stdout}`)
        output = stdout
        commands += 1
      } else assertShown(text, output)
    }
    assert.equal(commands, 7)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('the chapter names every rule of the check', async () => {
  const table = [...CHAPTER.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, rule]) => rule)
  const rules = readFileSync(join(ROOT, 'shared/policy/lint/finding.ts'), 'utf8')
  const known = [...rules.matchAll(/^ {2}\| '([a-z-]+)'$/gm)].map(([, rule]) => rule)
  assert.ok(known.length >= 10)
  assert.deepEqual(new Set(table), new Set(known))
})
