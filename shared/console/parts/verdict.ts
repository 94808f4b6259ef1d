import type { Report } from '../../audit/verify/report.ts'
import { count } from '../format.ts'
import { html, type Content, type Html } from '../html.ts'
import type { VerificationState } from '../verification/verification.ts'
import { distance, type Tone } from './words.ts'

/** The answer to the question of the page, in one sentence, and what it rests on. */
export function verdict(state: VerificationState, now: number): Html {
  const { report, finishedAt } = state
  const [tone, sentence] = sentenceOf(state)
  return html`<section class="panel verdict ${tone}" role="status">
    <p class="sentence">${sentence}</p>
    ${state.status === 'running' && progress(state)}
    ${report !== undefined && finishedAt !== undefined && html`<p class="muted">${basis(report)} Verified ${distance(finishedAt, now)}.</p>`}
    ${state.problem !== undefined && html`<p>The verification could not be finished: ${state.problem}</p>`}
    ${state.status !== 'unsupported' && again(state)}
  </section>`
}

function sentenceOf({ status, report }: VerificationState): readonly [Tone, string] {
  if (status === 'unsupported') {
    return ['idle', 'This store is verified by the command: bureau audit verify, over its export.']
  }
  if (report === undefined) {
    return status === 'failed'
      ? ['bad', 'Nothing is known: the log could not be verified.']
      : ['idle', 'The log is being verified.']
  }
  if (report.ok) return ['good', 'No record was removed, edited or reordered.']
  const findings = Object.values(report.counts).reduce((sum, number) => sum + number, 0)
  return ['bad', `The log does not verify: ${count(findings)} findings.`]
}

function basis({ records, chains, trustedKey }: Report): Content {
  const signed = chains.reduce((sum, chain) => sum + chain.signed, 0)
  const vouched = trustedKey
    ? `${count(signed)} checkpoints signed by the key at hand.`
    : 'No key is mounted: whoever writes the store could have made the chains anew.'
  return `${count(records)} records in ${count(chains.length)} chains; ${vouched}`
}

function progress({ done, total }: VerificationState): Html {
  const text = total === undefined ? 'Beginning' : `${count(done)} of ${count(total)} records`
  return html`<p class="progress">
    <progress
      max="${total ?? 1}"
      value="${done}"
      aria-label="Progress of the verification"
    ></progress>
    <span>${text}</span> <a href="/integrity">Look again</a>
  </p>`
}

function again({ status }: VerificationState): Html | undefined {
  if (status === 'running') return undefined
  return html`<form action="/verify" method="post"><button>Verify again</button></form>`
}
