import {
  explainRecord,
  type ExplainedRecord,
} from '../../../shared/explain/records/explain-record.ts'
import type { LoadedPolicy } from '../../../shared/policy/load.ts'
import { isStore } from '../audit/source.ts'
import { textOption, UsageError, type Call, type Command } from '../command.ts'
import { TOKEN_HELP } from '../secret-input.ts'
import type { Terminal } from '../terminal.ts'
import { explainClaims, explainTest, explainToken } from './explained-call.ts'
import { POLICY_OPTIONS, readWholePolicy } from './open.ts'
import { recordInFile, recordInStore } from './record-source.ts'
import { renderExplanation } from './render-explanation.ts'

const SUBJECTS = ['claims', 'token', 'test', 'record'] as const

/** `bureau policy explain FILE`: the decision on a request as a tree. */
export const policyExplainCommand: Command = {
  description:
    'Explains what a policy answers to a request, and why: every check, mapped attribute, condition ' +
    'with the value of each part, and every grant GRANTED, NOT_GRANTED or UNKNOWN with the first ' +
    'thing that failed, nearest first. The decision is made by the code of the bureau itself. ' +
    'Ends with 0 whatever the decision is; --json has it.',
  positionals: ['FILE'],
  options: {
    claims: { type: 'string', value: 'FILE', description: 'Claims as a JSON object, - for stdin.' },
    token: {
      type: 'string',
      value: 'TOKEN',
      description: `A token: ${TOKEN_HELP}`,
    },
    test: { type: 'string', value: 'NAME', description: "One of the policy's own tests." },
    record: {
      type: 'string',
      value: 'FILE|STORE',
      description:
        'Audit records: JSON, JSON lines, - for stdin, or a store: sqlite:PATH, bigquery:P.D.T.',
    },
    id: {
      type: 'string',
      value: 'ID',
      description: 'Which of several records: a request id or an event id.',
    },
    provider: { type: 'string', value: 'ID', description: 'Whose claims these are.' },
    audience: {
      type: 'string',
      value: 'WHICH',
      description: 'The service account: its e-mail, or the id of a grant.',
    },
    scope: { type: 'string', value: 'SCOPES', description: 'Scopes, between spaces.' },
    resource: {
      type: 'string',
      value: 'URI',
      description: 'Ask for an ID token with this aud instead.',
    },
    lifetime: { type: 'string', value: 'SECONDS', description: 'Lifetime of the access token.' },
    online: {
      type: 'boolean',
      description: "Fetch the provider's keys to check the token's signature.",
    },
    ...POLICY_OPTIONS,
  },
  examples: [
    'bureau policy explain policy.yaml --claims claims.json --audience deploy-app',
    'bureau policy explain policy.yaml --token @token.jwt --online',
    "bureau policy explain policy.yaml --test 'a pull request does not deploy'",
    'bureau policy explain policy.yaml --record record.json',
    'bureau policy explain policy.yaml --record sqlite:audit.sqlite --id REQUEST_ID',
  ],
  async run(call, terminal) {
    const [path = ''] = call.positionals
    const given = SUBJECTS.filter((name) => textOption(call, name) !== undefined)
    const [subject] = given
    if (subject === undefined || given.length > 1)
      throw new UsageError(`give one of ${SUBJECTS.map((name) => `--${name}`).join(', ')}`)
    const loaded = await readWholePolicy(path, call.options, terminal)
    if (loaded === undefined) return 1

    const argument = textOption(call, subject) ?? ''
    if (subject === 'record') {
      const explained = await explainRecordIn(argument, call, loaded)
      if (call.options['json'] === true) terminal.json(explained)
      else renderRecord(explained, terminal)
      return 0
    }
    const explanation =
      subject === 'claims'
        ? await explainClaims(argument, call, loaded)
        : subject === 'token'
          ? await explainToken(argument, call, loaded)
          : explainTest(argument, loaded)
    if (call.options['json'] === true) terminal.json(explanation)
    else renderExplanation(explanation, terminal)
    return 0
  },
}

async function explainRecordIn(
  source: string,
  call: Call,
  { policy }: LoadedPolicy,
): Promise<ExplainedRecord> {
  const id = textOption(call, 'id')
  const record = isStore(source) ? await recordInStore(source, id) : await recordInFile(source, id)
  return explainRecord(record, policy)
}

function renderRecord(explained: ExplainedRecord, terminal: Terminal): void {
  const { requestId, time, decision, reason, detail } = explained.recorded
  const said = [decision, reason, detail && `(${detail})`].filter((part) => part !== undefined)
  terminal.line(`request ${requestId} of ${time}: ${said.join(' ')}`)
  for (const note of explained.notes) terminal.line(terminal.style('yellow', `note: ${note}`))
  terminal.line()
  renderExplanation(explained, terminal)
}
