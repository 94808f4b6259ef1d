import { CORPUS_IDS, type CorpusId } from './corpus-ids.ts'

/** How many constructions there are, and how many held. */
export interface Tally {
  /** Registers one construction of a row, in the corpus or beyond; to be called when it held. */
  readonly plan: (id: string) => () => void
  /** Rows of the corpus without a construction. */
  readonly missing: () => readonly CorpusId[]
  /** How many constructions there are. */
  readonly size: () => number
  /** `attacks 300/300, rows 68/68` */
  readonly line: () => string
}

/** Nothing planned, nothing held. */
export function createTally(): Tally {
  const planned = new Map<string, { planned: number; held: number }>()
  return {
    plan(id) {
      const row = planned.get(id) ?? { planned: 0, held: 0 }
      row.planned += 1
      planned.set(id, row)
      return () => void (row.held += 1)
    },
    size: () => [...planned.values()].reduce((sum, row) => sum + row.planned, 0),
    missing: () => CORPUS_IDS.filter((id) => !planned.has(id)),
    line() {
      const rows = [...planned.values()]
      const sum = (of: 'planned' | 'held') => rows.reduce((total, row) => total + row[of], 0)
      const whole = CORPUS_IDS.filter((id) => {
        const row = planned.get(id)
        return row !== undefined && row.planned === row.held
      }).length
      return `attacks ${sum('held')}/${sum('planned')}, rows ${whole}/${CORPUS_IDS.length}`
    },
  }
}
