import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext } from 'playwright-core'

const CHROMIUM = '/usr/bin/chromium'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Whatever a page asks for, only loopback is ever reached.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
]

/** Chromium ends at its first page where there is no font at all. */
const FONTS = '/usr/share/fonts'

/** Why the tests in a browser cannot run here; false where they can. In CI they must. */
export function missingChromium(): string | false {
  const missing = [CHROMIUM, FONTS].find((path) => !existsSync(path))
  if (missing === undefined) return false
  const advice = `${missing} is missing (apt-get install chromium fonts-liberation)`
  if (process.env['CI'] === 'true') throw new Error(advice)
  return `the console was not tried in a browser: ${advice}`
}

/** A headless browser with nothing in it. */
export interface Browser {
  readonly context: BrowserContext
  readonly close: () => Promise<void>
}

/** Starts Debian's chromium over a new profile. */
export async function startChromium(
  options: { readonly javaScript?: boolean } = {},
): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'chromium-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    args: FLAGS,
    viewport: { width: 1280, height: 860 },
    javaScriptEnabled: options.javaScript ?? true,
    acceptDownloads: true,
  })
  return {
    context,
    async close() {
      await context.close()
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
