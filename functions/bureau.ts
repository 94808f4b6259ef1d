import { randomUUID } from 'node:crypto'
import manifest from '../package.json' with { type: 'json' }
import { createAssertionSigner, noAssertionSigner } from '../shared/assertion/signer.ts'
import {
  readSigningKeys,
  SigningKeysError,
  type SigningKeys,
} from '../shared/assertion/signing-keys.ts'
import { NO_KEY_NOTICE, openAuditKey } from '../shared/audit/key.ts'
import { createRecorder, type AuditRecorder } from '../shared/audit/recorder.ts'
import { openSinks } from '../shared/audit/sinks/open.ts'
import type { World } from '../shared/domain/world.ts'
import { openGoogle } from '../shared/google/google.ts'
import { createKeyStore } from '../shared/keys/key-store.ts'
import { guardedGet } from '../shared/net/guarded-fetch.ts'
import { openPolicySource, type PolicySource } from '../shared/reload/policy-source.ts'
import { openState } from '../shared/state/open.ts'
import type { SharedState } from '../shared/state/shared-state.ts'
import { mounted } from './mounted.ts'
import { notice, outliveLog } from './notice.ts'
import { policyPlace } from './policy-place.ts'
import { SettingsError, type Settings } from './settings.ts'

/** Everything that the functions are wired from, opened once a process. */
export interface Bureau {
  /** The world of a request, save for the limits of the one who asks. */
  readonly world: Omit<World, 'principalLimit'>
  readonly policy: PolicySource
  readonly recorder: AuditRecorder
  readonly state: SharedState
  /** The public half of the assertion keys; undefined without `ASSERTION_KEY_FILE`. */
  readonly published: SigningKeys['published'] | undefined
  /** Writes what is still to be written and lets go of everything. */
  readonly close: () => Promise<void>
}

/**
 * Opens the world by the settings. Throws `SettingsError`, `PolicyError`, or `Error` with one line,
 * where a setting names something that cannot be used.
 */
export async function openBureau(settings: Settings): Promise<Bureau> {
  const { ALLOW_LOOPBACK: allowLoopback } = settings
  const now = Date.now
  outliveLog()

  const auditKey = openAuditKey(await mounted('AUDIT_KEY_FILE', settings.AUDIT_KEY_FILE))
  const keyFile = await mounted('ASSERTION_KEY_FILE', settings.ASSERTION_KEY_FILE)
  const signingKeys = keyFile === undefined ? undefined : await assertionKeys(keyFile)

  const place = policyPlace(settings.POLICY_FILE, {
    allowLoopback,
    canVouch: signingKeys !== undefined,
    sharesState: settings.STATE_STORE !== 'memory',
  })
  const policy = await openPolicySource(place, {
    now,
    interval: settings.POLICY_INTERVAL * 1000,
    maxAge: settings.POLICY_MAX_AGE === undefined ? undefined : settings.POLICY_MAX_AGE * 1000,
    onChange: async (change) => {
      const problems = change.kind === 'rejected' ? change.problems : []
      for (const problem of problems) notice('ERROR', `policy not loaded: ${problem}`)
      if (change.kind === 'loaded') notice('NOTICE', `policy ${change.digest} is in force`)
      const loaded = change.kind === 'loaded'
      await recorder.policy({ digest: change.digest, loaded, problems: problems.length })
    },
  })
  const google = openGoogle({
    stsUrl: settings.STS_URL,
    iamCredentialsUrl: settings.IAM_CREDENTIALS_URL,
    allowLoopback,
    version: manifest.version,
  })
  const recorder = createRecorder({
    origin: {
      instance: randomUUID(),
      revision: settings.K_REVISION,
      version: manifest.version,
    },
    key: auditKey,
    policy: policy.current,
    now,
    sinks: openSinks(settings.AUDIT_SINKS, {
      stdout: process.stdout,
      projectId: settings.GOOGLE_CLOUD_PROJECT,
      accessToken: () => google.ownIdentity.accessToken(),
      pubsubEmulator: settings.PUBSUB_EMULATOR_HOST,
    }),
    required: settings.AUDIT_REQUIRED,
  })
  await recorder
    .policy({ digest: policy.state().digest, loaded: true, problems: 0 })
    .catch(() => notice('WARNING', 'the audit did not accept the record of the policy'))
  const state = await openState(settings.STATE_STORE, {
    now,
    onTrouble: (what) => notice('WARNING', what),
  })
  const keys = createKeyStore({
    get: (url, options) => guardedGet(url, { ...options, allowLoopback }),
    now,
    random: Math.random,
    onFetch: ({ issuer, lastError, stale }) => {
      if (lastError === undefined) return
      const serving = stale ? ', stale keys serve' : ''
      notice('WARNING', `keys of ${issuer} cannot be fetched: ${lastError}${serving}`)
    },
  })
  const assertions =
    signingKeys === undefined
      ? noAssertionSigner()
      : createAssertionSigner(settings.PUBLIC_URL, signingKeys, now)

  if (!auditKey.mounted) notice('NOTICE', NO_KEY_NOTICE)

  const { sts, iamCredentials, ownIdentity } = google
  return {
    world: {
      now,
      policy: policy.current,
      keys,
      sts,
      iamCredentials,
      ownIdentity,
      assertions,
      recorder,
      state: state.store,
    },
    policy,
    recorder,
    state,
    published: signingKeys?.published,
    async close() {
      policy.close()
      await recorder.close()
      await Promise.allSettled([google.close(), state.close()])
    },
  }
}

async function assertionKeys(text: string): Promise<SigningKeys> {
  try {
    return await readSigningKeys(text)
  } catch (error) {
    if (!(error instanceof SigningKeysError)) throw error
    throw new SettingsError(`ASSERTION_KEY_FILE: ${error.message}`, { cause: error })
  }
}
