import { execFile } from 'node:child_process'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import type { CloudSdk } from './cloud-sdk.ts'

/** What gcloud knows of a command. */
export interface KnownFlags {
  /** Whether the words lead to a command, and not to a group of them or nowhere. */
  readonly leaf: boolean
  /** Each flag with its form: `bool`, `value`, or its choices. */
  readonly flags: Readonly<Record<string, string | readonly string[]>>
}

/** Walks gcloud's own completion table, which is Python, along the words of each command. */
const WALK = `
import json, sys
sys.path.insert(0, sys.argv[1])
from gcloud_completions import STATIC_COMPLETION_CLI_TREE
answers = []
for line in json.load(sys.stdin):
    node = STATIC_COMPLETION_CLI_TREE
    flags = dict(node["flags"])
    for word in line:
        if word not in node["commands"]:
            break
        node = node["commands"][word]
        flags.update(node["flags"])
    answers.append({"leaf": not node["commands"], "flags": flags})
json.dump(answers, sys.stdout)
`

const KNOWN = z.array(
  z.object({
    leaf: z.boolean(),
    flags: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  }),
)

/** What the gcloud of this machine knows of each command, given as its words. Reaches nobody. */
export async function flagsOf(
  sdk: CloudSdk,
  commands: readonly (readonly string[])[],
): Promise<readonly KnownFlags[]> {
  const table = join(dirname(dirname(sdk.libraries)), 'data', 'cli')
  const python = execFile('python3', ['-c', WALK, table], { maxBuffer: 64 * 1024 * 1024 })
  const { stdin, stdout } = python
  if (stdin === null || stdout === null) throw new Error('python3 has no pipes')
  stdin.end(JSON.stringify(commands))
  return KNOWN.parse(JSON.parse(await text(stdout)))
}
