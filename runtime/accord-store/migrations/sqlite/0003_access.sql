-- Who belongs to whom, and who may do what: teams, their members and levels, tokens, repositories.

-- `mac` covers the members too.
CREATE TABLE teams (
  id          TEXT   NOT NULL PRIMARY KEY,
  org_id      TEXT   NOT NULL REFERENCES orgs (id),
  name        TEXT   NOT NULL,
  description TEXT   NOT NULL,
  created_at  BIGINT NOT NULL,
  counter     BIGINT NOT NULL,
  kek_id      TEXT   NOT NULL,
  mac         BLOB   NOT NULL,
  UNIQUE (org_id, name)
);

CREATE TABLE team_members (
  team_id TEXT NOT NULL REFERENCES teams (id),
  user_id TEXT NOT NULL REFERENCES users (id),
  role    TEXT NOT NULL,
  PRIMARY KEY (team_id, user_id)
);
CREATE INDEX team_members_by_user ON team_members (user_id);

-- Levels of teams; the code of the secret, or of the project, covers them.
CREATE TABLE secret_access (
  secret_id TEXT NOT NULL REFERENCES secrets (id),
  team_id   TEXT NOT NULL REFERENCES teams (id),
  level     TEXT NOT NULL,
  PRIMARY KEY (secret_id, team_id)
);
CREATE INDEX secret_access_by_team ON secret_access (team_id);

CREATE TABLE project_access (
  project_id TEXT NOT NULL REFERENCES projects (id),
  team_id    TEXT NOT NULL REFERENCES teams (id),
  level      TEXT NOT NULL,
  PRIMARY KEY (project_id, team_id)
);
CREATE INDEX project_access_by_team ON project_access (team_id);

-- `hash` is SHA-256 of the token, which never lies here.
CREATE TABLE tokens (
  id         TEXT   NOT NULL PRIMARY KEY,
  user_id    TEXT   NOT NULL REFERENCES users (id),
  name       TEXT   NOT NULL,
  hash       BLOB   NOT NULL UNIQUE,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  counter    BIGINT NOT NULL,
  kek_id     TEXT   NOT NULL,
  mac        BLOB   NOT NULL,
  UNIQUE (user_id, name)
);

CREATE TABLE repositories (
  id         TEXT   NOT NULL PRIMARY KEY,
  project_id TEXT   NOT NULL REFERENCES projects (id),
  name       TEXT   NOT NULL,
  url        TEXT   NOT NULL,
  branch     TEXT,
  commit_id  TEXT,
  path       TEXT,
  secret_id  TEXT   REFERENCES secrets (id),
  created_at BIGINT NOT NULL,
  counter    BIGINT NOT NULL,
  kek_id     TEXT   NOT NULL,
  mac        BLOB   NOT NULL,
  UNIQUE (project_id, name)
);
CREATE INDEX repositories_by_secret ON repositories (secret_id);

-- 1: may do nothing.
ALTER TABLE users ADD COLUMN disabled BIGINT NOT NULL DEFAULT 0;

-- Versions made before kinds could change have none: theirs is the secret's.
ALTER TABLE secret_versions ADD COLUMN kind TEXT;

-- Pages over all organizations.
CREATE INDEX secrets_by_plain_name ON secrets (name, id) WHERE deleted = 0;
