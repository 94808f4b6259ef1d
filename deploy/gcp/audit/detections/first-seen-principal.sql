-- Finds: principals that got a token of an account for the first time in the history.
-- Act: compare with what was deployed or granted lately (`grant_id`, the policy's history). Nobody
--   knows of it: take the grant out, and look at every event of the principal.
-- Parameters: since TIMESTAMP (beginning of the history, 90 days before `from`, say), from TIMESTAMP,
--   until TIMESTAMP.
SELECT
  principal,
  account,
  MIN(issuer) AS issuer,
  MIN(grant_id) AS grant_id,
  MIN(time_ms) AS first_ms,
  COUNT(*) AS tokens
FROM events
WHERE event_time >= @since AND event_time < @until AND kind = 'issued'
GROUP BY principal, account
HAVING MIN(event_time) >= @from
ORDER BY first_ms
