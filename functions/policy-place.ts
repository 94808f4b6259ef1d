import { digestPolicyFile } from '../shared/policy/read-policy.ts'
import type { PolicyPlace } from '../shared/reload/policy-source.ts'
import { readBeside, type PolicyRead } from './policy-beside.ts'
import { judgePolicy, type PolicyPlaceOptions } from './policy-verdict.ts'

/** A policy file on disk, with what it includes, as the place of a policy source. */
export function policyPlace(path: string, options: PolicyPlaceOptions): PolicyPlace {
  let includes: readonly string[] = []
  return {
    digest: () => digestPolicyFile(path, includes),
    async read(serving) {
      const read = await (serving ? readBeside : readHere)(path, options)
      includes = read.includes
      return read.reading
    },
  }
}

async function readHere(path: string, options: PolicyPlaceOptions): Promise<PolicyRead> {
  const verdict = await judgePolicy(path, options)
  const { includes, ...rest } = verdict
  return { includes, reading: rest.ok ? { ok: true, policy: rest.loaded.policy } : rest }
}
