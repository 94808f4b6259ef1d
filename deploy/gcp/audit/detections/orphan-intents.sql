-- Finds: intents without an outcome: Google was asked, and whether a token left is not on record. A
--   process that was killed leaves a few, all of one `instance` and one moment.
-- Act: see whether Google minted (the console's event page has the Cloud Logging query). Many, or
--   spread over instances: records were removed or a sink loses them; run `bureau audit verify`.
-- Parameters: from TIMESTAMP, until TIMESTAMP (ten minutes ago at the latest), settled TIMESTAMP
--   (until when outcomes are looked for: `until` and ten minutes).
SELECT i.time_ms, i.request_id, i.principal, i.account, i.instance, i.chain, i.chain_seq
FROM events AS i
LEFT JOIN (
  SELECT DISTINCT request_id
  FROM events
  WHERE event_time >= @from AND event_time < @settled AND kind IN ('issued', 'refused')
) AS o ON o.request_id = i.request_id
WHERE i.event_time >= @from AND i.event_time < @until AND i.kind = 'intent' AND o.request_id IS NULL
ORDER BY i.time_ms
