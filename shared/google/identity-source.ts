/** Where the function's own access tokens come from. */
export interface IdentitySource {
  /** `expiresAt` in milliseconds since the epoch. Its errors may hold a token. */
  accessToken(): Promise<{
    readonly token: string | null | undefined
    readonly expiresAt: number | null | undefined
  }>
  /** Drops what the library concluded for good from a failure: that there is no metadata server. */
  forget(): void
}

/** Loads google-auth-library, which costs a cold start dearly and which most policies never need. */
export async function loadIdentitySource(): Promise<IdentitySource> {
  const { GoogleAuth, gcpMetadata } = await import('google-auth-library')
  const auth = new GoogleAuth({
    scopes: ['https://www.googleapis.com/auth/cloud-platform'],
    // Never used; without it the library looks for one, by running gcloud among other things.
    projectId: 'unused',
  })
  return {
    async accessToken() {
      const client = await auth.getClient()
      const { token } = await client.getAccessToken()
      return { token, expiresAt: client.credentials.expiry_date }
    },
    forget: () => gcpMetadata.resetIsAvailableCache(),
  }
}
