/** What the tests use of a package that ships without types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  interface Grant {
    addOIDCScope(scope: string): void
    save(): Promise<string>
  }
  interface Context {
    readonly oidc: {
      readonly client: { readonly clientId: string }
      readonly params: { readonly subject_token: string }
      readonly session: { readonly accountId: string }
      readonly provider: {
        readonly Grant: new (of: { clientId: string; accountId: string }) => Grant
      }
    }
    body: unknown
  }
  interface AccessToken {
    readonly expiration: number
    save(): Promise<string>
  }

  export class Provider {
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>)
    readonly AccessToken: new (of: Readonly<Record<string, unknown>>) => AccessToken
    registerGrantType(
      name: string,
      handler: (context: Context) => Promise<void>,
      parameters: readonly string[],
    ): void
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: Readonly<Record<string, unknown>>,
    ): Promise<void>
  }
  export type { Context }
}
