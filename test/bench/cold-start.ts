import { fileURLToPath } from 'node:url'
import { bureauOptions } from './contenders.ts'
import { median, type Figure } from './figure.ts'
import type { Scene } from './scene.ts'
import { spawnServer, type ServerOptions } from './server.ts'

const FRAMEWORK = fileURLToPath(
  new URL('../../node_modules/.bin/functions-framework', import.meta.url),
)
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

/**
 * Milliseconds from the start of a process to its first token, over those of the least function to
 * its first answer: keys fetched, both APIs called over new connections, both records written.
 */
export async function coldStart(
  scene: Scene,
  rounds: number,
  tell: (what: string) => void,
): Promise<readonly Figure[]> {
  const { meter: _unused, ...bureau } = await bureauOptions(scene, 'cold')
  const empty: ServerOptions = {
    words: [FRAMEWORK, `--source=${scene.empty}`, '--target=token'],
    env: { NODE_ENV: 'production' },
    log: scene.file('empty.log'),
  }
  const body = scene.bodies.usual[0] ?? ''
  const times: { readonly bureau: number; readonly empty: number }[] = []
  for (let round = 0; round <= rounds; round += 1) {
    tell(`start ${round} of ${rounds}`)
    const pair = {
      bureau: await firstAnswer(scene, bureau, '/v1/token', body),
      empty: await firstAnswer(scene, empty, '/', body),
    }
    // The first start reads files that the others find in memory.
    if (round > 0) times.push(pair)
  }
  const [one, other] = (['bureau', 'empty'] as const).map((each) =>
    median(times.map((pair) => pair[each])).toFixed(0),
  )
  return [
    {
      name: 'start to first token / empty function',
      measured: `${one} ms / ${other} ms`,
      value: median(times.map((pair) => pair.bureau / pair.empty)),
      atMost: 1.35,
    },
  ]
}

async function firstAnswer(
  { machine }: Scene,
  options: ServerOptions,
  path: string,
  body: string,
): Promise<number> {
  const started = performance.now()
  const server = await spawnServer(machine, options)
  try {
    for (;;) {
      const answer = await post(`${server.origin}${path}`, body)
      if (answer === undefined) continue
      if (answer.status !== 200) throw new Error(`the first answer is ${answer.status}`)
      return performance.now() - started
    }
  } finally {
    await server.stop()
  }
}

/** Undefined where nobody listens yet. */
async function post(url: string, body: string): Promise<Response | undefined> {
  try {
    const answer = await fetch(url, { method: 'POST', headers: FORM, body })
    await answer.arrayBuffer()
    return answer
  } catch {
    return undefined
  }
}
