import { html, type Html } from '../html.ts'
import { panel } from './blocks.ts'
import { knownValues } from './fields.ts'

/** The questions that a security team asks first, each with the way to its answer. */
export function questions(accounts: readonly string[]): Html {
  return panel(
    'Ask',
    undefined,
    html`<div class="questions">
      <form action="/events" method="get">
        <input type="hidden" name="show" value="issued" />
        <input type="hidden" name="when" value="yesterday" />
        <label for="ask-account">Who got a token for this account yesterday?</label>
        <input
          id="ask-account"
          name="account"
          list="accounts"
          required
          autocomplete="off"
          placeholder="name@project.iam.gserviceaccount.com"
        />
        <button>Show</button>
      </form>
      <form action="/events" method="get">
        <input type="hidden" name="show" value="all" />
        <label for="ask-request">Why was this request refused?</label>
        <input
          id="ask-request"
          name="request"
          required
          autocomplete="off"
          placeholder="request_id of the answer"
        />
        <button>Show</button>
      </form>
      <form action="/live" method="get">
        <label for="ask-provider">Which live tokens does this partner hold?</label>
        <input
          id="ask-provider"
          name="provider"
          required
          autocomplete="off"
          placeholder="provider’s id in the policy"
        />
        <button>Show</button>
      </form>
      <p><a href="/find">Whose token is this string?</a></p>
      <p><a href="/integrity">Was any record removed?</a></p>
      ${knownValues('accounts', accounts)}
    </div>`,
  )
}
