-- Finds: places of a chain that hold no record (`missing` above 0) or hold several (`missing` below 0:
--   a forked chain), between the first and the last record of each chain within the time.
-- Act: records that are late arrive within minutes: run it again. What stays missing was lost or
--   removed: compare with another sink, and run `bureau audit verify` over the export, which checks
--   hashes, signatures and cut tails as well; this query sees neither.
-- Parameters: from TIMESTAMP, until TIMESTAMP (ten minutes ago at the latest).
SELECT chain, instance, before_seq, chain_seq AS after_seq, chain_seq - before_seq - 1 AS missing, time_ms
FROM (
  SELECT
    chain,
    instance,
    chain_seq,
    time_ms,
    LAG(chain_seq) OVER (PARTITION BY chain ORDER BY chain_seq) AS before_seq
  FROM events
  WHERE event_time >= @from AND event_time < @until
)
WHERE chain_seq - before_seq <> 1
ORDER BY chain, after_seq
