-- Finds: keys of issuers that do not follow a rotation: a `returned` one was out of use for long and
--   verified a token again; a `passing` one was new, verified a few tokens, and gave way to a key that
--   was there before it. A key that replaces the others is a rotation, and is not found.
-- Act: ask the identity provider whether it knows `kid`. If not, its key set was tampered with: pin
--   its keys in the policy (`keys: {jwks: ...}`), and look at every token that `kid` verified.
--   An issuer that signs with several keys at a time may give a few of these: raise `gap_ms`.
-- Parameters: since TIMESTAMP (beginning of the history), from TIMESTAMP, until TIMESTAMP, gap_ms
--   INT64 (1209600000: 14 days), few INT64 (20).
WITH verified AS (
  SELECT
    issuer,
    kid,
    event_time,
    time_ms,
    LAG(time_ms) OVER (PARTITION BY issuer, kid ORDER BY time_ms) AS before_ms,
    MIN(event_time) OVER (PARTITION BY issuer, kid) AS begun
  FROM events
  WHERE event_time >= @since AND event_time < @until
    AND kind IN ('issued', 'refused') AND issuer IS NOT NULL AND kid IS NOT NULL
),
used AS (
  SELECT
    issuer,
    kid,
    MIN(begun) AS begun,
    MIN(time_ms) AS first_ms,
    MAX(time_ms) AS last_ms,
    COUNT(*) AS uses,
    MAX(CASE WHEN event_time >= @from THEN time_ms - before_ms ELSE 0 END) AS gap
  FROM verified
  GROUP BY issuer, kid
),
older AS (
  SELECT k.issuer, k.kid, MAX(o.last_ms) AS last_ms
  FROM used AS k
  JOIN used AS o ON o.issuer = k.issuer AND o.first_ms < k.first_ms
  GROUP BY k.issuer, k.kid
)
SELECT
  k.issuer,
  k.kid,
  k.uses,
  k.first_ms,
  k.last_ms,
  CASE WHEN k.gap >= @gap_ms THEN 'returned' ELSE 'passing' END AS why
FROM used AS k
LEFT JOIN older AS o ON o.issuer = k.issuer AND o.kid = k.kid
WHERE k.gap >= @gap_ms
  OR (k.begun >= @from AND k.uses <= @few AND o.last_ms > k.last_ms)
ORDER BY k.issuer, k.kid
