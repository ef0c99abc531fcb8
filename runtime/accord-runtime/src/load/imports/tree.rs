//! From a commit in the cache to files in the working directory, within limits and without a checkout.
//!
//! The objects are read one by one: nothing of the repository (hooks, filters, attributes) runs, and each name is looked
//! at before anything is written.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::fs::symlink;
use std::path::{Component, Path, PathBuf};
use std::process::{ChildStdin, ChildStdout, Stdio};

use fancy_regex::Regex;

use super::program::{Failure, Git, Running};
use crate::load::copy::{new_file, real_directory, remove};

/// The most files that are imported of one repository.
const MOST_FILES: usize = 100_000;

/// The most bytes that they have together.
const MOST_BYTES: u64 = 1 << 30;

/// The most bytes of a link's text.
const LONGEST_LINK: u64 = 4096;

/// What a file begins with that only stands for one in Git LFS.
const LFS: &[u8] = b"version https://git-lfs.github.com/spec/";

/// What is imported of a commit, and where to.
pub(super) struct Wanted<'a> {
    /// The commit's hash.
    pub(super) commit: &'a str,
    /// The directory in the repository; empty for all of it.
    pub(super) path: &'a str,
    /// Patterns of files and directories to leave out, matched against the whole path below `path`.
    pub(super) exclude: &'a [Regex],
    /// The directory that the files go to, and the working directory that it lies in.
    pub(super) dest: &'a Path,
    pub(super) work_dir: &'a Path,
}

/// What was not brought in as it is.
#[derive(Debug, Default)]
pub(super) struct Left {
    pub(super) submodules: Vec<String>,
    pub(super) lfs: usize,
}

/// Why the files are not there.
#[derive(Debug)]
pub(super) enum Problem {
    /// The cache cannot be read.
    Git(Failure),
    /// There is no such directory in the commit.
    NoDirectory,
    /// The repository asks for more than is allowed, or for something that is not.
    Refused(String),
    Io(io::Error),
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        Self::Git(failure)
    }
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

struct Entry {
    kind: Kind,
    object: String,
    size: u64,
    path: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Program,
    Link,
    Submodule,
}

/// Writes the files of a commit.
///
/// # Errors
/// Where they are not in the repository, too many or too large, or lead out of their directory.
pub(super) fn lay(git: &Git<'_>, repository: &Path, wanted: &Wanted<'_>) -> Result<Left, Problem> {
    let entries = list(git, repository, wanted)?;
    real_directory(wanted.work_dir, wanted.dest)?;
    let mut left = Left::default();
    let mut objects = Objects::open(git, repository)?;
    for entry in &entries {
        if git.cancel.reason().is_some() {
            return Err(Problem::Git(Failure::Cancelled));
        }
        let target = wanted.dest.join(&entry.path);
        match entry.kind {
            Kind::Submodule => left.submodules.push(entry.path.clone()),
            Kind::Link => {
                let mut text = Vec::new();
                objects.read(entry, &mut |part| text.extend_from_slice(part))?;
                real_directory(wanted.dest, target.parent().unwrap_or(wanted.dest))?;
                make_link(&entry.path, &text, &target)?;
            }
            Kind::File | Kind::Program => {
                real_directory(wanted.dest, target.parent().unwrap_or(wanted.dest))?;
                let mut file = new_file(&target, entry.kind == Kind::Program)?;
                let (mut failed, mut is_first) = (None, true);
                objects.read(entry, &mut |part| {
                    left.lfs +=
                        usize::from(std::mem::take(&mut is_first) && entry.size < 1024 && part.starts_with(LFS));
                    if failed.is_none() {
                        failed = file.write_all(part).err();
                    }
                })?;
                if let Some(error) = failed {
                    return Err(Problem::Io(crate::load::named(&target, &error)));
                }
            }
        }
    }
    Ok(left)
}

/// The entries of the commit that are wanted, each of them checked.
fn list(git: &Git<'_>, repository: &Path, wanted: &Wanted<'_>) -> Result<Vec<Entry>, Problem> {
    let tree =
        if wanted.path.is_empty() { wanted.commit.to_owned() } else { format!("{}:{}", wanted.commit, wanted.path) };
    let found = git.output(git.local(repository), &["cat-file", "-t", &tree]);
    match found {
        Ok(kind) if matches!(kind.trim_ascii(), b"tree" | b"commit") => {}
        Ok(_) => return Err(Problem::NoDirectory),
        // Of a commit that is there: the path is not.
        Err(Failure::Git(_)) if !wanted.path.is_empty() && has(git, repository, wanted.commit)? => {
            return Err(Problem::NoDirectory);
        }
        Err(failure) => return Err(Problem::Git(failure)),
    }
    let listing = git.output(git.local(repository), &["ls-tree", "-r", "-l", "-z", "--full-tree", &tree])?;
    let mut entries = Vec::new();
    let mut bytes = 0_u64;
    for line in listing.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
        let entry = parse(line).ok_or_else(|| Problem::Refused("it holds a name that is not UTF-8".to_owned()))?;
        let Some(entry) = entry else { continue };
        check_name(&entry.path)?;
        if is_excluded(&entry.path, wanted.exclude) {
            continue;
        }
        if entry.kind == Kind::Link && entry.size > LONGEST_LINK {
            return Err(Problem::Refused(format!("the link '{}' is no path", entry.path)));
        }
        bytes = bytes.saturating_add(entry.size);
        entries.push(entry);
        if entries.len() > MOST_FILES || bytes > MOST_BYTES {
            return Err(Problem::Refused(format!(
                "it holds more than {MOST_FILES} files or {} MiB: name a directory of it by 'path', or leave files out \
                 by 'exclude'",
                MOST_BYTES >> 20
            )));
        }
    }
    Ok(entries)
}

/// Whether a commit is in a repository.
pub(super) fn has(git: &Git<'_>, repository: &Path, commit: &str) -> Result<bool, Failure> {
    match git.output(git.local(repository), &["cat-file", "-e", &format!("{commit}^{{tree}}")]) {
        Ok(_) => Ok(true),
        Err(Failure::Git(_)) => Ok(false),
        Err(failure) => Err(failure),
    }
}

/// `100644 blob HASH    SIZE\tPATH`; the inner none is an entry of no kind that is known.
fn parse(line: &[u8]) -> Option<Option<Entry>> {
    let line = std::str::from_utf8(line).ok()?;
    let (about, path) = line.split_once('\t')?;
    let mut about = about.split_ascii_whitespace();
    let kind = match about.next()? {
        "120000" => Kind::Link,
        "160000" => Kind::Submodule,
        "100755" => Kind::Program,
        mode if mode.starts_with("100") => Kind::File,
        _ => return Some(None),
    };
    let object = about.nth(1)?.to_owned();
    let size = about.next()?.parse().unwrap_or(0);
    Some(Some(Entry { kind, object, size, path: path.to_owned() }))
}

/// A name in a repository is whatever its author wrote there.
fn check_name(path: &str) -> Result<(), Problem> {
    let is_bad = |part: &str| part.is_empty() || part == "." || part == ".." || part.eq_ignore_ascii_case(".git");
    if path.contains('\0') || path.split('/').any(is_bad) {
        let shown: String = path.chars().filter(|c| !c.is_control()).take(200).collect();
        return Err(Problem::Refused(format!("it holds the name '{shown}', which leads out of its directory")));
    }
    Ok(())
}

/// Whether a pattern names the file or a directory that it is in.
fn is_excluded(path: &str, exclude: &[Regex]) -> bool {
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    // A pattern that gives up names nothing.
    ends.filter_map(|end| path.get(..end)).any(|part| exclude.iter().any(|e| e.is_match(part).unwrap_or(false)))
}

/// A link may lead up only at its beginning, where it starts in a real directory, and not out of what is imported.
fn make_link(path: &str, text: &[u8], target: &Path) -> Result<(), Problem> {
    let refused = || Problem::Refused(format!("the link '{path}' leads out of what is imported"));
    let text = std::str::from_utf8(text).map_err(|_| refused())?;
    if text.is_empty() || text.contains('\0') {
        return Err(refused());
    }
    let mut depth = path.matches('/').count();
    let mut is_down = false;
    for part in Path::new(text).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if !is_down && depth > 0 => depth -= 1,
            Component::Normal(_) => is_down = true,
            _ => return Err(refused()),
        }
    }
    remove(target)?;
    symlink(text, target).map_err(|error| Problem::Io(crate::load::named(target, &error)))
}

/// Reads objects by `git cat-file --batch`.
struct Objects {
    /// Dropped first, as its end is what the program waits for.
    ask: ChildStdin,
    answer: BufReader<ChildStdout>,
    _running: Running,
}

impl Objects {
    fn open(git: &Git<'_>, repository: &Path) -> Result<Self, Problem> {
        let mut command = git.local(repository);
        command.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut running = Running::start(&mut command)?;
        let (Some(ask), Some(answer)) = (running.child.stdin.take(), running.child.stdout.take()) else {
            return Err(broken());
        };
        Ok(Self { ask, answer: BufReader::with_capacity(1 << 16, answer), _running: running })
    }

    fn read(&mut self, entry: &Entry, take: &mut dyn FnMut(&[u8])) -> Result<(), Problem> {
        self.ask.write_all(format!("{}\n", entry.object).as_bytes()).map_err(|_| broken())?;
        let mut head = Vec::new();
        (&mut self.answer).take(200).read_until(b'\n', &mut head).map_err(|_| broken())?;
        if head.trim_ascii() != format!("{} blob {}", entry.object, entry.size).as_bytes() {
            return Err(broken());
        }
        let mut left = entry.size;
        while left > 0 {
            let part = self.answer.fill_buf().map_err(|_| broken())?;
            let count = part.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            if count == 0 {
                return Err(broken());
            }
            take(part.get(..count).unwrap_or_default());
            self.answer.consume(count);
            left -= count as u64;
        }
        let mut end = [0];
        self.answer.read_exact(&mut end).map_err(|_| broken())
    }
}

fn broken() -> Problem {
    Problem::Git(Failure::Git("an object of the repository cannot be read".to_owned()))
}

/// The directory in a repository as git names it: without a beginning or final `/` and without `.`.
///
/// # Errors
/// Where it leads out.
pub(super) fn inner_path(path: &str) -> Result<String, ()> {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => return Err(()),
            part if part.contains(|c: char| c.is_control()) => return Err(()),
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

/// The directory `dest` in the working directory.
///
/// # Errors
/// Where it lies outside.
pub(super) fn destination(work_dir: &Path, dest: &str) -> Result<PathBuf, ()> {
    let target = crate::load::normalize(&work_dir.join(dest));
    if dest.contains('\0') || !target.starts_with(work_dir) { Err(()) } else { Ok(target) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_up_only_from_where_they_are() {
        let dir = tempfile::tempdir().unwrap();
        for (path, text, is_good) in [
            ("a/b", "../c", true),
            ("a/b", "c/d", true),
            ("a/b", ".", true),
            ("b", "./a/b", true),
            ("b", "..", false),
            ("a/b", "../..", false),
            ("a/b", "/etc/passwd", false),
            ("a/b", "x/../../..", false),
            ("a/b/c", "x/..", false),
            ("b", "", false),
        ] {
            let target = dir.path().join(path);
            real_directory(dir.path(), target.parent().unwrap()).unwrap();
            let made = make_link(path, text.as_bytes(), &target);
            assert_eq!(made.is_ok(), is_good, "{path} -> {text}");
            assert_eq!(std::fs::symlink_metadata(&target).is_ok(), is_good, "{path} -> {text}");
            let _ = remove(&target);
        }
    }

    #[test]
    fn names_that_lead_out_are_refused() {
        for path in ["..", "a/../b", "a//b", "/a", ".git/config", "a/.GIT/hooks/x", "."] {
            assert!(check_name(path).is_err(), "{path}");
        }
        assert!(check_name(".github/a..b").is_ok());
    }

    #[test]
    fn an_excluded_directory_takes_its_files_along() {
        let exclude = [accord_syntax::regex::compile_whole("docs|.*\\.md").unwrap()];
        for (path, is_out) in
            [("docs/a/b", true), ("a/docs", false), ("a/x.md", true), ("a/x.mdx", false), ("docs2", false)]
        {
            assert_eq!(is_excluded(path, &exclude), is_out, "{path}");
        }
    }

    #[test]
    fn paths_in_a_repository_stay_there() {
        assert_eq!(inner_path("/a/./b//").as_deref(), Ok("a/b"));
        assert_eq!(inner_path("").as_deref(), Ok(""));
        assert!(inner_path("a/../b").is_err());
        assert!(destination(Path::new("/w"), "../x").is_err());
        assert!(destination(Path::new("/w"), "/etc").is_err());
        assert_eq!(destination(Path::new("/w"), "./a/../b").unwrap(), Path::new("/w/b"));
    }

    #[test]
    fn entries_are_read() {
        let entry = parse(b"100644 blob abc      12\ta/b c").unwrap().unwrap();
        assert_eq!((entry.object.as_str(), entry.size, entry.path.as_str()), ("abc", 12, "a/b c"));
        assert!(parse(b"160000 commit abc       -\tsub").unwrap().unwrap().kind == Kind::Submodule);
        assert!(parse(b"100644 blob abc 1\t\xff").is_none());
    }
}
