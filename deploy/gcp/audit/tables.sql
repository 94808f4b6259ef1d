-- Written by `bureau audit tables`: change that, then this.

CREATE TABLE IF NOT EXISTS audit.records (
  chainhash STRING NOT NULL,
  chainid STRING NOT NULL,
  chainprev STRING,
  chainseq INT64 NOT NULL,
  data STRUCT<
    activity_id INT64,
    activity_name STRING,
    actor STRUCT<
      idp STRUCT<
        name STRING
      >
    >,
    auth_protocol STRING,
    auth_protocol_id INT64,
    category_uid INT64,
    class_uid INT64,
    duration INT64,
    entity STRUCT<
      name STRING,
      type_id INT64,
      uid STRING
    >,
    http_request STRUCT<
      http_method STRING,
      url STRUCT<
        path STRING
      >,
      user_agent STRING
    >,
    http_response STRUCT<
      code INT64
    >,
    is_remote BOOL,
    logon_type_id INT64,
    message STRING,
    metadata STRUCT<
      correlation_uid STRING,
      is_truncated BOOL,
      product STRUCT<
        name STRING,
        vendor_name STRING,
        version STRING
      >,
      version STRING
    >,
    service STRUCT<
      name STRING
    >,
    session STRUCT<
      expiration_time INT64,
      issuer STRING,
      uid STRING
    >,
    severity_id INT64,
    src_endpoint STRUCT<
      ip STRING
    >,
    status STRING,
    status_code STRING,
    status_detail STRING,
    status_id INT64,
    time INT64,
    type_uid INT64,
    unmapped STRUCT<
      access_boundary ARRAY<STRING>,
      account STRING,
      asked STRUCT<
        access_boundary BOOL,
        audience STRING,
        kind STRING,
        lifetime INT64,
        scopes ARRAY<STRING>,
        target STRING,
        target_kind STRING
      >,
      assertion STRUCT<
        alg STRING,
        audience STRING,
        claims ARRAY<STRUCT<
          json STRING,
          name STRING
        >>,
        exp INT64,
        iat INT64,
        issuer STRING,
        jti STRING,
        kid STRING,
        provider STRING,
        subject STRING
      >,
      attempts ARRAY<STRUCT<
        calls INT64,
        upstream STRING
      >>,
      cause STRING,
      checkpoint STRUCT<
        `interval` INT64,
        position STRING,
        previous ARRAY<STRUCT<
          chain STRING,
          `hash` STRING,
          seq INT64
        >>,
        public_key STRING,
        signature STRING,
        unacknowledged ARRAY<STRUCT<
          records INT64,
          sink STRING
        >>
      >,
      claimed STRUCT<
        alg STRING,
        issuer STRING,
        kid STRING
      >,
      decision STRING,
      delegates ARRAY<STRING>,
      denial STRING,
      fingerprint_key STRING,
      grant STRING,
      instance STRING,
      key STRUCT<
        age_seconds INT64,
        stale BOOL
      >,
      `order` STRUCT<
        access_boundary BOOL,
        audience STRING,
        include_email BOOL,
        kind STRING,
        lifetime INT64,
        scopes ARRAY<STRING>
      >,
      policy_digest STRING,
      problems INT64,
      refusals ARRAY<STRUCT<
        reason STRING,
        recorded INT64,
        suppressed INT64
      >>,
      revision STRING,
      shadow_grants ARRAY<STRING>,
      stages ARRAY<STRUCT<
        ms FLOAT64,
        stage STRING
      >>,
      subject_token STRING,
      trace STRING
    >,
    user STRUCT<
      domain STRING,
      name STRING,
      type_id INT64,
      uid STRING
    >
  >,
  datacontenttype STRING,
  dataschema STRING,
  id STRING NOT NULL,
  source STRING,
  specversion STRING,
  subject STRING,
  time TIMESTAMP NOT NULL,
  traceparent STRING,
  type STRING NOT NULL
)
PARTITION BY DATE(time)
CLUSTER BY type, subject
OPTIONS (
  description = 'Audit records of Token Bureau, as Pub/Sub delivers them: at least once each.',
  require_partition_filter = TRUE
);

CREATE OR REPLACE VIEW audit.deliveries AS
SELECT
  time AS event_time,
  data.time AS time_ms,
  SUBSTR(type, 17) AS kind,
  id AS id,
  data.metadata.correlation_uid AS request_id,
  data.status_code AS reason,
  data.http_response.code AS status,
  data.status_detail AS detail,
  data.unmapped.assertion.issuer AS issuer,
  data.unmapped.claimed.issuer AS claimed_issuer,
  data.unmapped.assertion.subject AS subject,
  subject AS principal,
  data.unmapped.assertion.provider AS provider,
  data.unmapped.assertion.audience AS audience,
  data.unmapped.assertion.jti AS jti,
  data.unmapped.assertion.kid AS kid,
  data.unmapped.grant AS grant_id,
  data.unmapped.denial AS denial,
  data.unmapped.policy_digest AS policy_digest,
  data.unmapped.account AS account,
  data.unmapped.order.kind AS token_kind,
  IF(ARRAY_LENGTH(data.unmapped.order.scopes) > 0, TO_JSON_STRING(data.unmapped.order.scopes), NULL) AS scopes,
  data.unmapped.order.audience AS token_audience,
  data.unmapped.order.lifetime AS lifetime,
  data.session.expiration_time AS expires_ms,
  data.unmapped.subject_token AS subject_token,
  data.session.uid AS issued_token,
  data.src_endpoint.ip AS address,
  data.http_request.user_agent AS user_agent,
  data.duration AS duration_ms,
  data.unmapped.key.age_seconds AS key_age,
  CAST(data.unmapped.key.stale AS INT64) AS key_stale,
  data.unmapped.instance AS instance,
  data.unmapped.revision AS revision,
  chainid AS chain,
  chainseq AS chain_seq,
  chainhash AS chain_hash,
  data.status AS outcome,
  data.unmapped.checkpoint.position AS checkpoint,
  IF(ARRAY_LENGTH(data.unmapped.refusals) > 0, TO_JSON_STRING(data.unmapped.refusals), NULL) AS refusals,
  TO_JSON_STRING((
    SELECT AS STRUCT records.* REPLACE (FORMAT_TIMESTAMP('%FT%H:%M:%E3SZ', time) AS time)
  )) AS record
FROM audit.records AS records;

CREATE OR REPLACE VIEW audit.events AS
SELECT * EXCEPT (delivery)
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY event_time, id ORDER BY chain_seq) AS delivery
  FROM audit.deliveries
)
WHERE delivery = 1;
