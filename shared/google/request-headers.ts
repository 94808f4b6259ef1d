/**
 * Headers that name the request on both sides: Google's audit logs keep the reason
 * (`requestMetadata.requestAttributes.reason`) and the user agent.
 */
export type RequestHeaders = (requestId: string, contentType: string) => string[]

/** Names and values in turn, as the pool takes them. `version`: of this software. */
export function requestHeaders(version: string): RequestHeaders {
  return (requestId, contentType) => [
    'Content-Type',
    contentType,
    'Accept',
    'application/json',
    'User-Agent',
    `token-bureau/${version} (bureau:${requestId})`,
    'X-Goog-Request-Reason',
    `bureau:${requestId}`,
  ]
}
