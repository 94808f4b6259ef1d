import { setTimeout as wait } from 'node:timers/promises'
import type { Client, Dealing } from './client.ts'
import type { Order } from './orders.ts'

type NextOrder = () => Promise<Order>

/** Milliseconds between two looks at what is due. */
const TICK = 5
/** Requests that wait for an answer at once: fewer than a busy bureau would turn away. */
const WAITING = 22

/**
 * So many requests a second for so many seconds, at most `most` of them unanswered at a time: a
 * machine that stands still makes the load late, not dense.
 */
export async function paced(
  client: Client,
  perSecond: number,
  seconds: number,
  next: NextOrder,
  most: number = WAITING,
): Promise<readonly Dealing[]> {
  const total = Math.round(perSecond * seconds)
  const sent: Promise<Dealing>[] = []
  let answered = 0
  const send = async (): Promise<Dealing> => {
    try {
      return await client.ask(await next())
    } finally {
      answered += 1
    }
  }
  const started = performance.now()
  while (sent.length < total) {
    const due = Math.min(total, (perSecond * (performance.now() - started)) / 1000)
    while (sent.length < due && sent.length - answered < most) sent.push(send())
    await wait(TICK)
  }
  return Promise.all(sent)
}

/** So many requests at once. */
export async function crowd(
  client: Client,
  count: number,
  next: NextOrder,
): Promise<readonly Dealing[]> {
  const orders = await Promise.all(Array.from({ length: count }, next))
  return Promise.all(orders.map(client.ask))
}

/** So many callers, each with its next request as soon as the last one is answered, until `end`. */
export async function rounds(
  client: Client,
  callers: number,
  end: () => boolean,
  next: NextOrder,
): Promise<readonly Dealing[]> {
  const dealings: Dealing[] = []
  const caller = async (): Promise<void> => {
    while (!end()) dealings.push(await client.ask(await next()))
  }
  await Promise.all(Array.from({ length: callers }, caller))
  return dealings
}

/**
 * Callers as Google's libraries are: a 503 is asked again, at most `retries` times, after the wait
 * that its `Retry-After` names. Gives each order's last dealing.
 */
export async function persistent(
  client: Client,
  orders: readonly Order[],
  retries: number,
): Promise<readonly Dealing[]> {
  const insist = async (order: Order): Promise<Dealing> => {
    let dealing = await client.ask(order)
    for (let retry = 0; retry < retries && dealing.status === 503; retry += 1) {
      await wait((dealing.retryAfter ?? 1) * 1000)
      dealing = await client.ask(order)
    }
    return dealing
  }
  return Promise.all(orders.map(insist))
}

/** A moment `seconds` from now, as a question. */
export function after(seconds: number): () => boolean {
  const until = performance.now() + seconds * 1000
  return () => performance.now() >= until
}
