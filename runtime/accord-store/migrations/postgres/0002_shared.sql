-- What processes share: values under keys, and JSON documents. Nothing here decides access, so that no row carries a code.
-- A value that holds a secret lies in `sealed` alone: kv has no `text` then, a document's `data` is masked.

-- `scope_id` is a project's id, or the installation's for processes without a project.
CREATE TABLE kv (
  scope_id   TEXT COLLATE "C" NOT NULL,
  kv_key     TEXT COLLATE "C" NOT NULL,
  text       TEXT COLLATE "C",
  number     BIGINT,
  sealed     BYTEA,
  updated_at BIGINT           NOT NULL,
  PRIMARY KEY (scope_id, kv_key)
);

CREATE TABLE json_stores (
  id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  org_id     TEXT COLLATE "C" NOT NULL REFERENCES orgs (id),
  name       TEXT COLLATE "C" NOT NULL,
  created_at BIGINT           NOT NULL,
  UNIQUE (org_id, name)
);

CREATE TABLE json_items (
  store_id   TEXT COLLATE "C" NOT NULL REFERENCES json_stores (id),
  path       TEXT COLLATE "C" NOT NULL,
  data       TEXT COLLATE "C" NOT NULL,
  sealed     BYTEA,
  updated_at BIGINT           NOT NULL,
  PRIMARY KEY (store_id, path)
);

CREATE TABLE json_queries (
  store_id   TEXT COLLATE "C" NOT NULL REFERENCES json_stores (id),
  name       TEXT COLLATE "C" NOT NULL,
  text       TEXT COLLATE "C" NOT NULL,
  updated_at BIGINT           NOT NULL,
  PRIMARY KEY (store_id, name)
);
