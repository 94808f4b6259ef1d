import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A certificate authority made for this run; `openssl` signs, Node has no means to. */
export interface Authority {
  /** PEM file of the authority's own certificate. */
  readonly caFile: string
  /** A server certificate for `names` (`DNS:localhost`, `IP:127.0.0.1`). */
  issue(...names: readonly string[]): { readonly key: string; readonly cert: string }
  /** Deletes every file of it. */
  remove(): void
}

/** Makes an authority that nobody trusts by default. */
export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'authority-'))
  const file = (name: string) => join(folder, name)
  const request = (name: string, extra: readonly string[]) => {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    const out = ['-keyout', file(`${name}.key`), '-out', file(`${name}.pem`), '-days', '2']
    const subject = ['-subj', `/CN=Token Bureau test ${name}`]
    execFileSync('openssl', ['req', '-x509', ...key, ...out, ...subject, ...extra], {
      stdio: 'pipe',
    })
  }
  request('authority', [])
  let issued = 0
  return {
    caFile: file('authority.pem'),
    issue: (...names) => {
      issued += 1
      const name = `server ${issued}`
      const signer = ['-CA', file('authority.pem'), '-CAkey', file('authority.key')]
      const leaf = ['-addext', 'basicConstraints=critical,CA:FALSE']
      request(name, [...signer, ...leaf, '-addext', `subjectAltName=${names.join(',')}`])
      return {
        key: readFileSync(file(`${name}.key`), 'utf8'),
        cert: readFileSync(file(`${name}.pem`), 'utf8'),
      }
    },
    remove: () => rmSync(folder, { recursive: true }),
  }
}
