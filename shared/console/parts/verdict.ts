import type { Report } from '../../audit/verify/report.ts'
import { count, moment } from '../format.ts'
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
    ${report !== undefined && finishedAt !== undefined && html`<p class="muted">${basis(report)} ${limits(report)} Verified ${distance(finishedAt, now)}.</p>`}
    ${state.problem !== undefined && html`<p>The verification could not be finished: ${state.problem}</p>`}
    ${again(state)}
  </section>`
}

function sentenceOf({ status, report }: VerificationState): readonly [Tone, string] {
  if (report === undefined) {
    return status === 'failed'
      ? ['bad', 'Nothing is known: the log could not be verified.']
      : ['idle', 'The log is being verified.']
  }
  if (report.ok)
    return ['good', 'No record was removed, edited or reordered in the chains that are here.']
  const findings = Object.values(report.counts).reduce((sum, number) => sum + number, 0)
  if (findings === 0) return ['idle', 'There is no record to verify.']
  return [
    'bad',
    `The log does not verify: ${count(findings)} ${findings === 1 ? 'finding' : 'findings'}.`,
  ]
}

function basis({ records, chains, trustedKey, since }: Report): Content {
  const signed = chains.reduce((sum, chain) => sum + chain.signed, 0)
  const vouched = trustedKey
    ? `${count(signed)} checkpoints signed by the key at hand.`
    : 'No key is mounted: whoever writes the store could have made the chains anew.'
  const looked = since === undefined ? '' : ` since ${moment(since)} UTC`
  return `${count(records)} records in ${count(chains.length)} chains${looked}; ${vouched}`
}

/** What a good verdict rests on and does not cover: no reader shall take it for more. */
function limits({ ok, unchecked }: Report): string | undefined {
  if (!ok) return undefined
  const elsewhere = 'only against heads that were kept elsewhere: bureau audit verify --heads.'
  return unchecked.includes('missing_chains')
    ? `Chains that are gone whole, and tails that were cut off of late, show ${elsewhere}`
    : `All that this console saw when it verified before is still there; what was gone by then shows ${elsewhere}`
}

function progress({ done, total }: VerificationState): Html {
  const whole = total === undefined ? '' : ` of ${count(total)}`
  const text = done === 0 ? 'Beginning' : `${count(done)}${whole} records`
  return html`<p class="progress">
    ${bar(done, total)}
    <span>${text}</span> <a href="/integrity">Look again</a>
  </p>`
}

/** A bar without an end where nobody knows how much there is. */
function bar(done: number, total: number | undefined): Html {
  const name = 'Progress of the verification'
  return total === undefined
    ? html`<progress aria-label="${name}"></progress>`
    : html`<progress max="${total}" value="${done}" aria-label="${name}"></progress>`
}

function again({ status }: VerificationState): Html | undefined {
  if (status === 'running') return undefined
  return html`<form action="/verify" method="post"><button>Verify again</button></form>`
}
