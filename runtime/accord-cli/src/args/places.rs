//! Organizations and projects.

use clap::Subcommand;

use super::StoreArgs;

/// Organizations.
#[derive(Subcommand, Debug)]
pub(crate) enum Org {
    /// Make an organization
    #[command(after_help = "Examples:\n  accord org create Platform")]
    Create {
        /// Its name
        name: String,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// List the organizations
    #[command(after_help = "Examples:\n  accord org list\n  accord org list --format json")]
    List {
        #[command(flatten)]
        store: StoreArgs,
    },
}

/// Projects.
#[derive(Subcommand, Debug)]
pub(crate) enum Project {
    /// Make a project
    #[command(after_help = "Examples:\n  accord project create web\n  accord project create Platform/web")]
    Create {
        /// The project: ORG/NAME, or NAME in the organization Default
        #[arg(value_name = "ORG/NAME")]
        name: String,
        #[command(flatten)]
        store: StoreArgs,
    },
    /// List the projects of an organization
    #[command(after_help = "Examples:\n  accord project list\n  accord project list Platform --format json")]
    List {
        /// The organization (default: all)
        #[arg(value_name = "ORG")]
        org: Option<String>,
        #[command(flatten)]
        store: StoreArgs,
    },
}
