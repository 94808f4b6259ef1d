-- Finds: tokens issued on keys that were past their time because the issuer could not be reached, or
--   that were fetched too long ago: a key that the issuer has withdrawn meanwhile would still serve.
-- Act: see why the issuer's key set cannot be fetched (network, certificate, outage). If a key was
--   withdrawn at that time, look at every token that its `kid` verified.
-- Parameters: from TIMESTAMP, until TIMESTAMP, oldest INT64 (7200: seconds).
SELECT
  issuer,
  kid,
  COUNT(*) AS tokens,
  MAX(key_age) AS oldest_key,
  SUM(CASE WHEN key_stale = 1 THEN 1 ELSE 0 END) AS stale,
  MIN(time_ms) AS first_ms,
  MAX(time_ms) AS last_ms
FROM events
WHERE event_time >= @from AND event_time < @until AND kind = 'issued'
  AND (key_stale = 1 OR key_age > @oldest)
GROUP BY issuer, kid
ORDER BY last_ms
