import type { ServerResponse } from 'node:http'
import { findToken } from '../audit/store/find-token.ts'
import { Refusal } from '../domain/refusal.ts'
import { sendJson } from '../http/respond.ts'
import type { Asset, AssetName } from './assets.ts'
import { csvOf, jsonlOf } from './export.ts'
import { layout, type Page } from './layout.ts'
import { SCREENS, screenOf } from './pages.ts'
import { postedToken } from './posted.ts'
import type { ConsoleRoute } from './routes.ts'
import { refuseCrossSite } from './same-origin.ts'
import { readEvent } from './screens/event.ts'
import { findPage } from './screens/find.ts'
import { filterOf, readSearch, refuseUnknown } from './search/search.ts'
import { sendFile, sendOn, sendPage } from './send.ts'
import type { Asked, Sources } from './sources.ts'

/** Who reads, and how the page looks for them. */
export interface Reader {
  readonly operator: string | undefined
  readonly maySignOut: boolean
}

/** The console, once it is known who reads. */
export interface Console {
  /** Answers a request of an operator. Throws `Refusal`. */
  answer(route: ConsoleRoute, response: ServerResponse, reader: Reader): Promise<void>
  /** Sends a page in the console's frame. */
  show(
    response: ServerResponse,
    status: number,
    page: Page,
    reader: Reader,
    headers?: Readonly<Record<string, string>>,
  ): void
}

/** What the console is made of; `now` in milliseconds since the epoch. */
export interface ConsoleOptions {
  readonly sources: Sources
  readonly assets: Readonly<Record<AssetName, Asset>>
  /** Of the console itself: the only one whose forms are taken. */
  readonly origin: string
  readonly now: () => number
}

/** The console over its sources. */
export function createConsole({ sources, assets, origin, now }: ConsoleOptions): Console {
  const { store, verification } = sources

  const show: Console['show'] = (response, status, page, reader, headers = {}) => {
    const { style, script, icon } = assets
    const frame = {
      ...reader,
      style: style.address,
      script: script.address,
      icon: icon.address,
    }
    sendPage(response, status, layout(page, frame), headers)
  }

  async function answerPost(route: ConsoleRoute, response: ServerResponse, reader: Reader) {
    refuseCrossSite(response.req.headers, [origin])
    if (route === 'verify') {
      verification.again()
      sendOn(response, '/integrity')
      return
    }
    const api = route === 'api-find'
    const token = await postedToken(response, 'token', api ? ['form', 'json'] : ['form'])
    const { key } = sources
    const found = key === undefined ? undefined : await findToken(token, store, key)
    if (api) {
      if (found === undefined) throw new Refusal('request', { detail: 'no AUDIT_KEY_FILE' })
      sendJson(response, 200, found)
    } else show(response, 200, findPage(sources, now(), found), reader)
  }

  async function answerFile(route: ConsoleRoute, asked: Asked, response: ServerResponse) {
    if (route === 'event-json') {
      const { event, record } = await readEvent(asked, sources)
      const name = `${event.id}.json`
      await sendFile(response, once(`${record}\n`), attachment('application/json', name))
      return
    }
    const filter = filterOf(readSearch(asked.query), asked.now)
    const day = new Date(asked.now).toISOString().slice(0, 10)
    if (route === 'events-csv') {
      const headers = attachment('text/csv; charset=utf-8', `events-${day}.csv`)
      await sendFile(response, csvOf(store, filter), headers)
    } else {
      const headers = attachment('application/jsonl', `events-${day}.jsonl`)
      await sendFile(response, jsonlOf(store, filter), headers)
    }
  }

  return {
    show,
    async answer(route, response, reader) {
      const { method, url = '/' } = response.req
      if (method === 'POST') return answerPost(route, response, reader)
      const asked = { query: new URL(url, 'http://localhost').searchParams, now: now() }
      const screen = screenOf(route)
      // A page overlooks what a proxy put into its address; a program's slip would answer another question.
      if (screen?.api !== false) refuseUnknown(asked.query)
      if (screen === undefined) return answerFile(route, asked, response)
      const { page, api } = SCREENS[screen.name]
      if (screen.api) sendJson(response, 200, await api(asked, sources))
      else show(response, 200, await page(asked, sources), reader)
    },
  }
}

function attachment(type: string, name: string) {
  return { 'content-type': type, 'content-disposition': `attachment; filename="${name}"` }
}

async function* once(text: string): AsyncGenerator<string> {
  yield text
}
