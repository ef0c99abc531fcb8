//! What the authentication code of a metadata row covers: every column that decides access.
//!
//! A row is good if its code fits its columns and its counter is the one that the last audit entry
//! about it anchors; so a column that was edited, a row that was put in another's place and a row
//! that was rolled back are all found.

use accord_store::{OrgRow, ProjectRow, SecretRow, SecretVersionRow, UserRow};

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
}

macro_rules! metadata {
    ($row:ty, $self:ident, $fields:expr, $describe:expr) => {
        impl Metadata for $row {
            fn fields(&$self) -> Canonical {
                $fields
            }
            fn id(&$self) -> &str {
                &$self.id
            }
            fn counter(&$self) -> i64 {
                $self.counter
            }
            fn kek_id(&$self) -> &str {
                &$self.kek_id
            }
            fn mac(&$self) -> &[u8] {
                &$self.mac
            }
            fn describe(&$self) -> String {
                $describe
            }
        }
    };
}

metadata!(
    UserRow,
    self,
    Canonical::new("user")
        .text(&self.id)
        .text(&self.name)
        .text(&self.kind)
        .text(&self.role)
        .int(self.created_at)
        .int(self.counter)
        .text(&self.kek_id),
    format!("user '{}'", self.name)
);

metadata!(
    OrgRow,
    self,
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
    ProjectRow,
    self,
    Canonical::new("project")
        .text(&self.id)
        .text(&self.org_id)
        .text(&self.name)
        .text(&self.visibility)
        .optional(self.owner_id.as_deref(), Canonical::text)
        .int(self.created_at)
        .int(self.counter)
        .text(&self.kek_id),
    format!("project '{}'", self.name)
);

/// A secret's row and the projects it is linked to: one code covers both.
pub(crate) struct LinkedSecret {
    pub(crate) row: SecretRow,
    pub(crate) projects: Vec<String>,
}

impl Metadata for LinkedSecret {
    fn fields(&self) -> Canonical {
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
        self.projects.iter().fold(fields, |fields, project| fields.text(project))
    }
    fn id(&self) -> &str {
        &self.row.id
    }
    fn counter(&self) -> i64 {
        self.row.counter
    }
    fn kek_id(&self) -> &str {
        &self.row.kek_id
    }
    fn mac(&self) -> &[u8] {
        &self.row.mac
    }
    fn describe(&self) -> String {
        format!("secret '{}'", self.row.name)
    }
}

/// The columns of a version: the payload through its digest.
pub(crate) fn version_fields(row: &SecretVersionRow) -> Canonical {
    Canonical::new("secret-version")
        .text(&row.secret_id)
        .int(row.version)
        .text(&row.kek_id)
        .optional(row.wrapped_key.as_deref(), Canonical::bytes)
        .bytes(&row.digest)
        .int(row.created_at)
        .text(&row.created_by)
}
