-- Portable on purpose: ids are UUIDs as TEXT, times are BIGINT microseconds since 1970 (UTC), truth is 0 or 1.
-- Every table with `mac` carries a message authentication code over the columns that decide access, made with a key
-- derived from the key `kek_id`, and a counter that the audit chain anchors.

CREATE TABLE meta (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);

-- Key-encryption keys, each sealed under the root key, which never lies here.
CREATE TABLE keks (
  id         TEXT   NOT NULL PRIMARY KEY,
  state      TEXT   NOT NULL,
  wraps      BIGINT NOT NULL,
  sealed     BLOB   NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE users (
  id         TEXT   NOT NULL PRIMARY KEY,
  name       TEXT   NOT NULL UNIQUE,
  kind       TEXT   NOT NULL,
  role       TEXT   NOT NULL,
  created_at BIGINT NOT NULL,
  counter    BIGINT NOT NULL,
  kek_id     TEXT   NOT NULL,
  mac        BLOB   NOT NULL
);

CREATE TABLE orgs (
  id         TEXT   NOT NULL PRIMARY KEY,
  name       TEXT   NOT NULL UNIQUE,
  visibility TEXT   NOT NULL,
  owner_id   TEXT   REFERENCES users (id),
  created_at BIGINT NOT NULL,
  counter    BIGINT NOT NULL,
  kek_id     TEXT   NOT NULL,
  mac        BLOB   NOT NULL
);

CREATE TABLE projects (
  id         TEXT   NOT NULL PRIMARY KEY,
  org_id     TEXT   NOT NULL REFERENCES orgs (id),
  name       TEXT   NOT NULL,
  visibility TEXT   NOT NULL,
  owner_id   TEXT   REFERENCES users (id),
  created_at BIGINT NOT NULL,
  counter    BIGINT NOT NULL,
  kek_id     TEXT   NOT NULL,
  mac        BLOB   NOT NULL,
  UNIQUE (org_id, name)
);

-- Keys of a project (encrypted strings, process state) or of the installation, sealed under a KEK.
CREATE TABLE scope_keys (
  scope      TEXT   NOT NULL,
  scope_id   TEXT   NOT NULL,
  version    BIGINT NOT NULL,
  kek_id     TEXT   NOT NULL,
  sealed     BLOB   NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (scope, scope_id, version)
);

-- A deleted secret leaves its row behind (deleted = 1), so that its removal is authenticated too.
CREATE TABLE secrets (
  id              TEXT   NOT NULL PRIMARY KEY,
  org_id          TEXT   NOT NULL REFERENCES orgs (id),
  name            TEXT   NOT NULL,
  kind            TEXT   NOT NULL,
  protection      TEXT   NOT NULL,
  visibility      TEXT   NOT NULL,
  owner_id        TEXT   REFERENCES users (id),
  public_key      TEXT,
  current_version BIGINT NOT NULL,
  closed          BIGINT NOT NULL,
  deleted         BIGINT NOT NULL,
  expires_at      BIGINT,
  created_at      BIGINT NOT NULL,
  updated_at      BIGINT NOT NULL,
  counter         BIGINT NOT NULL,
  kek_id          TEXT   NOT NULL,
  mac             BLOB   NOT NULL
);
CREATE UNIQUE INDEX secrets_by_name ON secrets (org_id, name) WHERE deleted = 0;

CREATE TABLE secret_projects (
  secret_id  TEXT NOT NULL REFERENCES secrets (id),
  project_id TEXT NOT NULL REFERENCES projects (id),
  PRIMARY KEY (secret_id, project_id)
);
CREATE INDEX secret_projects_by_project ON secret_projects (project_id);

-- `wrapped_key` is the data key sealed under the KEK (and the store password); NULL once the version is shredded.
-- `mac` covers `digest` (SHA-256 of `payload`) instead of `payload`, so that a change of keys reads no payload.
CREATE TABLE secret_versions (
  secret_id   TEXT   NOT NULL REFERENCES secrets (id),
  version     BIGINT NOT NULL,
  kek_id      TEXT   NOT NULL,
  wrapped_key BLOB,
  payload     BLOB   NOT NULL,
  digest      BLOB   NOT NULL,
  created_at  BIGINT NOT NULL,
  created_by  TEXT   NOT NULL,
  mac         BLOB   NOT NULL,
  PRIMARY KEY (secret_id, version)
);

-- Keys of the audit chain: the first segment's (to verify from) and the latest segment's (to append with).
CREATE TABLE audit_keys (
  segment BIGINT NOT NULL PRIMARY KEY,
  kek_id  TEXT   NOT NULL,
  sealed  BLOB   NOT NULL
);

-- `counter` and `row_mac` anchor the metadata row of `target_id` as it is after this entry.
CREATE TABLE audit (
  seq        BIGINT NOT NULL PRIMARY KEY,
  at         BIGINT NOT NULL,
  actor_id   TEXT   NOT NULL,
  actor      TEXT   NOT NULL,
  process_id TEXT,
  place      TEXT,
  action     TEXT   NOT NULL,
  object     TEXT   NOT NULL,
  target_id  TEXT   NOT NULL,
  outcome    TEXT   NOT NULL,
  details    TEXT   NOT NULL,
  counter    BIGINT,
  row_mac    BLOB,
  mac        BLOB   NOT NULL
);
CREATE INDEX audit_by_target ON audit (target_id, seq);
-- The last anchor of a thing is found at once, however often it was read since.
CREATE INDEX audit_anchors ON audit (target_id, seq) WHERE counter IS NOT NULL;
