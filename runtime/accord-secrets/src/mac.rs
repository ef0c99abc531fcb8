//! What the authentication code of a metadata row covers: every column that decides access.
//!
//! A row is good if its code fits its columns and its counter is the one that the last audit entry
//! about it anchors; so a column that was edited, a row that was put in another's place and a row
//! that was rolled back are all found. What joined a table later is covered by fields at the end,
//! which are there only where the column says something: earlier codes stay good.

use accord_store::{OrgRow, ProjectRow, RepositoryRow, SecretRow, SecretVersionHead, TeamRow, TokenRow, UserRow};

use crate::canonical::Canonical;

/// A metadata row of any table.
pub(crate) trait Metadata: Sync {
    /// The columns that the code covers.
    fn fields(&self) -> Canonical;
    /// Id of the thing.
    fn id(&self) -> &str;
    /// Counts the changes.
    fn counter(&self) -> i64;
    /// The KEK that the code is made under.
    fn kek_id(&self) -> &str;
    /// The code.
    fn mac(&self) -> &[u8];
    /// The thing in words.
    fn describe(&self) -> String;
    /// Its kind, as audit entries name it.
    fn object(&self) -> &'static str;
}

/// The columns of a row that change with each change.
pub(crate) struct Stamp<'a> {
    pub(crate) counter: &'a mut i64,
    pub(crate) kek_id: &'a mut String,
    pub(crate) mac: &'a mut Vec<u8>,
}

/// A row that can be changed.
pub(crate) trait Stamped: Metadata {
    /// What a change sets.
    fn stamp(&mut self) -> Stamp<'_>;
}

macro_rules! metadata {
    ($type:ty, $self:ident.$($row:ident).*, $object:literal, $fields:expr, $describe:expr) => {
        impl Metadata for $type {
            fn fields(&$self) -> Canonical {
                $fields
            }
            fn id(&$self) -> &str {
                &$self.$($row.)*id
            }
            fn counter(&$self) -> i64 {
                $self.$($row.)*counter
            }
            fn kek_id(&$self) -> &str {
                &$self.$($row.)*kek_id
            }
            fn mac(&$self) -> &[u8] {
                &$self.$($row.)*mac
            }
            fn describe(&$self) -> String {
                $describe
            }
            fn object(&$self) -> &'static str {
                $object
            }
        }

        impl Stamped for $type {
            fn stamp(&mut $self) -> Stamp<'_> {
                Stamp {
                    counter: &mut $self.$($row.)*counter,
                    kek_id: &mut $self.$($row.)*kek_id,
                    mac: &mut $self.$($row.)*mac,
                }
            }
        }
    };
}

metadata!(
    UserRow,
    self.,
    "USER",
    {
        let fields = Canonical::new("user")
            .text(&self.id)
            .text(&self.name)
            .text(&self.kind)
            .text(&self.role)
            .int(self.created_at)
            .int(self.counter)
            .text(&self.kek_id);
        if self.disabled == 0 { fields } else { fields.text("disabled").int(self.disabled) }
    },
    format!("user '{}'", self.name)
);

metadata!(
    OrgRow,
    self.,
    "ORG",
    Canonical::new("org")
        .text(&self.id)
        .text(&self.name)
        .text(&self.visibility)
        .optional(self.owner_id.as_deref(), Canonical::text)
        .int(self.created_at)
        .int(self.counter)
        .text(&self.kek_id),
    format!("organization '{}'", self.name)
);

metadata!(
    TokenRow,
    self.,
    "TOKEN",
    Canonical::new("token")
        .text(&self.id)
        .text(&self.user_id)
        .text(&self.name)
        .bytes(&self.hash)
        .int(self.created_at)
        .optional(self.expires_at, Canonical::int)
        .int(self.counter)
        .text(&self.kek_id),
    format!("token '{}'", self.name)
);

metadata!(
    RepositoryRow,
    self.,
    "REPOSITORY",
    Canonical::new("repository")
        .text(&self.id)
        .text(&self.project_id)
        .text(&self.name)
        .text(&self.url)
        .optional(self.branch.as_deref(), Canonical::text)
        .optional(self.commit_id.as_deref(), Canonical::text)
        .optional(self.path.as_deref(), Canonical::text)
        .optional(self.secret_id.as_deref(), Canonical::text)
        .int(self.created_at)
        .int(self.counter)
        .text(&self.kek_id),
    format!("repository '{}'", self.name)
);

/// Levels of teams on a thing: UUID of the team and level, in order of the former.
pub(crate) type Levels = Vec<(String, String)>;

fn with_pairs(fields: Canonical, name: &str, pairs: &[(String, String)]) -> Canonical {
    if pairs.is_empty() {
        return fields;
    }
    let fields = fields.text(name).int(i64::try_from(pairs.len()).unwrap_or(i64::MAX));
    pairs.iter().fold(fields, |fields, (id, word)| fields.text(id).text(word))
}

/// A project's row and the levels of teams on it: one code covers both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LinkedProject {
    pub(crate) row: ProjectRow,
    pub(crate) access: Levels,
}

metadata!(
    LinkedProject,
    self.row,
    "PROJECT",
    {
        let row = &self.row;
        let fields = Canonical::new("project")
            .text(&row.id)
            .text(&row.org_id)
            .text(&row.name)
            .text(&row.visibility)
            .optional(row.owner_id.as_deref(), Canonical::text)
            .int(row.created_at)
            .int(row.counter)
            .text(&row.kek_id);
        with_pairs(fields, "access", &self.access)
    },
    format!("project '{}'", self.row.name)
);

/// A team's row and its members (UUID of the user and role, in order of the former): one code
/// covers both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LinkedTeam {
    pub(crate) row: TeamRow,
    pub(crate) members: Vec<(String, String)>,
}

metadata!(
    LinkedTeam,
    self.row,
    "TEAM",
    {
        let row = &self.row;
        let fields = Canonical::new("team")
            .text(&row.id)
            .text(&row.org_id)
            .text(&row.name)
            .text(&row.description)
            .int(row.created_at)
            .int(row.counter)
            .text(&row.kek_id);
        with_pairs(fields, "members", &self.members)
    },
    format!("team '{}'", self.row.name)
);

/// A secret's row, the projects that it is linked to and the levels of teams on it: one code covers
/// all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LinkedSecret {
    pub(crate) row: SecretRow,
    pub(crate) projects: Vec<String>,
    pub(crate) access: Levels,
}

metadata!(
    LinkedSecret,
    self.row,
    "SECRET",
    {
        let row = &self.row;
        let fields = Canonical::new("secret")
            .text(&row.id)
            .text(&row.org_id)
            .text(&row.name)
            .text(&row.kind)
            .text(&row.protection)
            .text(&row.visibility)
            .optional(row.owner_id.as_deref(), Canonical::text)
            .optional(row.public_key.as_deref(), Canonical::text)
            .int(row.current_version)
            .int(row.closed)
            .int(row.deleted)
            .optional(row.expires_at, Canonical::int)
            .int(row.created_at)
            .int(row.updated_at)
            .int(row.counter)
            .text(&row.kek_id)
            .int(i64::try_from(self.projects.len()).unwrap_or(i64::MAX));
        let fields = self.projects.iter().fold(fields, |fields, project| fields.text(project));
        with_pairs(fields, "access", &self.access)
    },
    format!("secret '{}'", self.row.name)
);

/// Stands in an audit entry for a row that is no more: no row can have its (empty) code, so that one
/// that is put back is found.
pub(crate) struct Gone<'a>(pub(crate) &'a dyn Metadata);

impl Metadata for Gone<'_> {
    fn fields(&self) -> Canonical {
        Canonical::new("gone")
    }
    fn id(&self) -> &str {
        self.0.id()
    }
    fn counter(&self) -> i64 {
        self.0.counter().saturating_add(1)
    }
    fn kek_id(&self) -> &str {
        self.0.kek_id()
    }
    fn mac(&self) -> &[u8] {
        &[]
    }
    fn describe(&self) -> String {
        self.0.describe()
    }
    fn object(&self) -> &'static str {
        self.0.object()
    }
}

/// The columns of a version: the payload through its digest.
pub(crate) fn version_fields(row: &SecretVersionHead) -> Canonical {
    let fields = Canonical::new("secret-version")
        .text(&row.secret_id)
        .int(row.version)
        .text(&row.kek_id)
        .optional(row.wrapped_key.as_deref(), Canonical::bytes)
        .bytes(&row.digest)
        .int(row.created_at)
        .text(&row.created_by);
    match &row.kind {
        None => fields,
        Some(kind) => fields.text("kind").text(kind),
    }
}
