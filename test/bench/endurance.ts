import { setTimeout as delay } from 'node:timers/promises'
import { startBureau } from './contenders.ts'
import type { Figure } from './figure.ts'
import { load, openConnections, tokenTurn } from './load.ts'
import type { Scene } from './scene.ts'

const REQUESTS = 10_000
const CONNECTIONS = 80
const MEGABYTE = 1024 * 1024

/** Resident memory of a bureau after 20,000 tokens over 80 connections, and against that after half. */
export async function endurance(
  scene: Scene,
  tell: (what: string) => void,
): Promise<readonly Figure[]> {
  const bureau = await startBureau(scene, 'memory')
  try {
    const pool = openConnections(bureau.origin)
    const turn = tokenTurn({ pool, path: '/v1/token', bodies: scene.bodies.usual, statuses: [200] })
    const resident: number[] = []
    for (const part of [1, 2]) {
      tell(`memory, tokens ${REQUESTS * (part - 1)} to ${REQUESTS * part}`)
      await load(turn, CONNECTIONS, { requests: REQUESTS })
      resident.push((await bureau.usage()).rss / MEGABYTE)
    }
    const [half = Number.NaN, whole = Number.NaN] = resident
    return [
      {
        name: 'memory after 20,000 tokens, MB',
        measured: '80 connections',
        value: whole,
        atMost: 180,
      },
      {
        name: 'memory after 20,000 tokens / 10,000',
        measured: `${whole.toFixed(0)} MB / ${half.toFixed(0)} MB`,
        value: whole / half,
        atMost: 1.1,
      },
    ]
  } finally {
    await bureau.stop()
  }
}

/** Milliseconds that the bureau has nothing to do. */
const PAUSE = 6_000

/** New connections to Google after an idle gap of 6 s. */
export async function idleGap(
  scene: Scene,
  tell: (what: string) => void,
): Promise<readonly Figure[]> {
  const bureau = await startBureau(scene, 'idle')
  const upstream = openConnections(scene.near, scene.ca)
  const connections = async (): Promise<number> => {
    const { body } = await upstream.request({ method: 'GET', path: '/connections' })
    return Number(await body.text())
  }
  try {
    const pool = openConnections(bureau.origin)
    const turn = tokenTurn({ pool, path: '/v1/token', bodies: scene.bodies.usual, statuses: [200] })
    await load(turn, 1, { requests: 50 })
    tell('an idle gap of 6 s')
    await connections()
    const before = await connections()
    await delay(PAUSE)
    await load(turn, 1, { requests: 50 })
    const value = (await connections()) - before
    const measured = '50 tokens, 6 s, 50 tokens'
    return [{ name: 'new connections after an idle gap', measured, value, atMost: 0 }]
  } finally {
    await bureau.stop()
  }
}
