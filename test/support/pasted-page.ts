import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand, type Ended } from './run-command.ts'

/** A command as a script called it: its name, then its words as the shell had made them. */
export type Called = readonly [string, ...string[]]

/** A script's end, and what it called of the commands that stood in. */
export interface Pasted extends Ended {
  readonly calls: readonly Called[]
  /** Holds a copy of each file that a call named by a flag. */
  readonly kept: string
}

/** Ends one word of a call, and one call. */
const [WORD, CALL] = ['\u001f', '\u001e']

/**
 * Notes its words, keeps the files that `--data-file` and its like name, and reads what is piped in; answers
 * with a number, or with a policy where that is asked for. The two sides of a pipe run at once: one writes at
 * a time.
 */
const STAND_IN = `#!/usr/bin/env bash
set -eu
until mkdir "$CALLS.lock" 2> /dev/null; do sleep 0.01; done
{ printf '%s${WORD}' "\${0##*/}" "$@"; printf '${CALL}'; } >> "$CALLS"
rmdir "$CALLS.lock"
for word in "$@"; do
  case "$word" in
    --data-file=-) ;;
    --data-file=* | --jwk-json-path=*) cp "\${word#*=}" "$KEPT/" ;;
    iam-policy.json) cp "$word" "$KEPT/" ;;
  esac
done
cat > /dev/null
case "$*" in
  *get-iam-policy*) echo "$IAM_POLICY" ;;
  *) echo 123456789012 ;;
esac
`

/** Runs a script by bash in \`folder\`, where commands that would reach out are stood in for. */
export async function paste(
  folder: string,
  script: string,
  standIns: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Pasted> {
  const [bin, kept, log] = ['bin', 'kept', 'calls'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  await mkdir(bin)
  await mkdir(kept)
  await writeFile(log, '')
  for (const name of standIns) {
    await writeFile(join(bin, name), STAND_IN)
    await chmod(join(bin, name), 0o755)
  }
  const path = `${bin}:${process.env['PATH']}`
  const commands = `exec < /dev/null; cd "$FOLDER"\n${script}`
  const ended = await runCommand('bash', ['-euo', 'pipefail', '-c', commands], {
    PATH: path,
    FOLDER: folder,
    CALLS: log,
    KEPT: kept,
    IAM_POLICY: '{}',
    ...env,
  })
  const text = await readFile(log, 'utf8')
  const calls = text
    .split(CALL)
    .slice(0, -1)
    .map((call) => call.split(WORD).slice(0, -1) as [string, ...string[]])
  return { ...ended, calls, kept }
}
