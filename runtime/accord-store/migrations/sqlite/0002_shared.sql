-- What processes share: values under keys, and JSON documents. Nothing here decides access, so that no row carries a code.
-- A value that holds a secret lies in `sealed` alone: kv has no `text` then, a document's `data` is masked.

-- `scope_id` is a project's id, or the installation's for processes without a project.
CREATE TABLE kv (
  scope_id   TEXT   NOT NULL,
  kv_key     TEXT   NOT NULL,
  text       TEXT,
  number     BIGINT,
  sealed     BLOB,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (scope_id, kv_key)
);

CREATE TABLE json_stores (
  id         TEXT   NOT NULL PRIMARY KEY,
  org_id     TEXT   NOT NULL REFERENCES orgs (id),
  name       TEXT   NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (org_id, name)
);

CREATE TABLE json_items (
  store_id   TEXT   NOT NULL REFERENCES json_stores (id),
  path       TEXT   NOT NULL,
  data       TEXT   NOT NULL,
  sealed     BLOB,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (store_id, path)
);

CREATE TABLE json_queries (
  store_id   TEXT   NOT NULL REFERENCES json_stores (id),
  name       TEXT   NOT NULL,
  text       TEXT   NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (store_id, name)
);
