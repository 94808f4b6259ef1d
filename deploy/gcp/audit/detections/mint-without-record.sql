-- Finds: tokens that Google minted and no intent of ours asked for: somebody goes around the bureau,
--   or records are lost. `why` says whether the call bears no request id, one that no intent has, or
--   one whose intent is of another account.
-- Act: look at `caller`. If it is the bureau's own identity, treat the bureau as taken over and
--   disable the identity; if it is another, take its roles/iam.serviceAccountTokenCreator or
--   workloadIdentityUser on `account` away, or narrow the query to the accounts that the bureau alone
--   may use.
-- Parameters: since TIMESTAMP (an hour before `from`: intents come before their mints), from
--   TIMESTAMP, until TIMESTAMP (an hour ago at the latest, for logs that are late).
SELECT
  m.time_ms,
  m.account,
  m.caller,
  m.method,
  m.address,
  m.request_id,
  CASE
    WHEN m.request_id IS NULL THEN 'no request id'
    WHEN i.request_id IS NULL THEN 'no intent'
    ELSE 'another account'
  END AS why
FROM google_mints AS m
LEFT JOIN (
  SELECT request_id, MIN(account) AS account
  FROM events
  WHERE event_time >= @since AND event_time < @until AND kind = 'intent'
  GROUP BY request_id
) AS i ON i.request_id = m.request_id
WHERE m.event_time >= @from AND m.event_time < @until
  AND (i.request_id IS NULL OR m.account IS NULL OR i.account <> m.account)
ORDER BY m.time_ms
