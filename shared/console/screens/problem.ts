import type { Refusal } from '../../domain/refusal.ts'
import { html, type Html } from '../html.ts'
import type { Page } from '../layout.ts'
import { copyable, panel } from '../parts/blocks.ts'

/** What a refused reader is told. */
export interface Problem {
  readonly refusal: Refusal
  readonly requestId: string
  /** Whether an operator is signed in: nobody else learns more than the constant sentence. */
  readonly known: boolean
  /** Where one can sign in; on loopback alone. */
  readonly signInLink: string | undefined
}

/** The page of a refusal. */
export function problemPage({ refusal, requestId, known, signInLink }: Problem): Page {
  return {
    title: titleOf(refusal),
    route: undefined,
    lead: refusal.sentence,
    content: html`${known && refusal.detail !== undefined && panel('What was wrong', undefined, html`<p class="body">${refusal.detail}</p>`)}
      ${refusal.status === 401 && signIn(signInLink)}
      ${refusal.status === 403 && signInLink !== undefined && signIn(signInLink)}
      <p class="muted">Request <code>${requestId}</code></p>`,
  }
}

const COMMAND = [
  'TOKEN=$(gcloud auth print-identity-token --include-email \\',
  '  --impersonate-service-account=OPERATOR --audiences=ADDRESS)',
  'curl -H "Authorization: Bearer $TOKEN" ADDRESS/api/events',
].join('\n')

function titleOf({ status }: Refusal): string {
  switch (status) {
    case 401:
      return 'Sign in'
    case 403:
      return 'Not for this identity'
    case 404:
      return 'Not found'
    case 429:
      return 'Too many requests'
    default:
      return status >= 500 ? 'Not available' : 'That cannot be answered'
  }
}

function signIn(link: string | undefined): Html {
  if (link !== undefined) {
    return panel(
      'Local stack',
      undefined,
      html`<p class="body">
        <a class="button primary" href="${link}">Sign in with the double of Google</a>
      </p>`,
    )
  }
  return panel(
    'How to get in',
    undefined,
    html`<div class="body">
      <p>
        In a browser, Identity-Aware Proxy stands in front of this page: open it there. A program
        brings a Google-signed ID token of an operator for this address:
      </p>
      ${copyable('Command', COMMAND)}
    </div>`,
  )
}
