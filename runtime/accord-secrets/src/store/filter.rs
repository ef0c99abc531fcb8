//! Metadata of secrets: one by its names, or those that pass a filter, page by page.

use std::collections::HashMap;

use accord_store::{OrgRow, SecretRow, Session};

use super::Store;
use super::people::owner;
use crate::Result;
use crate::access::Caller;
use crate::mac::{Levels, LinkedSecret};
use crate::model::{ProjectRef, SecretEntry, SecretKind, UserRef};
use crate::permissions::Operation;

/// Which secrets to list; what is `None` does not limit.
#[derive(Clone, Debug, Default)]
pub struct SecretFilter {
    /// Only those of this organization, by name.
    pub org: Option<String>,
    /// Only those linked to this project of that organization, by name.
    pub project: Option<String>,
    /// Only those of this kind.
    pub kind: Option<SecretKind>,
    /// Only those whose name contains this text, in any case.
    pub name_contains: Option<String>,
    /// The page after this one.
    pub after: Option<Page>,
    /// At most so many.
    pub limit: Option<u32>,
}

/// The end of a page, from which the next one goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    name: String,
    id: String,
}

impl Page {
    /// The page that ends with this entry.
    pub fn ending_with(entry: &SecretEntry) -> Self {
        Self { name: entry.name.clone(), id: entry.id.to_string() }
    }
}

impl Store {
    /// A secret's metadata by the names of organization and secret.
    ///
    /// # Errors
    /// [`crate::Error::OrgNotFound`]; [`crate::Error::SecretNotFound`] if there is none or the caller may not know of
    /// it; a record was changed outside of Accord.
    pub async fn secret(&self, caller: &Caller, org: &str, name: &str) -> Result<SecretEntry> {
        let id = self.find_secret(caller, org, name).await?;
        let mut read = self.read().await?;
        let checked = self.check(&mut read, caller, Operation::ReadMetadata, id.into()).await;
        let loaded = match checked {
            Ok(loaded) => loaded,
            Err(error) => {
                read.finish().await?;
                self.record_refusal(caller, Operation::ReadMetadata, id.into(), &error).await;
                return Err(self.by_names(error, org, name));
            }
        };
        let loaded = loaded.ok_or_else(|| self.no_secret(org, name, false))?;
        let entry = self.entry(&mut read, &loaded.secret, &loaded.org.name).await?;
        read.finish().await?;
        Ok(entry)
    }

    /// Metadata of the secrets that pass the filter and that the caller may know of, by name.
    ///
    /// # Errors
    /// No such organization or project; a record was changed outside of Accord.
    pub async fn list_secrets(&self, caller: &Caller, filter: &SecretFilter) -> Result<Vec<SecretEntry>> {
        let mut read = self.read().await?;
        let asker = self.asker(&mut read, caller).await?;
        let mut rows = accord_store::SecretFilter {
            kind: filter.kind.map(|kind| kind.to_string()),
            name_contains: filter.name_contains.clone(),
            after: filter.after.clone().map(|page| (page.name, page.id)),
            ..Default::default()
        };
        if let Some(name) = &filter.org {
            let org = self.org_row(&mut read, name).await?;
            self.require_org(&asker, Operation::ReadOrg, &org)?;
            if let Some(project) = &filter.project {
                let found = self.project_row(&mut read, &org, project).await?;
                self.require_project(&asker, Operation::ReadProject, &found, &org)?;
                rows.project_id = Some(found.row.id);
            }
            rows.org_id = Some(org.id);
        } else if filter.project.is_some() {
            return Err(crate::Error::Invalid("a project's secrets are listed with its organization".to_owned()));
        }
        let mut names = Names::default();
        let mut entries = Vec::new();
        let limit = filter.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        // What the caller may not know of does not count, so that a page is full if it can be.
        while entries.len() < limit {
            rows.limit = filter.limit;
            let found = read.secrets(&rows).await?;
            let more = filter.limit.is_some_and(|limit| found.len() >= usize::try_from(limit).unwrap_or(usize::MAX));
            rows.after = found.last().map(|last| (last.name.clone(), last.id.clone()));
            for secret in linked(&mut read, found).await? {
                self.check_mac(&secret)?;
                names.learn(self, &mut read, &secret).await?;
                let Some(org) = names.orgs.get(&secret.row.org_id) else { continue };
                if asker.secret(&secret, org).level.is_some() && entries.len() < limit {
                    entries.push(names.entry(&secret, &org.name)?);
                }
            }
            if !more {
                break;
            }
        }
        read.finish().await?;
        Ok(entries)
    }

    /// A secret as it is shown.
    pub(super) async fn entry(&self, session: &mut Session, secret: &LinkedSecret, org: &str) -> Result<SecretEntry> {
        let mut names = Names::default();
        names.learn(self, session, secret).await?;
        names.entry(secret, org)
    }

    /// The same for a secret that the caller has just made: what is at hand is not looked up.
    pub(super) async fn entry_of(
        &self,
        session: &mut Session,
        secret: &LinkedSecret,
        org: &OrgRow,
        caller: &Caller,
    ) -> Result<SecretEntry> {
        let mut names = Names::default();
        names.orgs.insert(org.id.clone(), org.clone());
        if let Some(id) = caller.actor().id() {
            names.users.insert(id.to_string(), UserRef { id, name: caller.actor().name().to_owned() });
        }
        names.learn(self, session, secret).await?;
        names.entry(secret, &org.name)
    }
}

/// The links and levels of a page of secrets, with them.
async fn linked(session: &mut Session, rows: Vec<SecretRow>) -> Result<Vec<LinkedSecret>> {
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let mut links: HashMap<String, Vec<String>> = HashMap::new();
    for (secret, project) in session.links_of_secrets(&ids).await? {
        links.entry(secret).or_default().push(project);
    }
    let mut access: HashMap<String, Levels> = HashMap::new();
    for (secret, team, level) in session.access_of_secrets(&ids).await? {
        access.entry(secret).or_default().push((team, level));
    }
    let secrets = rows.into_iter().map(|row| LinkedSecret {
        projects: links.remove(&row.id).unwrap_or_default(),
        access: access.remove(&row.id).unwrap_or_default(),
        row,
    });
    Ok(secrets.collect())
}

/// Names behind the ids of a list.
#[derive(Default)]
struct Names {
    orgs: HashMap<String, OrgRow>,
    projects: HashMap<String, String>,
    users: HashMap<String, UserRef>,
}

impl Names {
    /// Looks up what the secret names and is not known yet.
    async fn learn(&mut self, store: &Store, session: &mut Session, secret: &LinkedSecret) -> Result<()> {
        let row = &secret.row;
        if !self.orgs.contains_key(&row.org_id)
            && let Some(org) = session.org(&row.org_id).await?
        {
            store.check_mac(&org)?;
            self.orgs.insert(org.id.clone(), org);
        }
        if let Some(id) = &row.owner_id
            && !self.users.contains_key(id)
            && let Some(user) = owner(session, Some(id)).await?
        {
            self.users.insert(id.clone(), user);
        }
        for id in &secret.projects {
            if !self.projects.contains_key(id)
                && let Some(project) = session.project(id).await?
            {
                self.projects.insert(project.id, project.name);
            }
        }
        Ok(())
    }

    fn entry(&self, secret: &LinkedSecret, org: &str) -> Result<SecretEntry> {
        let row = &secret.row;
        let mut projects = Vec::with_capacity(secret.projects.len());
        for id in &secret.projects {
            projects.push(ProjectRef { id: id.parse()?, name: self.projects.get(id).cloned().unwrap_or_default() });
        }
        projects.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(SecretEntry {
            id: row.id.parse()?,
            name: row.name.clone(),
            org_id: row.org_id.parse()?,
            org_name: org.to_owned(),
            projects,
            kind: row.kind.parse()?,
            protection: row.protection.parse()?,
            visibility: row.visibility.parse()?,
            owner: row.owner_id.as_ref().and_then(|id| self.users.get(id)).cloned(),
            closed: row.closed != 0,
            expires_at: row.expires_at,
            public_key: row.public_key.clone(),
            version: row.current_version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}
