-- Finds: client addresses with many refusals within one stretch of time: guessing, a stolen token
--   tried around, or a broken deployment. Faults of services (status 500 and above) do not count.
--   Under a flood most refusals have no record of their own: the summaries count them, by reason
--   alone.
-- Act: `reasons` above 3 or `issuers` above 1 look like probing: block the address at the edge. One
--   reason and one issuer look like a misconfigured workload: tell its owner.
-- Parameters: from TIMESTAMP, until TIMESTAMP, stretch_ms INT64 (600000: ten minutes), least INT64 (20).
SELECT
  address,
  CAST(FLOOR(time_ms / @stretch_ms) AS INT64) * @stretch_ms AS begin_ms,
  COUNT(*) AS refusals,
  COUNT(DISTINCT reason) AS reasons,
  COUNT(DISTINCT COALESCE(issuer, claimed_issuer)) AS issuers,
  MIN(reason) AS one_reason
FROM events
WHERE event_time >= @from AND event_time < @until AND kind = 'refused' AND status < 500
GROUP BY address, begin_ms
HAVING COUNT(*) >= @least
ORDER BY refusals DESC, address
