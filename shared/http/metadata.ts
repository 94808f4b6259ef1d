import { GRANT_TYPE } from './token-parameters.ts'

/**
 * The authorization server's metadata (RFC 8414 section 2). Every address comes from `publicUrl`,
 * never from a request's Host header: a caller must not be able to put its own address there.
 */
export function serverMetadata(publicUrl: string, hasKeys: boolean) {
  return {
    issuer: publicUrl,
    token_endpoint: `${publicUrl}/v1/token`,
    introspection_endpoint: `${publicUrl}/v1/introspect`,
    ...(hasKeys ? { jwks_uri: `${publicUrl}/.well-known/jwks.json` } : {}),
    response_types_supported: [],
    grant_types_supported: [GRANT_TYPE],
    token_endpoint_auth_methods_supported: ['none'],
    introspection_endpoint_auth_methods_supported: ['none'],
    service_documentation: `${publicUrl}/openapi.json`,
  }
}
