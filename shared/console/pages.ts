import type { Page } from './layout.ts'
import type { ConsoleRoute } from './routes.ts'
import { accessPage, readAccess } from './screens/access.ts'
import { eventPage, readEvent, recordOf } from './screens/event.ts'
import { eventsPage, readEvents } from './screens/events.ts'
import { findPage } from './screens/find.ts'
import { integrityPage, readIntegrity } from './screens/integrity.ts'
import { livePage, readLive } from './screens/live.ts'
import { policiesPage, readPolicies } from './screens/policies.ts'
import { readTimeline, timelinePage } from './screens/timeline.ts'
import type { Asked, Sources } from './sources.ts'

/** A screen as a page for people and as an answer for programs, both of the same reading. */
interface Screen {
  readonly page: (asked: Asked, sources: Sources) => Promise<Page>
  readonly api: (asked: Asked, sources: Sources) => Promise<object>
}

/** The screens that a GET shows. */
export const SCREENS = {
  timeline: {
    page: async (asked, sources) =>
      timelinePage(await readTimeline(asked, sources), await sources.accounts()),
    api: readTimeline,
  },
  events: {
    page: async (asked, sources) =>
      eventsPage(await readEvents(asked, sources), await sources.accounts()),
    api: readEvents,
  },
  event: {
    page: async (asked, sources) => eventPage(await readEvent(asked, sources), sources),
    api: async (asked, sources) => {
      const view = await readEvent(asked, sources)
      return { ...view, record: recordOf(view) }
    },
  },
  live: {
    page: async (asked, sources) => livePage(await readLive(asked, sources)),
    api: readLive,
  },
  access: {
    page: async (asked, sources) => accessPage(await readAccess(asked, sources)),
    api: readAccess,
  },
  find: {
    page: async ({ now }, sources) => findPage(sources, now),
    api: () => Promise.resolve({}),
  },
  policies: {
    page: async (_asked, sources) => policiesPage(await readPolicies(sources)),
    api: (_asked, sources) => readPolicies(sources),
  },
  integrity: {
    page: async ({ now }, sources) => integrityPage(await readIntegrity(now, sources)),
    api: ({ now }, sources) => readIntegrity(now, sources),
  },
} as const satisfies Partial<Record<ConsoleRoute, Screen>>

/** Names one of them. */
export type ScreenName = keyof typeof SCREENS

/** The screen of a path for people, or of its counterpart under `/api/`. */
export function screenOf(
  route: ConsoleRoute,
): { readonly name: ScreenName; readonly api: boolean } | undefined {
  const name = route.replace(/^api-/, '')
  if (!Object.hasOwn(SCREENS, name)) return undefined
  return { name: name as ScreenName, api: name !== route }
}
