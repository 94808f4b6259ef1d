import { parseArgs } from 'node:util'
import { showJourney } from './demo/journey.ts'
import { createNarrator, mayColour } from './demo/narrator.ts'
import { showRecords } from './demo/records.ts'
import { startStack } from './stack.ts'

const HELP = `Usage: npm run demo

Walks a token's way through the whole chain on free ports of 127.0.0.1, from the
identity provider to a Google API, in a few seconds. Nothing stays behind.
npm start keeps the same chain up.
`

/**
 * `npm run demo`: starts the whole chain on free loopback ports, walks a token's way hop by hop, and
 * stops. Exit 0; or 1 with one line that says why, a signal for one.
 */
// A reader that goes away (`| head`) must not leave the stack behind: the rest is told to nobody.
process.stdout.on('error', () => {})

/** Rejects at a signal; the stack is closed then, as at every other end. */
const interrupted = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => reject(new Error(`ended by ${signal}`)))
  }
})
interrupted.catch(() => {})

const tell = createNarrator(
  (line) => process.stdout.write(`${line}\n`),
  mayColour(process.stdout, process.env),
)

try {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } })
  if (values.help === true) process.stdout.write(HELP)
  else await run()
} catch (error) {
  const [reason] = (error instanceof Error ? error.message : String(error)).split('\n')
  process.stderr.write(`demo: ${reason}\n`)
  process.exitCode = 1
}

async function run(): Promise<void> {
  tell.title('Token Bureau: a workload identity goes in, a short-lived Google token comes out')
  const stack = await startStack()
  try {
    tell.line(`identity provider ${stack.idp.url}, bureau ${stack.bureau.url}`)
    tell.line(`double of Google  ${stack.google.url}`)
    await Promise.race([showJourney(stack, tell), interrupted])
  } finally {
    await stack.close()
  }
  showRecords(stack, tell)
  tell.line('')
  tell.title('The same stack stays up with: npm start')
  tell.line(
    'It serves the audit console at http://127.0.0.1:8083 and prints the link that signs in:',
  )
  tell.line(
    'each answer with the rules that led to it, who can use what, and whether a record is missing.',
  )
}
