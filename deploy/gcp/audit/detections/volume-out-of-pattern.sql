-- Finds: accounts with far more tokens in the last stretch of time than in the equal stretches before
--   it: above the mean by `deviations` standard deviations, of which one is never taken for less than
--   chance alone gives (the root of the mean).
-- Act: look at who asked (`principals`) and whether a deployment or a retry loop explains it. If not,
--   lower the grant or take it out, and see what the account did in Google's logs.
-- Parameters: since TIMESTAMP (`until` less (stretches + 1) * stretch_ms), until TIMESTAMP, until_ms
--   INT64 (the same in milliseconds since the epoch), stretch_ms INT64 (86400000: a day), stretches
--   INT64 (14: how many before the last), deviations FLOAT64 (5.0), least INT64 (50).
WITH counted AS (
  SELECT
    account,
    CAST(FLOOR((@until_ms - 1 - time_ms) / @stretch_ms) AS INT64) AS age,
    COUNT(*) AS n,
    COUNT(DISTINCT principal) AS principals
  FROM events
  WHERE event_time >= @since AND event_time < @until AND kind = 'issued'
  GROUP BY account, age
),
patterns AS (
  SELECT
    account,
    SUM(CASE WHEN age = 0 THEN n ELSE 0 END) AS tokens,
    SUM(CASE WHEN age = 0 THEN principals ELSE 0 END) AS principals,
    1.0 * SUM(CASE WHEN age > 0 THEN n ELSE 0 END) / @stretches AS mean,
    1.0 * SUM(CASE WHEN age > 0 THEN n * n ELSE 0 END) / @stretches AS mean_square
  FROM counted
  GROUP BY account
),
judged AS (
  SELECT
    account,
    tokens,
    principals,
    mean,
    CASE
      WHEN mean_square - mean * mean > mean THEN SQRT(mean_square - mean * mean)
      ELSE SQRT(mean)
    END AS deviation
  FROM patterns
)
SELECT account, tokens, principals, mean, deviation
FROM judged
WHERE tokens >= @least AND tokens > mean + @deviations * deviation
ORDER BY tokens DESC, account
