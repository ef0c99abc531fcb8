-- As migrations/sqlite, with PostgreSQL's types. Text is compared by its bytes (COLLATE "C"), as SQLite does.
-- Portable on purpose: ids are UUIDs as TEXT, times are BIGINT microseconds since 1970 (UTC), truth is 0 or 1.
-- Every table with `mac` carries a message authentication code over the columns that decide access, made with a key
-- derived from the key `kek_id`, and a counter that the audit chain anchors.

CREATE TABLE meta (
  name  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  value TEXT COLLATE "C" NOT NULL
);

-- Key-encryption keys, each sealed under the root key, which never lies here.
CREATE TABLE keks (
  id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  state      TEXT COLLATE "C" NOT NULL,
  wraps      BIGINT           NOT NULL,
  sealed     BYTEA            NOT NULL,
  created_at BIGINT           NOT NULL
);

CREATE TABLE users (
  id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  name       TEXT COLLATE "C" NOT NULL UNIQUE,
  kind       TEXT COLLATE "C" NOT NULL,
  role       TEXT COLLATE "C" NOT NULL,
  created_at BIGINT           NOT NULL,
  counter    BIGINT           NOT NULL,
  kek_id     TEXT COLLATE "C" NOT NULL,
  mac        BYTEA            NOT NULL
);

CREATE TABLE orgs (
  id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  name       TEXT COLLATE "C" NOT NULL UNIQUE,
  visibility TEXT COLLATE "C" NOT NULL,
  owner_id   TEXT COLLATE "C" REFERENCES users (id),
  created_at BIGINT           NOT NULL,
  counter    BIGINT           NOT NULL,
  kek_id     TEXT COLLATE "C" NOT NULL,
  mac        BYTEA            NOT NULL
);

CREATE TABLE projects (
  id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  org_id     TEXT COLLATE "C" NOT NULL REFERENCES orgs (id),
  name       TEXT COLLATE "C" NOT NULL,
  visibility TEXT COLLATE "C" NOT NULL,
  owner_id   TEXT COLLATE "C" REFERENCES users (id),
  created_at BIGINT           NOT NULL,
  counter    BIGINT           NOT NULL,
  kek_id     TEXT COLLATE "C" NOT NULL,
  mac        BYTEA            NOT NULL,
  UNIQUE (org_id, name)
);

-- Keys of a project (encrypted strings, process state) or of the installation, sealed under a KEK.
CREATE TABLE scope_keys (
  scope      TEXT COLLATE "C" NOT NULL,
  scope_id   TEXT COLLATE "C" NOT NULL,
  version    BIGINT           NOT NULL,
  kek_id     TEXT COLLATE "C" NOT NULL,
  sealed     BYTEA            NOT NULL,
  created_at BIGINT           NOT NULL,
  PRIMARY KEY (scope, scope_id, version)
);

-- A deleted secret leaves its row behind (deleted = 1), so that its removal is authenticated too.
CREATE TABLE secrets (
  id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  org_id          TEXT COLLATE "C" NOT NULL REFERENCES orgs (id),
  name            TEXT COLLATE "C" NOT NULL,
  kind            TEXT COLLATE "C" NOT NULL,
  protection      TEXT COLLATE "C" NOT NULL,
  visibility      TEXT COLLATE "C" NOT NULL,
  owner_id        TEXT COLLATE "C" REFERENCES users (id),
  public_key      TEXT COLLATE "C",
  current_version BIGINT           NOT NULL,
  closed          BIGINT           NOT NULL,
  deleted         BIGINT           NOT NULL,
  expires_at      BIGINT,
  created_at      BIGINT           NOT NULL,
  updated_at      BIGINT           NOT NULL,
  counter         BIGINT           NOT NULL,
  kek_id          TEXT COLLATE "C" NOT NULL,
  mac             BYTEA            NOT NULL
);
CREATE UNIQUE INDEX secrets_by_name ON secrets (org_id, name) WHERE deleted = 0;

CREATE TABLE secret_projects (
  secret_id  TEXT COLLATE "C" NOT NULL REFERENCES secrets (id),
  project_id TEXT COLLATE "C" NOT NULL REFERENCES projects (id),
  PRIMARY KEY (secret_id, project_id)
);
CREATE INDEX secret_projects_by_project ON secret_projects (project_id);

-- `wrapped_key` is the data key sealed under the KEK (and the store password); NULL once the version is shredded.
-- `mac` covers `digest` (SHA-256 of `payload`) instead of `payload`, so that a change of keys reads no payload.
CREATE TABLE secret_versions (
  secret_id   TEXT COLLATE "C" NOT NULL REFERENCES secrets (id),
  version     BIGINT           NOT NULL,
  kek_id      TEXT COLLATE "C" NOT NULL,
  wrapped_key BYTEA,
  payload     BYTEA            NOT NULL,
  digest      BYTEA            NOT NULL,
  created_at  BIGINT           NOT NULL,
  created_by  TEXT COLLATE "C" NOT NULL,
  mac         BYTEA            NOT NULL,
  PRIMARY KEY (secret_id, version)
);

-- Keys of the audit chain: the first segment's (to verify from) and the latest segment's (to append with).
CREATE TABLE audit_keys (
  segment BIGINT           NOT NULL PRIMARY KEY,
  kek_id  TEXT COLLATE "C" NOT NULL,
  sealed  BYTEA            NOT NULL
);

-- `counter` and `row_mac` anchor the metadata row of `target_id` as it is after this entry.
CREATE TABLE audit (
  seq        BIGINT           NOT NULL PRIMARY KEY,
  at         BIGINT           NOT NULL,
  actor_id   TEXT COLLATE "C" NOT NULL,
  actor      TEXT COLLATE "C" NOT NULL,
  process_id TEXT COLLATE "C",
  place      TEXT COLLATE "C",
  action     TEXT COLLATE "C" NOT NULL,
  object     TEXT COLLATE "C" NOT NULL,
  target_id  TEXT COLLATE "C" NOT NULL,
  outcome    TEXT COLLATE "C" NOT NULL,
  details    TEXT COLLATE "C" NOT NULL,
  counter    BIGINT,
  row_mac    BYTEA,
  mac        BYTEA            NOT NULL
);
CREATE INDEX audit_by_target ON audit (target_id, seq);
-- The last anchor of a thing is found at once, however often it was read since.
CREATE INDEX audit_anchors ON audit (target_id, seq) WHERE counter IS NOT NULL;
