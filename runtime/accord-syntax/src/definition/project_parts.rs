//! The smaller sections: profiles, imports, resources.
//! Source: <https://concord.walmartlabs.com/docs/processes-v2/imports.html>, `profiles.html`, `resources.html`.

use std::sync::Arc;

use indexmap::IndexMap;

use super::{Configuration, Flow, Form, Text};
use crate::source::Span;

/// A profile: what replaces and extends the project's own when it is active.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// The name, with the place of the key.
    pub name: Text,
    /// Its `configuration`.
    pub configuration: Option<Configuration>,
    /// Its `flows`.
    pub flows: IndexMap<Arc<str>, Flow>,
    /// Its `forms`.
    pub forms: IndexMap<Arc<str>, Form>,
    /// The place of its content.
    pub span: Span,
}

/// The section `resources`.
#[derive(Clone, Debug, PartialEq)]
pub struct Resources {
    /// `concord`: patterns of further files, `glob:…` or `regex:…`.
    pub concord: Vec<Text>,
    /// The place of the section's content.
    pub span: Span,
}

/// One import.
#[derive(Clone, Debug, PartialEq)]
pub enum Import {
    /// `git`.
    Git(Box<GitImport>),
    /// `mvn`.
    Mvn(MvnImport),
    /// `dir`.
    Dir(DirImport),
}

/// Files from a git repository.
#[derive(Clone, Debug, PartialEq)]
pub struct GitImport {
    /// `name`: of the repository in the project.
    pub name: Option<Text>,
    /// `url`.
    pub url: Option<Text>,
    /// `version`: branch, tag or commit.
    pub version: Option<Text>,
    /// `path`: directory in the repository.
    pub path: Option<Text>,
    /// `dest`: directory in the process' own.
    pub dest: Option<Text>,
    /// `exclude`: patterns of files to leave out.
    pub exclude: Vec<Text>,
    /// `secret`.
    pub secret: Option<ImportSecret>,
    /// The place of the key.
    pub span: Span,
}

/// The secret of a git import.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportSecret {
    /// `org`.
    pub org: Option<Text>,
    /// `name`.
    pub name: Text,
    /// `password`: the store password.
    pub password: Option<Text>,
}

/// Files from a Maven artifact.
#[derive(Clone, Debug, PartialEq)]
pub struct MvnImport {
    /// `url`.
    pub url: Text,
    /// `dest`: directory in the process' own.
    pub dest: Option<Text>,
    /// The place of the key.
    pub span: Span,
}

/// Files from a local directory.
#[derive(Clone, Debug, PartialEq)]
pub struct DirImport {
    /// `src`.
    pub src: Text,
    /// `dest`: directory in the process' own.
    pub dest: Option<Text>,
    /// The place of the key.
    pub span: Span,
}
