//! One import of the kind `git`: its options checked, its secret found, its commit fetched, its files laid down.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use accord_sdk::{LogLevel, Origin, SecretRef};
use accord_syntax::definition::{GitImport, ImportSecret};
use accord_syntax::{Sources, Span, Text, nearest};
use accord_value::{Place, SecretString};
use fancy_regex::Regex;

use super::Importer;
use super::access::Access;
use super::address::{Address, Transport, expand};
use super::cache::{self, Entry, NoEntry};
use super::failure::words;
use super::fetch::{DEFAULT_BRANCH, Remote, Trouble, Version};
use super::program::{Failure, Git};
use super::tree::{self, Left, Problem, Wanted};
use crate::error::Error;
use crate::exports::Exports;
use crate::secrets::GitSecret;

/// Where repositories are that an import only names.
const DEFAULT_SOURCE: &str = "https://github.com";

/// Where the files go that name no `dest`.
const DEFAULT_DEST: &str = "concord";

/// The user that a token stands for where it comes without one.
const TOKEN_USER: &str = "x-access-token";

/// An import, its options checked.
struct Job<'a> {
    importer: &'a Importer<'a>,
    address: Address,
    /// Where the address stands.
    place: Span,
    version: Version,
    version_place: Option<Span>,
    path: String,
    path_place: Option<Span>,
    exclude: Vec<Regex>,
    dest: PathBuf,
    opened_by: OpenedBy,
}

/// What opens the repository.
enum OpenedBy {
    /// The user's own ways.
    User,
    Key {
        name: String,
        key: accord_value::SecretBytes,
    },
    /// None is the name of a secret that stands in the address itself.
    Credentials {
        name: Option<String>,
        user: SecretString,
        password: SecretString,
    },
}

/// How one attempt went wrong.
enum Broken {
    /// The cache is at fault: a new one may do.
    Cache(Failure),
    Error(Error),
}

/// Brings the files in.
///
/// # Errors
/// Where an option makes no sense, the secret cannot be had, or the repository or a part of it.
pub(super) fn bring(importer: &Importer<'_>, import: &GitImport, sources: &Sources) -> Result<(), Error> {
    let job = Job::new(importer, import, sources)?;
    let slow = || importer.masking.notice(LogLevel::Info, &format!("Fetching {}", job.address.url));
    let git = Git { cancel: &importer.options.cancel, slow: &slow };
    let waiting = || {
        importer.masking.notice(LogLevel::Info, &format!("Waiting for another run that fetches {}", job.address.url))
    };
    let entry = Entry::lock(&importer.cache(), &job.address, job.cached_for(), git.cancel, &waiting);
    let entry = entry.map_err(|error| match error {
        NoEntry::Io(error) => Error::Io(error),
        NoEntry::Cancelled => job.failed(&Failure::Cancelled),
    })?;
    let repository = entry.repository();
    let is_new = !repository.exists();
    if is_new {
        cache::create(&git, &repository).map_err(|failure| job.failed(&failure))?;
    }
    let left = match job.attempt(&git, &repository) {
        Ok(left) => left,
        Err(Broken::Error(error)) => return Err(error),
        Err(Broken::Cache(failure)) if is_new => return Err(job.failed(&failure)),
        Err(Broken::Cache(_)) => {
            let new = entry.replacement();
            cache::create(&git, &new).map_err(|failure| job.failed(&failure))?;
            let left = job.attempt(&git, &new).map_err(|broken| match broken {
                Broken::Cache(failure) => job.failed(&failure),
                Broken::Error(error) => error,
            })?;
            entry.replace()?;
            left
        }
    };
    job.tell(&left);
    Ok(())
}

impl<'a> Job<'a> {
    fn new(importer: &'a Importer<'a>, import: &GitImport, sources: &Sources) -> Result<Self, Error> {
        let (written, place) = address_of(importer, import)?;
        let address = Address::parse(&written).map_err(|refused| problem(refused.message, refused.hint).at(place))?;
        if let Some((user, password)) = &address.user {
            // A token may stand alone, in the place of a name.
            if password.is_empty() {
                importer.register(user, user);
            } else {
                importer.register(user, password);
            }
        }
        let (version, version_place) = match (&import.version, &importer.options.default_import_version) {
            (Some(text), _) => (Version::parse(&text.value), Some(text.span)),
            (None, Some(text)) => (Version::parse(text), None),
            (None, None) => (Some(Version::Default), None),
        };
        let version = version.ok_or_else(|| {
            problem("'version' is no branch, tag or commit", "Write the name of one, as git shows it.")
                .at(version_place.unwrap_or(place))
        })?;
        let path = import.path.as_ref();
        let inner = tree::inner_path(path.map_or("", |path| &path.value)).map_err(|()| {
            problem("'path' leads out of the repository", "Name a directory of it, without '..'.")
                .at(path.map_or(place, |path| path.span))
        })?;
        let dest = import.dest.as_ref();
        let target = tree::destination(importer.work_dir, dest.map_or(DEFAULT_DEST, |dest| &dest.value));
        let target = target.map_err(|()| outside(dest).at(dest.map_or(place, |dest| dest.span)))?;
        let mut exclude = Vec::new();
        for pattern in &import.exclude {
            exclude.push(accord_syntax::regex::compile_whole(&pattern.value).map_err(|error| {
                let message = format!("'{}' is no regular expression: {error}", pattern.value);
                problem(message, "Each pattern is matched against a whole path, such as 'docs/.*'.").at(pattern.span)
            })?);
        }
        let opened_by = opened_by(importer, import, &address, sources)?;
        Ok(Self {
            importer,
            address,
            place,
            version,
            version_place,
            path: inner,
            path_place: path.map(|path| path.span),
            exclude,
            dest: target,
            opened_by,
        })
    }

    /// Repositories that are opened in different ways are cached apart.
    fn cached_for(&self) -> Option<&str> {
        match &self.opened_by {
            OpenedBy::User => None,
            OpenedBy::Credentials { name: None, .. } => Some("@"),
            OpenedBy::Key { name, .. } | OpenedBy::Credentials { name: Some(name), .. } => Some(name),
        }
    }

    fn secret_name(&self) -> Option<&str> {
        match &self.opened_by {
            OpenedBy::User => None,
            OpenedBy::Credentials { name, .. } => Some(name.as_deref().unwrap_or("in the address")),
            OpenedBy::Key { name, .. } => Some(name),
        }
    }

    /// Fetches the commit and writes its files. The secret's file is there only while git talks to the other side.
    fn attempt(&self, git: &Git<'_>, repository: &Path) -> Result<Left, Broken> {
        let access = self.access().map_err(|error| Broken::Error(error.into()))?;
        let other_branch = |branch: &str| {
            self.importer.masking.warn(&format!(
                "{} has no branch '{DEFAULT_BRANCH}', which an import without 'version' means; '{branch}' is taken: write \
                 'version: {branch}'",
                self.address.url
            ));
        };
        let url = self.address.url.clone();
        let mut remote = Remote { git, url, access: &access, repository, other_branch: &other_branch };
        let commit = remote.commit(&self.version).map_err(|trouble| match trouble {
            Trouble::Local(failure @ Failure::Git(_)) => Broken::Cache(failure),
            Trouble::Local(failure) | Trouble::Remote(failure) => Broken::Error(self.failed(&failure)),
            Trouble::NoVersion(known) => Broken::Error(self.no_version(&known)),
        })?;
        drop(access);
        let wanted = Wanted {
            commit: &commit,
            path: &self.path,
            exclude: &self.exclude,
            dest: &self.dest,
            work_dir: self.importer.work_dir,
        };
        tree::lay(git, repository, &wanted).map_err(|problem| match problem {
            Problem::Git(failure @ Failure::Git(_)) => Broken::Cache(failure),
            Problem::Git(failure) => Broken::Error(self.failed(&failure)),
            Problem::Io(error) => Broken::Error(Error::Io(error)),
            Problem::NoDirectory => Broken::Error(self.no_directory()),
            Problem::Refused(message) => Broken::Error(self.error(&message, None).at(self.place)),
        })
    }

    fn access(&self) -> std::io::Result<Access> {
        let work_dir = self.importer.work_dir;
        let exports =
            || Exports::new(self.importer.home.clone(), work_dir.to_path_buf(), self.importer.process.to_string());
        match &self.opened_by {
            OpenedBy::User => Ok(Access::open(self.address.transport)),
            OpenedBy::Key { key, .. } => Access::with_key(&self.address, exports(), work_dir, key),
            OpenedBy::Credentials { user, password, .. } => {
                Access::with_credentials(&self.address, exports(), work_dir, user, password)
            }
        }
    }

    /// A problem with this import, masked.
    fn error(&self, message: &str, hint: Option<String>) -> Error {
        let message = self.importer.masking.mask_str(&format!("cannot import {}: {message}", self.address.url));
        let error = Error::load("import", message.as_str().to_owned());
        match hint {
            Some(hint) => error.hint(self.importer.masking.mask_str(&hint).as_str().to_owned()),
            None => error,
        }
    }

    fn failed(&self, failure: &Failure) -> Error {
        if matches!(failure, Failure::Cancelled) {
            return Error::Cancelled;
        }
        let said = words(failure, &self.address, self.secret_name());
        self.error(&said.message, said.hint).at(self.place)
    }

    fn no_version(&self, known: &[String]) -> Error {
        let wanted = match &self.version {
            Version::Default => DEFAULT_BRANCH,
            Version::Name(name) | Version::Commit(name) => name,
        };
        let hint = if known.is_empty() {
            "The repository is empty.".to_owned()
        } else {
            let names: Vec<&str> = known.iter().map(String::as_str).collect();
            let meant = nearest(wanted, &names).map(|name| format!("Did you mean '{name}'? ")).unwrap_or_default();
            let more = if known.len() > 10 { format!(" and {} more", known.len() - 10) } else { String::new() };
            format!("{meant}There are: {}{more}.", names.get(..10).unwrap_or(&names).join(", "))
        };
        self.error(&format!("there is no branch, tag or commit '{wanted}'"), Some(hint))
            .at(self.version_place.unwrap_or(self.place))
    }

    fn no_directory(&self) -> Error {
        let message = format!("there is no directory '{}' in it", self.path);
        let hint = "'path' starts at the top of the repository.".to_owned();
        self.error(&message, Some(hint)).at(self.path_place.unwrap_or(self.place))
    }

    /// Says what is not there as it is in the repository.
    fn tell(&self, left: &Left) {
        let url = &self.address.url;
        if !left.submodules.is_empty() {
            self.importer.masking.warn(&format!(
                "submodules of {url} are not imported: {}; import each by an entry of its own",
                left.submodules.join(", ")
            ));
        }
        if left.lfs > 0 {
            self.importer.masking.warn(&format!(
                "{} of the files of {url} lie in Git LFS; what is imported only stands for them",
                left.lfs
            ));
        }
    }
}

/// The address of an import with the place where it stands.
fn address_of(importer: &Importer<'_>, import: &GitImport) -> Result<(String, Span), Error> {
    match (&import.url, &import.name) {
        (Some(url), None) => Ok((url.value.to_string(), url.span)),
        (None, Some(name)) => {
            let is_name = !name.value.trim().is_empty() && !name.value.split('/').any(|part| part == "..");
            if !is_name {
                let hint = "Write the organization and the repository: walmartlabs/concord.";
                return Err(problem("'name' names no repository", hint).at(name.span));
            }
            let source = importer.options.imports_source.as_deref().unwrap_or(DEFAULT_SOURCE);
            Ok((expand(source, name.value.trim()), name.span))
        }
        (Some(_), Some(name)) => Err(problem("'name' and 'url' exclude each other", "Keep one of them.").at(name.span)),
        (None, None) => Err(problem(
            "an import of the kind 'git' needs 'url' or 'name'",
            "Write 'url: https://HOST/PATH', or 'name: ORG/REPOSITORY'.",
        )
        .at(import.span)),
    }
}

/// Finds what opens the repository, and warns of what does not fit.
fn opened_by(
    importer: &Importer<'_>,
    import: &GitImport,
    address: &Address,
    sources: &Sources,
) -> Result<OpenedBy, Error> {
    let is_web = matches!(address.transport, Transport::Http | Transport::Https);
    let Some(secret) = &import.secret else {
        return Ok(match &address.user {
            Some((user, password)) if is_web => {
                warn_of_http(importer, address);
                OpenedBy::Credentials { name: None, user: user.clone_secret(), password: password.clone_secret() }
            }
            _ => OpenedBy::User,
        });
    };
    let (name, found) = resolve(importer, secret, sources)?;
    match found {
        GitSecret::KeyPair(key) if address.transport == Transport::Ssh => Ok(OpenedBy::Key { name, key }),
        GitSecret::Credentials { user, password } if is_web => {
            warn_of_http(importer, address);
            let user = user.unwrap_or_else(|| SecretString::from(TOKEN_USER));
            Ok(OpenedBy::Credentials { name: Some(name), user, password })
        }
        other => {
            let kind = match other {
                GitSecret::KeyPair(_) => "a key pair, which opens addresses such as git@HOST:PATH",
                GitSecret::Credentials { .. } => {
                    "a user name and password, which open addresses such as https://HOST/PATH"
                }
            };
            importer.masking.warn(&format!("the secret {name} is not used for {}: it is {kind}", address.url));
            Ok(OpenedBy::User)
        }
    }
}

fn warn_of_http(importer: &Importer<'_>, address: &Address) {
    if address.transport == Transport::Http && !address.is_loopback() {
        importer.masking.warn(&format!(
            "the password for {} travels unencrypted, for everybody on the way to read: use https",
            address.url
        ));
    }
}

/// The secret of an import, asked for as any step of the process would.
fn resolve(importer: &Importer<'_>, secret: &ImportSecret, sources: &Sources) -> Result<(String, GitSecret), Error> {
    let place = sources.place(secret.name.span);
    let place = place.map(|place| Place { file: place.file, line: place.line, col: place.col });
    let asked = SecretRef {
        org: secret.org.as_ref().map(|org| Arc::clone(&org.value)),
        name: Arc::clone(&secret.name.value),
        password: secret.password.as_ref().map(|password| SecretString::from(&*password.value)),
        origin: Origin { flow: "".into(), place },
    };
    if let Some(password) = &asked.password {
        importer.register(password, password);
    }
    let secrets = importer.secrets()?;
    let name = format!("{}/{}", secrets.org(asked.org.as_ref()), asked.name);
    match secrets.for_git(&asked) {
        Ok(found) => Ok((name, found)),
        Err(failure) => {
            let message = importer
                .masking
                .mask_str(&format!("the secret of the import cannot be used: {}", failure.error.masked_message()));
            let hint = "Expected a key pair, or a user name and password: `accord secret list` shows what there is.";
            Err(problem(message.as_str(), hint).at(secret.name.span))
        }
    }
}

fn outside(dest: Option<&Text>) -> Error {
    let dest = dest.map_or(DEFAULT_DEST, |dest| &dest.value);
    problem(format!("'dest' '{dest}' lies outside of the project"), "Name a directory below the working directory.")
}

fn problem(message: impl Into<String>, hint: &'static str) -> Error {
    Error::load("import", message).hint(hint)
}
