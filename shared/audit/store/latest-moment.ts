/** The last moment of the year 9999, milliseconds since the epoch: no store compares with later ones. */
export const LATEST_MOMENT = 253_402_300_799_999
