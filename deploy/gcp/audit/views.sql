-- What the detections read besides the views of tables.sql. `GOOGLE_LOGS` stands for the
-- PROJECT.DATASET that a log sink fills with Google's Data Access audit logs (partitioned tables) of
-- sts.googleapis.com and iam.googleapis.com: replace it before running.

-- The events of a stretch of time, each once, for queries that must be sure of their partitions.
CREATE OR REPLACE TABLE FUNCTION audit.events_between(first_moment TIMESTAMP, end_moment TIMESTAMP) AS
SELECT * EXCEPT (delivery)
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY id ORDER BY event_time) AS delivery
  FROM audit.deliveries
  WHERE event_time >= first_moment AND event_time < end_moment
)
WHERE delivery = 1;

-- The digests of policies that were released. The pipeline that releases a policy adds a row.
CREATE TABLE IF NOT EXISTS audit.approved_policies (
  digest STRING NOT NULL OPTIONS (description = 'sha256: and 64 hexadecimal digits, of the file'),
  approved_at TIMESTAMP NOT NULL,
  approved_by STRING NOT NULL
);

-- What Google says that it minted. `request_id` is the name that the bureau gives its calls, in the
-- reason or in the user agent; NULL where a call bears none.
CREATE OR REPLACE VIEW audit.google_mints AS
SELECT
  timestamp AS event_time,
  UNIX_MILLIS(timestamp) AS time_ms,
  insertId AS id,
  protopayload_auditlog.methodName AS method,
  COALESCE(
    resource.labels.email_id,
    REGEXP_EXTRACT(protopayload_auditlog.resourceName, r'serviceAccounts/([^/]+)$')
  ) AS account,
  COALESCE(
    protopayload_auditlog.authenticationInfo.principalSubject,
    protopayload_auditlog.authenticationInfo.principalEmail
  ) AS caller,
  protopayload_auditlog.requestMetadata.callerIp AS address,
  REGEXP_EXTRACT(
    CONCAT(
      COALESCE(protopayload_auditlog.requestMetadata.requestAttributes.reason, ''),
      ' ',
      COALESCE(protopayload_auditlog.requestMetadata.callerSuppliedUserAgent, '')
    ),
    r'bureau:([0-9a-f-]{36})'
  ) AS request_id
FROM `GOOGLE_LOGS.cloudaudit_googleapis_com_data_access`
WHERE protopayload_auditlog.serviceName = 'iamcredentials.googleapis.com'
  AND protopayload_auditlog.methodName IN ('GenerateAccessToken', 'GenerateIdToken')
  AND COALESCE(protopayload_auditlog.status.code, 0) = 0;
