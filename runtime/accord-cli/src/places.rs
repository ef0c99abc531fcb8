//! `accord org` and `accord project`.

use accord_secrets::{Org, Project};

use crate::args;
use crate::exit::Exit;
use crate::output;
use crate::store::{list, open, refused, show, split};

/// Organizations.
pub(crate) fn org(command: &args::Org) -> Result<Exit, Exit> {
    match command {
        args::Org::Create { name, store } => {
            let opened = open(store)?;
            let made =
                opened.wait(opened.store().create_org(opened.caller(), name)).map_err(|error| refused(&error))?;
            output::note(&format!("Created the organization {}", made.name));
            if store.format == args::Format::Json {
                show(&made, store.format, |_| Vec::new());
            }
        }
        args::Org::List { store } => {
            let opened = open(store)?;
            let all = opened.wait(opened.store().list_orgs(opened.caller())).map_err(|error| refused(&error))?;
            list(&all, store.format, |org: &Org| vec![org.name.clone(), org.visibility.to_string().to_lowercase()]);
        }
    }
    Ok(Exit::Done)
}

/// Projects.
pub(crate) fn project(command: &args::Project) -> Result<Exit, Exit> {
    match command {
        args::Project::Create { name, store } => {
            let opened = open(store)?;
            let (org, name) = split(name);
            let made = opened.wait(opened.store().create_project(opened.caller(), org, name));
            let made = made.map_err(|error| refused(&error))?;
            output::note(&format!("Created the project {}/{}", made.org_name, made.name));
            if store.format == args::Format::Json {
                show(&made, store.format, |_| Vec::new());
            }
        }
        args::Project::List { org, store } => {
            let opened = open(store)?;
            let all = opened.wait(opened.store().list_projects(opened.caller(), org.as_deref()));
            let all = all.map_err(|error| refused(&error))?;
            list(&all, store.format, |project: &Project| {
                vec![format!("{}/{}", project.org_name, project.name), project.visibility.to_string().to_lowercase()]
            });
        }
    }
    Ok(Exit::Done)
}
