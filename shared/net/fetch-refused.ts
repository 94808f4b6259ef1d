const NAME = 'FetchRefused'

/** An error of the guard's own, whose text is constant and fit for a record. */
export function fetchRefused(text: string): Error {
  const error = new Error(text)
  error.name = NAME
  return error
}

/** Whether the guard made this error; any other comes from a library and may quote the answer. */
export function isFetchRefused(error: unknown): error is Error {
  return error instanceof Error && error.name === NAME
}
