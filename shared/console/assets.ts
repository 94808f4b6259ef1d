import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** A file of the console's own, held in memory. */
export interface Asset {
  /** Where pages ask for it: the path, and what it holds in short, so that it may be kept for ever. */
  readonly address: string
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
}

const FILES = {
  style: ['console.css', 'text/css; charset=utf-8'],
  script: ['console.js', 'text/javascript; charset=utf-8'],
  icon: ['icon.svg', 'image/svg+xml'],
} as const

/** Names the console's own files. */
export type AssetName = keyof typeof FILES

/** Reads the console's own files; the bundle carries them beside its entry. */
export function loadAssets(): Readonly<Record<AssetName, Asset>> {
  return { style: load('style'), script: load('script'), icon: load('icon') }
}

function load(name: AssetName): Asset {
  const [file, type] = FILES[name]
  const text = readFileSync(new URL(`assets/${file}`, import.meta.url), 'utf8')
  return {
    address: `/${file}?${hash('sha256', text).slice(0, 12)}`,
    text,
    headers: {
      'content-type': type,
      'cache-control': 'public, max-age=31536000, immutable',
    },
  }
}
