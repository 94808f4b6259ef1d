-- Finds: policies that were loaded, or that decided, and that nobody released: their digest is not in
--   `approved_policies`.
-- Act: find out who may write the secret or file that the policy is mounted from; put the released
--   policy back; take every token issued under the digest for granted without right.
-- Parameters: from TIMESTAMP, until TIMESTAMP.
SELECT
  e.policy_digest,
  MIN(e.time_ms) AS first_ms,
  MAX(e.time_ms) AS last_ms,
  SUM(CASE WHEN e.kind = 'issued' THEN 1 ELSE 0 END) AS issued,
  COUNT(*) AS events,
  COUNT(DISTINCT e.instance) AS instances
FROM events AS e
LEFT JOIN approved_policies AS a ON a.digest = e.policy_digest
WHERE e.event_time >= @from AND e.event_time < @until
  AND e.policy_digest IS NOT NULL AND a.digest IS NULL
GROUP BY e.policy_digest
ORDER BY first_ms
