/** The one module of undici that is loaded: its index also loads fetch, mocks and caches. */
declare module 'undici/lib/dispatcher/pool.js' {
  export { Pool as default } from 'undici'
}
