import { json, type Reply } from '../loopback/route.ts'

/** Canonical codes of Google's APIs (google.rpc.Code) by HTTP status. */
const CODES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
}

/** The envelope of an error of Google's APIs (AIP-193). */
export function apiErrorBody(
  status: number,
  message: string,
  details?: readonly ErrorDetail[],
): unknown {
  const error = { code: status, message, status: CODES[status] ?? 'UNKNOWN' }
  return { error: details === undefined ? error : { ...error, details } }
}

/** A `google.rpc.ErrorInfo`. */
export interface ErrorDetail {
  readonly '@type': 'type.googleapis.com/google.rpc.ErrorInfo'
  readonly reason: string
  readonly domain: string
  readonly metadata?: Readonly<Record<string, string>>
}

/** An error answer. */
export function apiError(
  status: number,
  message: string,
  details?: readonly ErrorDetail[],
  headers: Record<string, string> = {},
): Reply {
  return json(status, apiErrorBody(status, message, details), headers)
}

/** The reason, the domain and the particulars of an error. */
export function errorInfo(
  reason: string,
  domain: string,
  metadata?: Readonly<Record<string, string>>,
): ErrorDetail {
  const type = 'type.googleapis.com/google.rpc.ErrorInfo'
  return { '@type': type, reason, domain, ...(metadata === undefined ? {} : { metadata }) }
}
