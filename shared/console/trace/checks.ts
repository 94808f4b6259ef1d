/** The checks of a request in their order, as a reader of a record follows them. */
export const CHECKS = [
  ['accept', 'The request is well formed and within the limits'],
  ['form', 'The subject token is a well-formed JWT'],
  ['issuer', 'Its issuer is a provider of the policy'],
  ['audience', 'It was made for this provider, by an algorithm that it takes'],
  ['key', 'The provider publishes the key'],
  ['signature', 'The signature holds'],
  ['times', 'It is valid now and not too old'],
  ['claims', 'Subject and token id are sound'],
  ['condition', 'The provider’s condition holds and the claims map to a principal'],
  ['limit', 'The principal is within its limit'],
  ['denials', 'No denial strikes'],
  ['grant', 'A grant covers the whole request'],
  ['once', 'A token that counts once was not used before'],
  ['intent', 'The intent is on record'],
  ['exchange', 'Google’s token service takes the identity'],
  ['impersonate', 'Google mints the token'],
  ['outcome', 'The outcome is on record'],
] as const satisfies readonly (readonly [id: string, claim: string])[]

/** Names one check. */
export type CheckId = (typeof CHECKS)[number][0]
