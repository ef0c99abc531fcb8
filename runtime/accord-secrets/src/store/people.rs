//! Users, and who the caller is.

use accord_store::{Session, UserRow};
use serde_json::json;

use super::orgs::taken;
use super::{Store, Writing, now};
use crate::access::{Actor, Caller, Permit};
use crate::mac::Gone;
use crate::model::{Role, Target, UserId, UserRef};
use crate::people::{User, UserType};
use crate::permissions::Operation;
use crate::{Error, Result};

/// What becomes of a user; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    /// His role in the whole installation.
    pub role: Option<Role>,
    /// Whether he may do nothing.
    pub disabled: Option<bool>,
}

impl Store {
    /// The user of the operating system who runs this program. Whoever can read the root key is an
    /// administrator of the installation.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn local_actor(&self) -> Result<Actor> {
        let found = self.inner.local.get_or_try_init(|| async {
            let name = os_user();
            let mut read = self.read().await?;
            let row = read.user_by_name(&name).await?;
            if let Some(row) = row {
                self.check_row(&mut read, &row).await?;
                read.finish().await?;
                return Ok(Actor::key_holder(row.id.parse()?, row.name));
            }
            read.finish().await?;
            let caller = Caller::new(Actor::installation());
            let mut tx = self.begin().await?;
            if let Some(row) = tx.user_by_name(&name).await? {
                tx.rollback().await?;
                return Ok(Actor::key_holder(row.id.parse()?, row.name));
            }
            let made = self.insert_local_user(&mut tx, &caller, &name).await?;
            tx.commit().await?;
            Ok(made)
        });
        found.await.cloned()
    }

    /// A user of the store, with the role that he has there.
    ///
    /// # Errors
    /// [`Error::UserNotFound`]; [`Error::UserDisabled`]; the database cannot be used.
    pub async fn actor(&self, name: &str) -> Result<Actor> {
        let mut read = self.read().await?;
        let row = self.user_row(&mut read, name).await?;
        read.finish().await?;
        actor(&row)
    }

    /// Creates a user.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::ManageUsers`] is needed) or no more valid;
    /// the name is invalid or taken.
    pub async fn create_user(&self, permit: &Permit, name: &str, kind: UserType, role: Role) -> Result<User> {
        check_user_name(name)?;
        let mut tx = self.begin().await?;
        let made = self.create_user_in(&mut tx, permit, name, kind, role).await;
        tx.end(made).await
    }

    async fn create_user_in(
        &self,
        tx: &mut Writing,
        permit: &Permit,
        name: &str,
        kind: UserType,
        role: Role,
    ) -> Result<User> {
        self.permitted_installation(tx, permit, Operation::ManageUsers).await?;
        user(&self.insert_user(tx, permit.caller(), name, kind.as_str(), role).await?)
    }

    /// All users, by name.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::ListUsers`] is needed) or no more valid.
    pub async fn list_users(&self, permit: &Permit) -> Result<Vec<User>> {
        let mut read = self.read().await?;
        self.permitted_installation(&mut read, permit, Operation::ListUsers).await?;
        let rows = read.users().await?;
        read.finish().await?;
        let users = rows.iter().map(|row| self.check_mac(row).and_then(|()| user(row)));
        users.collect()
    }

    /// The user of that name.
    ///
    /// # Errors
    /// [`Error::UserNotFound`] if there is none or the caller may not know of him: everybody may see
    /// himself, roles of the whole installation see all.
    pub async fn user(&self, caller: &Caller, name: &str) -> Result<User> {
        let mut read = self.read().await?;
        let asker = self.asker(&mut read, caller).await?;
        let row = self.user_row(&mut read, name).await?;
        read.finish().await?;
        if asker.user(&row.id).level.is_none() {
            return Err(Error::UserNotFound { name: name.to_owned() });
        }
        user(&row)
    }

    /// Changes a user's role, disables him or lets him in again.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::ManageUsers`] is needed) or no more valid;
    /// there is no such user.
    pub async fn change_user(&self, permit: &Permit, id: UserId, change: UserChange) -> Result<User> {
        let mut tx = self.begin().await?;
        let changed = self.change_user_in(&mut tx, permit, id, change).await;
        tx.end(changed).await
    }

    async fn change_user_in(&self, tx: &mut Writing, permit: &Permit, id: UserId, change: UserChange) -> Result<User> {
        self.permitted_installation(tx, permit, Operation::ManageUsers).await?;
        let mut row = self.user_by_id(tx, id).await?;
        if let Some(role) = change.role {
            row.role = role.to_string();
        }
        if let Some(disabled) = change.disabled {
            row.disabled = i64::from(disabled);
        }
        self.stamp(&mut row)?;
        tx.update_user(&row).await?;
        let details = json!({"name": row.name, "role": row.role, "disabled": row.disabled != 0});
        self.record(tx, permit.caller(), "UPDATE", &row, details).await?;
        user(&row)
    }

    /// Deletes a user: he leaves his teams, his tokens are revoked, and what he owned belongs to the
    /// owners of its organization.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::ManageUsers`] is needed) or no more valid;
    /// there is no such user.
    pub async fn delete_user(&self, permit: &Permit, id: UserId) -> Result<()> {
        let mut tx = self.begin().await?;
        let deleted = self.delete_user_in(&mut tx, permit, id).await;
        tx.end(deleted).await
    }

    async fn delete_user_in(&self, tx: &mut Writing, permit: &Permit, id: UserId) -> Result<()> {
        self.permitted_installation(tx, permit, Operation::ManageUsers).await?;
        let row = self.user_by_id(tx, id).await?;
        let (caller, reason) = (permit.caller(), json!({"deletedUser": row.name}));
        for team in tx.teams_of(&row.id).await? {
            let mut team = self.complete_team(tx, team).await?;
            team.members.retain(|(user, _)| *user != row.id);
            self.write_team(tx, caller, "UPDATE", &mut team, reason.clone()).await?;
        }
        for token in tx.tokens(Some(&row.id)).await? {
            self.check_row(tx, &token).await?;
            tx.delete_token(&token.id).await?;
            self.record(tx, caller, "DELETE", &Gone(&token), json!({"name": token.name, "user": row.name})).await?;
        }
        let (orgs, projects) = tx.places_owned_by(&row.id).await?;
        for id in orgs {
            let mut org = self.load_org(tx, id.parse()?).await?;
            org.owner_id = None;
            self.write_org(tx, caller, "UPDATE", &mut org, reason.clone()).await?;
        }
        for id in projects {
            let (mut project, org) = self.load_project(tx, id.parse()?).await?;
            project.row.owner_id = None;
            self.write_project(tx, caller, "UPDATE", &mut project, &org, reason.clone()).await?;
        }
        for id in tx.secrets_owned_by(&row.id).await? {
            let Some(secret) = tx.secret(&id).await? else { continue };
            let org = self.load_org(tx, secret.org_id.parse()?).await?;
            let mut secret = self.complete_deleted(tx, secret).await?;
            secret.row.owner_id = None;
            self.update_secret(tx, &mut secret).await?;
            self.audit_secret(tx, caller, "UPDATE", &secret, &org.name).await?;
        }
        tx.delete_user(&row.id).await?;
        self.record(tx, caller, "DELETE", &Gone(&row), json!({"name": row.name})).await
    }

    /// The permit is for this operation on the installation, and still holds.
    pub(super) async fn permitted_installation(
        &self,
        session: &mut Session,
        permit: &Permit,
        operation: Operation,
    ) -> Result<()> {
        self.expect_operation(permit, &[operation])?;
        self.check(session, permit.caller(), operation, Target::Installation).await.map(drop)
    }

    /// A user's row by his name, checked.
    pub(super) async fn user_row(&self, session: &mut Session, name: &str) -> Result<UserRow> {
        let row = session.user_by_name(name).await?.ok_or_else(|| Error::UserNotFound { name: name.to_owned() })?;
        self.check_row(session, &row).await?;
        Ok(row)
    }

    /// A user's row by his id, checked.
    pub(super) async fn user_by_id(&self, session: &mut Session, id: UserId) -> Result<UserRow> {
        let id = id.to_string();
        let row = session.user(&id).await?.ok_or(Error::UserNotFound { name: id })?;
        self.check_row(session, &row).await?;
        Ok(row)
    }

    pub(super) async fn insert_local_user(&self, tx: &mut Writing, caller: &Caller, name: &str) -> Result<Actor> {
        let row = self.insert_user(tx, caller, name, "LOCAL", Role::Admin).await?;
        Ok(Actor::key_holder(row.id.parse()?, row.name))
    }

    pub(super) async fn insert_user(
        &self,
        tx: &mut Writing,
        caller: &Caller,
        name: &str,
        kind: &str,
        role: Role,
    ) -> Result<UserRow> {
        let mut row = UserRow {
            id: UserId::new().to_string(),
            name: name.to_owned(),
            kind: kind.to_owned(),
            role: role.to_string(),
            disabled: 0,
            created_at: now(),
            counter: 0,
            kek_id: String::new(),
            mac: Vec::new(),
        };
        self.stamp(&mut row)?;
        taken(tx.insert_user(&row).await, "User", name)?;
        self.record(tx, caller, "CREATE", &row, json!({"name": name, "role": role.as_str()})).await?;
        Ok(row)
    }
}

/// An actor who is what his record says.
pub(super) fn actor(row: &UserRow) -> Result<Actor> {
    if row.disabled != 0 {
        return Err(Error::UserDisabled { name: row.name.clone() });
    }
    Ok(Actor::user(row.id.parse()?, row.name.clone(), row.role.parse()?))
}

fn user(row: &UserRow) -> Result<User> {
    Ok(User {
        id: row.id.parse()?,
        name: row.name.clone(),
        kind: row.kind.parse()?,
        role: row.role.parse()?,
        disabled: row.disabled != 0,
        created_at: row.created_at,
    })
}

/// The owner of a thing, as it is shown.
pub(super) async fn owner(session: &mut Session, id: Option<&str>) -> Result<Option<UserRef>> {
    let Some(id) = id else { return Ok(None) };
    let Some(row) = session.user(id).await? else { return Ok(None) };
    Ok(Some(UserRef { id: row.id.parse()?, name: row.name }))
}

/// Names of users come from other systems too; they must be of one line and not too long.
fn check_user_name(name: &str) -> Result<()> {
    let length = name.chars().count();
    if (1..=128).contains(&length) && !name.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Ok(());
    }
    Err(Error::Invalid("a user name has 1 to 128 characters, none of them a blank or a control character".to_owned()))
}

/// Name of the user who runs this program: that of the effective user id, or
/// what the environment says, or the number.
pub(super) fn os_user() -> String {
    #[cfg(unix)]
    let id = rustix::process::geteuid().as_raw().to_string();
    #[cfg(not(unix))]
    let id = "unknown".to_owned();
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let listed = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == id && !name.is_empty()).then(|| name.to_owned())
    });
    let named =
        || ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|n| std::env::var(n).ok().filter(|v| !v.is_empty()));
    listed.or_else(named).unwrap_or_else(|| format!("uid-{id}"))
}
