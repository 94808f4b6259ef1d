import { parentPort, workerData } from 'node:worker_threads'
import { verifyStore } from '../../audit/verify/sources.ts'
import type { VerifyNews, VerifyOrder } from './sqlite-run.ts'

/* The thread of one verification: it reads the store, tells how far it is, and ends with a report. */
const port = parentPort
if (port === null) throw new Error('a verification runs as a worker thread')

const { path, options } = workerData as VerifyOrder
const tell = (news: VerifyNews) => port.postMessage(news, [])

const report = await verifyStore(path, options, (done, total) =>
  tell({ kind: 'progress', done, total }),
)
tell({ kind: 'report', report })
