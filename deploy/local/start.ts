import { once } from 'node:events'
import { commandsFor } from './commands.ts'
import { PortInUse } from './loopback/listen.ts'
import { START_HELP, startOptions, UsageError, type StartOptions } from './start-options.ts'
import { startStack, type Stack } from './stack.ts'

/**
 * `npm start`: the local stack until Ctrl-C or SIGTERM, then exit 0. What cannot start says so in one
 * line and exits 1; wrong usage exits 2.
 */
const asked = new AbortController()
// Without a reader of its output the stack has nobody to serve: it stops as for Ctrl-C.
process.stdout.on('error', () => asked.abort())
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => asked.abort())
}

try {
  const options = startOptions(process.argv.slice(2), process.env)
  if (options === 'help') process.stdout.write(START_HELP)
  else await run(options)
} catch (error) {
  if (!asked.signal.aborted) {
    const why = error instanceof Error ? error.message : String(error)
    process.stderr.write(`start: ${why}${hintFor(error)}\n`)
    process.exitCode = error instanceof UsageError ? 2 : 1
  }
}

function hintFor(error: unknown): string {
  if (error instanceof UsageError) return ': see npm start -- --help'
  return error instanceof PortInUse ? ': npm start -- --help tells how to choose another' : ''
}

async function run({ ports, store }: StartOptions): Promise<void> {
  // Nothing is shown before the addresses, and no record is lost: its chain would have a gap.
  let ready = false
  const early: (() => void)[] = []
  const stack = await startStack({
    ports,
    ...(store === undefined ? {} : { store }),
    env: { POLICY_INTERVAL: '1' },
    output: {
      keepOutput: false,
      onLine: (line, stream) => {
        const write = () => void process[stream].write(`${line}\n`)
        if (ready) write()
        else if (line.startsWith('{')) early.push(write)
      },
    },
  })
  try {
    introduce(stack)
    for (const write of early) write()
    ready = true
    const stop = asked.signal.aborted ? undefined : once(asked.signal, 'abort')
    const ended = [stack.bureau, stack.console, stack.explain].flatMap((each) => each?.exited ?? [])
    const crash = await Promise.race([stop?.then(() => undefined), ...ended])
    if (crash !== undefined && !asked.signal.aborted) {
      throw new Error(`a function ended with ${crash.code ?? crash.signal}`)
    }
  } finally {
    await stack.close()
  }
}

function introduce({ bureau, console, explain, idp, google, policyFile }: Stack): void {
  const addresses = {
    bureau: bureau.url,
    idp: idp.url,
    google: google.url,
    explain: explain?.url ?? '',
  }
  process.stdout.write(`The stack is up until Ctrl-C; the functions' log lines follow below.

  bureau             ${bureau.url}
  identity provider  ${idp.url}
  double of Google   ${google.url}
  audit console      ${console?.url}
                     (sign in by ${console?.signInLink})
  explain            ${explain?.url}
  policy             ${policyFile}
                     (a copy of deploy/local/policy.yaml; edit it: it is read again every second)

Try it, in another terminal:

${commandsFor(addresses)}
`)
}
