//! Brings one commit of a repository into the cache: branch, tag or commit, no more of its history than is needed.

use std::ffi::OsString;
use std::path::Path;

use super::access::Access;
use super::program::{Failure, Git};
use super::tree::has;

/// The branch that an import without `version` means, as documented.
pub(super) const DEFAULT_BRANCH: &str = "master";

/// More than any history has: with it, a part of a history becomes the whole.
const ALL: &str = "--depth=2147483647";

/// Which commit is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// That of the branch [`DEFAULT_BRANCH`], or of the repository's own default branch.
    Default,
    /// That of a branch or a tag, or the beginning of a commit's hash.
    Name(String),
    /// A commit's whole hash.
    Commit(String),
}

impl Version {
    /// Reads a version; none where git could take it for something else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_hash = matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_hash {
            return Some(Self::Commit(text.to_ascii_lowercase()));
        }
        let is_bad = |c: char| c.is_control() || c.is_whitespace() || "~^:?*[\\".contains(c);
        let is_name = !text.is_empty()
            && text.len() <= 250
            && !text.starts_with(['-', '/', '.'])
            && !text.ends_with(['/', '.'])
            && !text.contains(is_bad)
            && !text.contains("..")
            && !text.contains("//")
            && !text.contains("@{");
        is_name.then(|| Self::Name(text.to_owned()))
    }
}

/// Why the commit is not there.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The other side does not answer, or refuses.
    Remote(Failure),
    /// The cache is at fault.
    Local(Failure),
    /// There is no such version; these are there.
    NoVersion(Vec<String>),
}

/// One repository, far and near.
pub(super) struct Remote<'a> {
    pub(super) git: &'a Git<'a>,
    pub(super) url: String,
    pub(super) access: &'a Access,
    /// The repository in the cache.
    pub(super) repository: &'a Path,
    /// What to say if another branch than the documented one is taken.
    pub(super) other_branch: &'a dyn Fn(&str),
}

impl Remote<'_> {
    /// The hash of the wanted commit, once it is in the cache.
    ///
    /// # Errors
    /// Where it cannot be had.
    pub(super) fn commit(&mut self, version: &Version) -> Result<String, Trouble> {
        match version {
            Version::Commit(hash) => self.by_hash(hash),
            Version::Name(name) => {
                let (branch, tag) = (format!("refs/heads/{name}"), format!("refs/tags/{name}"));
                let peeled = format!("{tag}^{{}}");
                let own = (name.starts_with("refs/") || name == "HEAD").then(|| name.clone()).into_iter();
                let wanted: Vec<String> = own.chain([branch.clone(), tag.clone(), peeled.clone()]).collect();
                let found = self.references(&wanted)?;
                let hash =
                    |reference: &str| found.iter().find(|(_, name)| name == reference).map(|(hash, _)| hash.as_str());
                if let Some(at) = hash(name) {
                    return self.by_reference(name, at);
                }
                match (hash(&branch), hash(&peeled).or_else(|| hash(&tag))) {
                    (Some(at), _) => self.by_reference(&branch, at),
                    (None, Some(at)) => self.by_reference(&tag, at),
                    (None, None) if name.len() >= 7 && name.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                        self.by_beginning(name)
                    }
                    (None, None) => Err(self.no_version()),
                }
            }
            Version::Default => {
                let branch = format!("refs/heads/{DEFAULT_BRANCH}");
                let found = self.references(&["HEAD".to_owned(), branch.clone()])?;
                let hash = |reference: &str| found.iter().find(|(_, name)| name == reference);
                match (hash(&branch), hash("HEAD")) {
                    (Some((at, _)), _) => self.by_reference(&branch, at),
                    (None, Some((at, _))) => {
                        let symbolic = found.iter().find_map(|(reference, name)| {
                            (name == "HEAD").then(|| reference.strip_prefix("ref: refs/heads/")).flatten()
                        });
                        (self.other_branch)(symbolic.unwrap_or("HEAD"));
                        self.by_reference("HEAD", at)
                    }
                    (None, None) => Err(self.no_version()),
                }
            }
        }
    }

    /// Hash and name of the references that are there.
    fn references(&mut self, names: &[String]) -> Result<Vec<(String, String)>, Trouble> {
        let listed = self.list(&["--symref"], names).map_err(Trouble::Remote)?;
        // A symbolic reference comes as a line of its own; the caller looks for its hash first.
        let (symbolic, plain): (Vec<_>, Vec<_>) = listed.into_iter().partition(|(hash, _)| hash.starts_with("ref: "));
        let wanted = plain.into_iter().chain(symbolic).filter(|(_, name)| names.contains(name));
        Ok(wanted.collect())
    }

    fn list(&mut self, options: &[&str], names: &[String]) -> Result<Vec<(String, String)>, Failure> {
        let listed = self.reach(|remote| {
            let mut args: Vec<OsString> = vec!["ls-remote".into()];
            args.extend(options.iter().map(OsString::from));
            args.extend(["--".into(), OsString::from(&remote.url)]);
            args.extend(names.iter().map(OsString::from));
            remote.git.output(remote.git.remote(remote.repository, remote.access), &args)
        })?;
        let text = String::from_utf8_lossy(&listed).into_owned();
        Ok(text.lines().filter_map(|line| line.split_once('\t')).map(|(a, b)| (a.to_owned(), b.to_owned())).collect())
    }

    fn by_hash(&mut self, hash: &str) -> Result<String, Trouble> {
        if has(self.git, self.repository, hash).map_err(Trouble::Local)? {
            return Ok(hash.to_owned());
        }
        match self.fetch(&[format!("+{hash}:refs/imports/commits/{hash}")], Some("--depth=1")) {
            Ok(()) => {}
            Err(Failure::Git(said)) if is_no_hash(&said) => {
                // Not every server gives away a commit that no branch ends in; all branches together may hold it.
                self.fetch_all()?;
            }
            Err(failure) => return Err(sorted(failure)),
        }
        if has(self.git, self.repository, hash).map_err(Trouble::Local)? {
            return Ok(hash.to_owned());
        }
        Err(self.no_version())
    }

    fn by_reference(&mut self, reference: &str, at: &str) -> Result<String, Trouble> {
        if has(self.git, self.repository, at).map_err(Trouble::Local)? {
            return Ok(at.to_owned());
        }
        let near = format!("refs/imports/{}", reference.strip_prefix("refs/").unwrap_or(reference));
        self.fetch(&[format!("+{reference}:{near}")], Some("--depth=1")).map_err(sorted)?;
        self.resolved(&near)
    }

    fn by_beginning(&mut self, beginning: &str) -> Result<String, Trouble> {
        self.fetch_all()?;
        match self.resolved(beginning) {
            Err(Trouble::Local(Failure::Git(_))) => Err(self.no_version()),
            found => found,
        }
    }

    fn fetch_all(&mut self) -> Result<(), Trouble> {
        let all = ["+refs/heads/*:refs/imports/heads/*".to_owned(), "+refs/tags/*:refs/imports/tags/*".to_owned()];
        self.fetch(&all, Some(ALL)).map_err(sorted)
    }

    fn fetch(&mut self, what: &[String], depth: Option<&str>) -> Result<(), Failure> {
        let fetched = self.reach(|remote| {
            let mut args: Vec<OsString> =
                ["fetch", "--quiet", "--force", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"]
                    .map(OsString::from)
                    .to_vec();
            args.extend(depth.map(OsString::from));
            args.extend(["--".into(), OsString::from(&remote.url)]);
            args.extend(what.iter().map(OsString::from));
            remote.git.fetch(remote.git.remote(remote.repository, remote.access), &args, remote.repository)
        });
        match fetched {
            // A plain web server gives whole histories only.
            Err(Failure::Git(said)) if depth.is_some() && said.contains("does not support shallow") => {
                self.fetch(what, None)
            }
            other => other,
        }
    }

    /// Calls the other side. A server that only knows the address with `.git` redirects there: that one step is taken.
    fn reach<T>(&mut self, call: impl Fn(&Self) -> Result<T, Failure>) -> Result<T, Failure> {
        match call(self) {
            Err(Failure::Git(said)) if said.contains("returned error: 30") && !self.url.ends_with(".git") => {
                let given = format!("{}.git", self.url.trim_end_matches('/'));
                let given = std::mem::replace(&mut self.url, given);
                call(self).map_err(|_| {
                    self.url = given;
                    Failure::Git(said)
                })
            }
            other => other,
        }
    }

    fn resolved(&self, name: &str) -> Result<String, Trouble> {
        let name = format!("{name}^{{commit}}");
        let args = ["rev-parse", "--verify", "--quiet", "--end-of-options", &name];
        let hash = self.git.output(self.git.local(self.repository), &args).map_err(Trouble::Local)?;
        Ok(String::from_utf8_lossy(&hash).trim().to_owned())
    }

    /// What there is instead.
    fn no_version(&mut self) -> Trouble {
        match self.list(&["--heads", "--tags", "--refs"], &[]) {
            Ok(found) => Trouble::NoVersion(
                found
                    .iter()
                    .filter_map(|(_, name)| {
                        name.strip_prefix("refs/heads/").or_else(|| name.strip_prefix("refs/tags/"))
                    })
                    .map(|name| name.chars().filter(|c| !c.is_control()).collect())
                    .collect(),
            ),
            Err(failure) => Trouble::Remote(failure),
        }
    }
}

/// A fetch fails for reasons of either side; only those that name the other one are known to be its.
fn sorted(failure: Failure) -> Trouble {
    match failure {
        Failure::Git(said) => {
            let far =
                ["unable to access", "Could not read from remote", "couldn't find remote ref", "Authentication failed"];
            let is_far = far.iter().any(|part| said.contains(part));
            if is_far { Trouble::Remote(Failure::Git(said)) } else { Trouble::Local(Failure::Git(said)) }
        }
        other => Trouble::Remote(other),
    }
}

fn is_no_hash(said: &str) -> bool {
    ["not our ref", "unadvertised object", "couldn't find remote ref", "no such remote ref"]
        .iter()
        .any(|part| said.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_names_or_hashes() {
        let hash = "A0b1c2d3e4f5a0b1c2d3e4f5a0b1c2d3e4f5a0b1";
        assert_eq!(Version::parse(hash), Some(Version::Commit(hash.to_ascii_lowercase())));
        for name in ["main", "v1.0", "feature/x", "a0b1c2d", "refs/pull/1/head", "1.x-dev"] {
            assert_eq!(Version::parse(name), Some(Version::Name(name.to_owned())));
        }
        for bad in ["", "-x", "--upload-pack=x", "a..b", "a b", "a:b", "+a", "a^", "@{1}", "/a", "a/", "a*", "x\ny"] {
            assert_eq!(Version::parse(bad).is_some(), bad == "+a", "{bad}");
        }
    }
}
