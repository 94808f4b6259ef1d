import assert from 'node:assert/strict'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { seriousFindings } from '../support/axe.ts'
import { missingChromium, startChromium, type Browser } from '../support/chromium.ts'
import { fillShowcase, FOUND_AT, HOSTILE, VAULT } from '../support/console-showcase.ts'
import { startConsoleWorld, type ConsoleWorld } from '../support/console-world.ts'

const ARTEFACTS = new URL('../../artefacts/console/', import.meta.url)
/** The console's store, seen from where it runs: the pictures show commands that name it. */
const STORE = 'artefacts/audit.sqlite'
const FILE = fileURLToPath(new URL(`../../${STORE}`, import.meta.url))

async function removeStore(): Promise<void> {
  for (const part of ['', '-wal', '-shm']) await rm(`${FILE}${part}`, { force: true })
}

/** Each screen by its name and its path; of an event, the first that the list links to. */
const SCREENS: readonly (readonly [name: string, path: string, heading: string | RegExp])[] = [
  ['timeline', '/', 'Timeline'],
  ['events', '/events?when=7d', 'Events'],
  ['refused-event', '/events?show=refused&reason=no_grant&provider=github', /^Refused: no_grant$/],
  ['issued-event', '/events?show=issued&provider=partner', /^Access token for vault@/],
  ['live', '/live', 'In use now'],
  ['access', '/access', 'Access map'],
  ['find', '/find', 'Find a token'],
  ['policies', '/policies', 'Policies'],
  ['integrity', '/integrity', 'Integrity'],
]

describe('the console in a browser', { skip: missingChromium() }, () => {
  let world: ConsoleWorld
  let browser: Browser
  let page: Page
  const requested: string[] = []
  const dialogs: string[] = []
  const complaints: string[] = []

  before(async () => {
    await mkdir(ARTEFACTS, { recursive: true })
    await removeStore()
    world = await startConsoleWorld(() => fillShowcase(FILE), { AUDIT_STORE: `sqlite:${STORE}` })
    browser = await startChromium()
    browser.context.on('request', (request) => requested.push(request.url()))
    page = await browser.context.newPage()
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message())
      void dialog.dismiss()
    })
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(world.console.signInLink)
    await page.getByRole('button', { name: /^Continue as/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Timeline' }).waitFor()
  })
  after(async () => {
    await browser.close()
    await world.close()
    await removeStore()
  })

  async function open(path: string): Promise<void> {
    const response = await page.goto(`${world.console.url}${path}`)
    assert.equal(response?.status(), 200)
  }

  async function openScreen(name: string, path: string): Promise<void> {
    await open(path)
    if (!name.endsWith('-event')) return
    await page.locator('tbody a').first().click()
  }

  test('the sign-in link led here, and no token ever stood in an address', async () => {
    assert.ok(requested.length > 0)
    assert.equal(requested.filter((url) => url.includes('eyJ')).length, 0)
    const [cookie] = await browser.context.cookies(world.console.url)
    assert.partialDeepStrictEqual(cookie, { httpOnly: true, sameSite: 'Strict', path: '/' })
  })

  for (const [name, path, heading] of SCREENS) {
    test(`${name}: nothing serious for assistive technology, light and dark`, async () => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await openScreen(name, path)
        await page.getByRole('heading', { level: 1, name: heading }).waitFor()
        if (name === 'integrity') await page.getByText('No record was removed').waitFor()
        assert.deepEqual(await seriousFindings(page), [])
        const file = new URL(`${name}-${colorScheme}.png`, ARTEFACTS)
        // An event is read down to the command that explains it.
        const tall = name.endsWith('-event')
        await page.setViewportSize(
          tall ? { width: 1120, height: 960 } : { width: 1280, height: 860 },
        )
        await page.screenshot({ path: file.pathname })
      }
      await page.emulateMedia({ colorScheme: 'light' })
    })
  }

  describe('the questions of a security team, from the page alone', () => {
    test('who got a token for this account yesterday?', async () => {
      await open('/')
      await page.getByLabel('Who got a token for this account yesterday?').fill(VAULT)
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: 'Events' }).waitFor()
      assert.equal(await page.locator('tbody tr').count(), 1)
      assert.match(await page.locator('tbody').innerText(), /Issued.*feeder/s)
    })

    test('why was this request refused?', async () => {
      await open('/events?show=refused&reason=no_grant&subject=stranger')
      await page.locator('tbody a').click()
      const requestId = await page.locator('.facts dd:has(a[href*="request="]) code').innerText()

      await open('/')
      await page.getByLabel('Why was this request refused?').fill(requestId)
      await page.keyboard.press('Enter')
      await page.locator('tbody a').click()
      await page.getByText('No grant covers the request.').waitFor()
      const failed = page.locator('.trace li', { hasText: 'Failed' })
      assert.match(await failed.innerText(), /A grant covers the whole request/)
      const command = page.getByRole('group', { name: 'Command' })
      const text = await command.innerText()
      assert.ok(text.includes(`--record sqlite:${STORE} --id ${requestId}`), text)
    })

    test('which live tokens does this partner hold?', async () => {
      await open('/')
      await page.getByLabel('Which live tokens does this partner hold?').fill('partner')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: 'In use now' }).waitFor()
      assert.match(
        await page.locator('tbody').innerText(),
        /vault@acme.*feeder\s+partner\s+1\s+in/s,
      )
    })

    test('whose token is this string?', async () => {
      await open('/')
      await page.getByRole('link', { name: 'Whose token is this string?' }).click()
      await page.getByLabel('The token, as it was found').fill(` ya29.minted.${FOUND_AT}\n`)
      await page.getByRole('button', { name: 'Find it' }).click()
      await page.getByRole('heading', { name: 'The bureau issued it' }).waitFor()
      assert.match(await page.locator('.facts').innerText(), /Issued to\s+feeder/)
      assert.equal(page.url(), `${world.console.url}/found`)
      assert.equal((await page.content()).includes('ya29.minted'), false)
    })

    test('was any record removed?', async () => {
      await open('/')
      await page.getByRole('link', { name: 'Was any record removed?' }).click()
      await page
        .getByText('No record was removed, edited or reordered in the chains that are here.')
        .waitFor()
    })
  })

  test('filters make an address, chips take them away, and pages go on', async () => {
    await open('/events')
    await page.getByLabel('Show', { exact: true }).selectOption('Refused')
    await page.getByLabel('Reason').selectOption('time')
    await page.getByRole('button', { name: 'Apply' }).click()
    await page.waitForURL(`${world.console.url}/events?show=refused&reason=time`)
    const reasons = await page.locator('tbody td:nth-child(2) code').allInnerTexts()
    assert.deepEqual([...new Set(reasons)], ['time'])

    const first = await page.locator('tbody a').first().getAttribute('href')
    await page.getByRole('link', { name: 'Older' }).click()
    await page.waitForURL(/cursor=/)
    assert.notEqual(await page.locator('tbody a').first().getAttribute('href'), first)
    await page.getByRole('link', { name: 'Newest' }).click()
    assert.equal(await page.locator('tbody a').first().getAttribute('href'), first)

    await page.getByRole('link', { name: 'Remove the filter Reason' }).click()
    await page.waitForURL(`${world.console.url}/events?show=refused`)
  })

  test('a list without events says what to do', async () => {
    await open('/events?subject=nobody')
    await page.getByText('No event fits these filters.').waitFor()
  })

  test('what is filtered is exported', async () => {
    await open('/events?show=refused&reason=scope')
    for (const [name, lines] of [
      ['CSV', /^time,kind/],
      ['JSONL', /^\{"chainhash"/],
    ] as const) {
      const download = page.waitForEvent('download')
      await page.getByRole('link', { name, exact: true }).click()
      const text = await readFile((await (await download).path()) ?? '', 'utf8')
      assert.match(text, lines)
      assert.ok(text.includes('scope') && !text.includes('rate_limited'))
    }
  })

  test('hostile claims show as text: nothing runs, loads or leaves', async () => {
    const subject = encodeURIComponent(HOSTILE)
    const account = encodeURIComponent(HOSTILE)
    for (const path of [
      `/events?show=all&subject=${subject}`,
      `/events?show=all&account=${account}`,
      `/?subject=${subject}`,
      `/live?subject=${subject}`,
      `/access?subject=${subject}`,
    ]) {
      await open(path)
      assert.ok((await page.locator('body').innerText()).includes(HOSTILE), path)
      assert.equal(await page.locator('img, body script, iframe').count(), 0)
    }
    await open(`/events?show=refused&subject=${subject}`)
    await page.locator('tbody a').first().click()
    await page.getByRole('heading', { level: 1, name: /^Refused/ }).waitFor()
    assert.equal(await page.locator('img, body script, iframe').count(), 0)
    assert.ok((await page.locator('.trace').innerText()).includes(HOSTILE))
    const hrefs = await page
      .locator('a')
      .evaluateAll((links) =>
        links.map((link) => (link as unknown as { readonly protocol: string }).protocol),
      )
    assert.deepEqual(new Set(hrefs), new Set(['http:']))
  })

  test('the keyboard alone is enough', async () => {
    await open('/events')
    await page.keyboard.press('Tab')
    assert.equal(await page.locator(':focus').innerText(), 'Skip to the content')
    await page.keyboard.press('Enter')
    assert.equal(await page.locator('main:focus').count(), 1)
    await page.getByLabel('Show', { exact: true }).focus()
    await page.keyboard.type('Refused')
    await page.keyboard.press('Tab')
    for (let field = 0; field < 5; field += 1) await page.keyboard.press('Tab')
    assert.equal(await page.locator(':focus').innerText(), 'Apply')
    await page.keyboard.press('Enter')
    await page.waitForURL(/show=refused/)
  })

  test('a form on another page cannot use the session', async () => {
    await page.goto(world.console.signInLink)
    await page.evaluate(`{
      const form = document.forms[0]
      form.action = '${world.console.url}/found'
      form.elements[0].name = 'token'
      form.submit()
    }`)
    await page.getByRole('heading', { name: 'That cannot be answered' }).waitFor()
  })

  test('signing out ends it', async () => {
    await open('/')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
  })

  test('in all of this no dialog opened, nothing failed, and nothing was asked of anybody else', () => {
    assert.deepEqual(dialogs, [])
    const refused = /the server responded with a status of (400|401)/
    assert.deepEqual(
      complaints.filter((text) => !refused.test(text)),
      [],
    )
    const hosts = new Set([world.console.url, world.google.url])
    assert.deepEqual(
      requested.filter((url) => !hosts.has(new URL(url).origin)),
      [],
    )
  })

  test('without scripts everything can be read', async () => {
    const plain = await startChromium({ javaScript: false })
    try {
      const reader = await plain.context.newPage()
      await reader.goto(world.console.signInLink)
      await reader.getByRole('button', { name: /^Continue as/ }).click()
      for (const [, path, heading] of SCREENS) {
        await reader.goto(`${world.console.url}${path}`)
        if (typeof heading === 'string') {
          await reader.getByRole('heading', { level: 1, name: heading }).waitFor()
        }
      }
      await reader.goto(`${world.console.url}/events?show=issued&provider=partner`)
      await reader.locator('tbody a').first().click()
      await reader.getByRole('heading', { name: 'Rule trace' }).waitFor()
    } finally {
      await plain.close()
    }
  })
})
