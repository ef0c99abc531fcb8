//! Organizations.

use accord_store::{OrgRow, Session};
use serde_json::json;

use super::people::owner;
use super::{Store, Writing};
use crate::access::{Caller, Permit};
use crate::mac::Gone;
use crate::model::{Org, OrgId, PlaceChange, Target, UserId, Visibility};
use crate::names::check_name;
use crate::permissions::Operation;
use crate::{Error, Result};

impl Store {
    /// Creates an organization, owned by the caller.
    ///
    /// # Errors
    /// The name is invalid or taken; the caller is no administrator.
    pub async fn create_org(&self, caller: &Caller, name: &str) -> Result<Org> {
        check_name("organization", name)?;
        self.permit(caller, Operation::CreateOrg, Target::Installation).await?;
        let mut tx = self.begin().await?;
        let made = self.create_org_in(&mut tx, caller, name).await;
        tx.end(made).await
    }

    async fn create_org_in(&self, tx: &mut Writing, caller: &Caller, name: &str) -> Result<Org> {
        let row = self.insert_org(tx, caller, name, caller.actor().id()).await?;
        org(tx, &row).await
    }

    /// The organizations that the caller may know of, by name.
    ///
    /// # Errors
    /// The database cannot be used, or was changed outside of Accord.
    pub async fn list_orgs(&self, caller: &Caller) -> Result<Vec<Org>> {
        let mut read = self.read().await?;
        let asker = self.asker(&mut read, caller).await?;
        let mut orgs = Vec::new();
        for row in read.orgs().await? {
            self.check_mac(&row)?;
            if asker.org(&row).level.is_some() {
                orgs.push(org(&mut read, &row).await?);
            }
        }
        read.finish().await?;
        Ok(orgs)
    }

    /// The organization of that name.
    ///
    /// # Errors
    /// [`Error::OrgNotFound`] if there is none or the caller may not know of it.
    pub async fn org(&self, caller: &Caller, name: &str) -> Result<Org> {
        let mut read = self.read().await?;
        let asker = self.asker(&mut read, caller).await?;
        let row = self.org_row(&mut read, name).await?;
        self.require_org(&asker, Operation::ReadOrg, &row)?;
        let org = org(&mut read, &row).await?;
        read.finish().await?;
        Ok(org)
    }

    /// Renames an organization or changes its visibility.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::ChangeOrg`] is needed) or no more valid; the
    /// name is invalid or taken.
    pub async fn change_org(&self, permit: &Permit, change: PlaceChange) -> Result<Org> {
        change.check("organization")?;
        let mut tx = self.begin().await?;
        let changed = self.change_org_in(&mut tx, permit, change).await;
        tx.end(changed).await
    }

    async fn change_org_in(&self, tx: &mut Writing, permit: &Permit, change: PlaceChange) -> Result<Org> {
        let mut row = self.permitted_org(tx, permit, Operation::ChangeOrg).await?;
        let before = json!({"name": row.name, "visibility": row.visibility});
        change.apply(&mut row.name, &mut row.visibility);
        self.write_org(tx, permit.caller(), "UPDATE", &mut row, json!({"before": before})).await?;
        org(tx, &row).await
    }

    /// Gives an organization to another user.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::OwnOrg`] is needed) or no more valid; there
    /// is no such user.
    pub async fn give_org(&self, permit: &Permit, user: &str) -> Result<Org> {
        let mut tx = self.begin().await?;
        let given = self.give_org_in(&mut tx, permit, user).await;
        tx.end(given).await
    }

    async fn give_org_in(&self, tx: &mut Writing, permit: &Permit, user: &str) -> Result<Org> {
        let mut row = self.permitted_org(tx, permit, Operation::OwnOrg).await?;
        let user = self.user_row(tx, user).await?;
        row.owner_id = Some(user.id);
        self.write_org(tx, permit.caller(), "UPDATE", &mut row, json!({"owner": user.name})).await?;
        org(tx, &row).await
    }

    /// Deletes an organization that holds nothing any more.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::OwnOrg`] is needed) or no more valid; the
    /// organization still holds projects, secrets, teams or JSON stores.
    pub async fn delete_org(&self, permit: &Permit) -> Result<()> {
        let mut tx = self.begin().await?;
        let deleted = self.delete_org_in(&mut tx, permit).await;
        tx.end(deleted).await
    }

    async fn delete_org_in(&self, tx: &mut Writing, permit: &Permit) -> Result<()> {
        let row = self.permitted_org(tx, permit, Operation::OwnOrg).await?;
        let [projects, secrets, teams, stores] = tx.org_contents(&row.id).await?;
        if projects + secrets + teams + stores > 0 {
            return Err(Error::Invalid(format!(
                "the organization '{}' still holds {projects} projects, {secrets} secrets, {teams} teams and {stores} \
                 JSON stores: move or delete them first",
                row.name
            )));
        }
        // What is left of secrets that were deleted goes too.
        for id in tx.deleted_secrets(&row.id).await? {
            let Some(secret) = tx.secret(&id).await? else { continue };
            let secret = self.complete_deleted(tx, secret).await?;
            tx.forget_secret(&id).await?;
            self.record(tx, permit.caller(), "DELETE", &Gone(&secret), json!({"org": row.name})).await?;
        }
        tx.delete_org(&row.id).await?;
        self.record(tx, permit.caller(), "DELETE", &Gone(&row), json!({"name": row.name})).await
    }

    /// The organization's row by its name, checked.
    pub(super) async fn org_row(&self, session: &mut Session, name: &str) -> Result<OrgRow> {
        let row = session.org_by_name(name).await?.ok_or_else(|| self.no_org(name))?;
        self.check_row(session, &row).await?;
        Ok(row)
    }

    pub(super) async fn find_org(&self, name: &str) -> Result<OrgId> {
        let mut read = self.read().await?;
        let row = self.org_row(&mut read, name).await?;
        read.finish().await?;
        row.id.parse()
    }

    pub(super) fn no_org(&self, name: &str) -> Error {
        Error::OrgNotFound { name: name.to_owned(), store: self.place().to_owned() }
    }

    pub(super) async fn permitted_org(
        &self,
        session: &mut Session,
        permit: &Permit,
        operation: Operation,
    ) -> Result<OrgRow> {
        self.expect_operation(permit, &[operation])?;
        let Target::Org(id) = permit.target() else {
            return Err(Error::Invalid("the permit is not about an organization".to_owned()));
        };
        self.check(session, permit.caller(), operation, permit.target()).await?;
        self.load_org(session, id).await
    }

    pub(super) async fn insert_org(
        &self,
        tx: &mut Writing,
        caller: &Caller,
        name: &str,
        owner: Option<UserId>,
    ) -> Result<OrgRow> {
        let mut row = OrgRow {
            id: OrgId::new().to_string(),
            name: name.to_owned(),
            visibility: Visibility::Public.to_string(),
            owner_id: owner.map(|id| id.to_string()),
            created_at: super::now(),
            counter: 0,
            kek_id: String::new(),
            mac: Vec::new(),
        };
        self.stamp(&mut row)?;
        taken(tx.insert_org(&row).await, "Organization", name)?;
        self.record(tx, caller, "CREATE", &row, json!({"orgId": row.id, "name": name})).await?;
        Ok(row)
    }

    /// Writes a changed organization, and records it.
    pub(super) async fn write_org(
        &self,
        tx: &mut Writing,
        caller: &Caller,
        action: &'static str,
        row: &mut OrgRow,
        mut details: serde_json::Value,
    ) -> Result<()> {
        self.stamp(row)?;
        taken(tx.update_org(row).await, "Organization", &row.name)?;
        if let Some(details) = details.as_object_mut() {
            details.insert("orgId".to_owned(), row.id.clone().into());
            details.insert("name".to_owned(), row.name.clone().into());
            details.insert("visibility".to_owned(), row.visibility.clone().into());
        }
        self.record(tx, caller, action, row, details).await
    }
}

/// A row with the same unique columns is an answer in words.
pub(super) fn taken<T>(done: accord_store::Result<T>, what: &'static str, name: &str) -> Result<T> {
    match done {
        Err(accord_store::Error::Exists(_)) => Err(Error::AlreadyExists { what, name: name.to_owned() }),
        other => Ok(other?),
    }
}

async fn org(session: &mut Session, row: &OrgRow) -> Result<Org> {
    Ok(Org {
        id: row.id.parse()?,
        name: row.name.clone(),
        visibility: row.visibility.parse()?,
        owner: owner(session, row.owner_id.as_deref()).await?,
        created_at: row.created_at,
    })
}
