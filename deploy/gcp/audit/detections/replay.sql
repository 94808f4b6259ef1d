-- Finds: one subject token presented from several addresses, or refused as a replay again and again.
--   Presenting a token twice from one address is normal: client libraries do.
-- Act: a workload behind one address: the token leaked. Look up `subject_token` in the console,
--   revoke at the identity provider what signed it, and set `singleUse` on the provider. Behind a pool
--   of addresses (NAT, CI runners): raise `addresses`.
-- Parameters: from TIMESTAMP, until TIMESTAMP, addresses INT64 (2), refused INT64 (3).
SELECT
  subject_token,
  MIN(COALESCE(issuer, claimed_issuer)) AS issuer,
  MIN(principal) AS principal,
  COUNT(DISTINCT address) AS addresses,
  COUNT(DISTINCT request_id) AS requests,
  SUM(CASE WHEN reason = 'replay' THEN 1 ELSE 0 END) AS refused,
  MIN(time_ms) AS first_ms,
  MAX(time_ms) AS last_ms
FROM events
WHERE event_time >= @from AND event_time < @until
  AND kind IN ('issued', 'refused') AND subject_token IS NOT NULL
GROUP BY subject_token
HAVING COUNT(DISTINCT address) >= @addresses
  OR SUM(CASE WHEN reason = 'replay' THEN 1 ELSE 0 END) >= @refused
ORDER BY last_ms
