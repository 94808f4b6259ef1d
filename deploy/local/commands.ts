import { LOCAL_OPERATOR } from './google/sign-in.ts'
import { BUCKET } from './google-side.ts'

/** Where the parts of the stack listen. */
export interface Addresses {
  readonly bureau: string
  readonly idp: string
  readonly google: string
  readonly explain: string
}

/** Commands for a POSIX shell with curl and sed, to be pasted one after another or all at once. */
export function commandsFor({ bureau, idp, google, explain }: Addresses): string {
  return `# one field of a JSON answer
field() { sed -E "s/.*\\"$1\\":\\"([^\\"]+)\\".*/\\1/"; }

# a pipeline's token from its own identity provider (GET ${idp}/tokens says what can be asked)
SUBJECT=$(curl -s ${idp}/tokens \\
  -d '{"shape":"github","realm":"github","audience":"https://bureau.example.com"}' | field token)

# the bureau's answer to it: an access token of Google
ACCESS=$(curl -s ${bureau}/v1/token \\
  -d grant_type=urn:ietf:params:oauth:grant-type:token-exchange \\
  -d subject_token_type=urn:ietf:params:oauth:token-type:jwt \\
  -d subject_token="$SUBJECT" | field access_token)

# an API that wants such a token
curl -s ${google}/storage/v1/b/${BUCKET}/o -H "Authorization: Bearer $ACCESS"; echo

# an ID token for a private service on Cloud Run, and the service
ID=$(curl -s ${bureau}/v1/token \\
  -d grant_type=urn:ietf:params:oauth:grant-type:token-exchange \\
  -d subject_token_type=urn:ietf:params:oauth:token-type:jwt \\
  -d requested_token_type=urn:ietf:params:oauth:token-type:id_token \\
  -d resource=https://app-abc.run.app \\
  -d subject_token="$SUBJECT" | field access_token)
curl -s ${google}/run/app-abc -H "Authorization: Bearer $ID"; echo

# a refusal: the policy denies pull requests
SUBJECT=$(curl -s ${idp}/tokens -d '{"shape":"github","realm":"github",
  "audience":"https://bureau.example.com","claims":{"event_name":"pull_request"}}' | field token)
REFUSAL=$(curl -s ${bureau}/v1/token \\
  -d grant_type=urn:ietf:params:oauth:grant-type:token-exchange \\
  -d subject_token_type=urn:ietf:params:oauth:token-type:jwt \\
  -d subject_token="$SUBJECT")
echo "$REFUSAL"

# why: an operator, signed in by Google, asks the function explain
OPERATOR=$(curl -s ${google}/_double/id-tokens \\
  -d '{"email":"${LOCAL_OPERATOR}","audience":"${explain}"}' | field token)
curl -s ${explain}/v1/explain -H "Authorization: Bearer $OPERATOR" \\
  -H 'Content-Type: application/json' \\
  -d '{"record":"'$(echo "$REFUSAL" | field request_id)'"}'; echo

# everything that Google minted
curl -s ${google}/ledger; echo

# new signing keys for the identity provider (publish-ahead, rolling, abrupt)
curl -s ${idp}/keys/rotate -d '{"how":"rolling"}'; echo

# trouble: Google's token service fails three calls (one request makes up to three)
curl -s -X PUT ${google}/_double/faults/sts -d '{"kind":"status","status":503,"times":3}'
`
}
