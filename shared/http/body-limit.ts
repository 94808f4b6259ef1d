/** Bytes of a request body, at most. */
export const BODY_LIMIT = 65_536
