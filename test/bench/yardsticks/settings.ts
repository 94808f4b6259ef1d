/** What every yardstick is told by its environment. */
export interface YardstickSettings {
  readonly port: number
  readonly issuer: string
  readonly audience: string
  readonly stsUrl: string
  readonly iamUrl: string
  /** The full resource name of the workload identity provider. */
  readonly provider: string
  readonly account: string
}

/** Reads the settings of a yardstick; throws `Error` where one is missing. */
export function yardstickSettings(environment: NodeJS.ProcessEnv): YardstickSettings {
  const given = (name: string): string => {
    const value = environment[name]
    if (value === undefined) throw new Error(`${name} is missing`)
    return value
  }
  return {
    port: Number(given('PORT')),
    issuer: given('ISSUER'),
    audience: given('AUDIENCE'),
    stsUrl: given('STS_URL'),
    iamUrl: given('IAM_CREDENTIALS_URL'),
    provider: given('PROVIDER'),
    account: given('ACCOUNT'),
  }
}
