/** An error of Google's, without its prose where that is not wanted. */
export interface UpstreamError {
  /** `invalid_grant` and its like, or `PERMISSION_DENIED` with the reason and the permission. */
  readonly code: string
  /** The `error_description` of RFC 6749 section 5.2. */
  readonly description: string | undefined
}

/**
 * Reads both envelopes of Google's errors: `{"error", "error_description"}` (RFC 6749 section 5.2)
 * and `{"error": {"status", "details"}}` (google.rpc.Status). Undefined where `body` is neither.
 */
export function upstreamError(body: unknown): UpstreamError | undefined {
  if (!isObject(body)) return undefined
  const { error, error_description: description } = body
  if (isWord(error)) {
    return { code: error, description: typeof description === 'string' ? description : undefined }
  }
  if (!isObject(error) || !isWord(error['status'])) return undefined
  const words = [error['status'], ...errorInfo(error['details'])]
  return { code: words.join(' '), description: undefined }
}

/** Reason and permission of a google.rpc.ErrorInfo among the details. */
function errorInfo(details: unknown): readonly string[] {
  if (!Array.isArray(details)) return []
  for (const detail of details.slice(0, 10)) {
    if (!isObject(detail) || !isWord(detail['reason'])) continue
    const { metadata } = detail
    const permission = isObject(metadata) ? metadata['permission'] : undefined
    return isWord(permission) ? [detail['reason'], permission] : [detail['reason']]
  }
  return []
}

/** A code, not prose: too plain and too short to be a token. */
function isWord(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z][A-Za-z_.]{0,63}$/.test(value)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
