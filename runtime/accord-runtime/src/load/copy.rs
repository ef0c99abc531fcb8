//! Copies a project to its working directory, without what its `.gitignore` files name.
//!
//! Nothing is written through a link that lies in the working directory, and no link that leaves the project is taken
//! along.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, symlink};
use std::path::{Component, Path, PathBuf};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// What is copied from where to where.
pub(crate) struct Copy<'a> {
    /// The project.
    pub(crate) source: &'a Path,
    /// The working directory, left out where it lies in the project.
    pub(crate) target: &'a Path,
    /// Whether `.gitignore` files count.
    pub(crate) gitignore: bool,
}

/// The rules of the directories from the project's root down to the one at hand.
struct Rules(Vec<Gitignore>);

impl Rules {
    /// The innermost rule that names the entry decides.
    fn ignore(&self, path: &Path, directory: bool) -> bool {
        for rules in self.0.iter().rev() {
            match rules.matched(path, directory) {
                Match::None => {}
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
            }
        }
        false
    }
}

impl Copy<'_> {
    /// Copies everything.
    ///
    /// # Errors
    /// Where something cannot be read or written, or a link leaves the project.
    pub(crate) fn run(&self) -> io::Result<()> {
        self.directory(self.source, self.target, &mut Rules(Vec::new()))
    }

    fn directory(&self, from: &Path, to: &Path, rules: &mut Rules) -> io::Result<()> {
        let entries = fs::read_dir(from).map_err(|error| named(from, &error))?.collect::<io::Result<Vec<_>>>()?;
        if fs::symlink_metadata(to).is_ok_and(|found| !found.is_dir()) {
            // Not written through, however deep the first file below it lies.
            remove(to)?;
        }
        let has_rules = self.gitignore && entries.iter().any(|entry| entry.file_name() == OsStr::new(".gitignore"));
        if has_rules {
            rules.0.push(read_rules(from));
        }
        for entry in entries {
            let path = entry.path();
            let kind = entry.file_type().map_err(|error| named(&path, &error))?;
            if self.is_left_out(&path) || rules.ignore(&path, kind.is_dir()) {
                continue;
            }
            let copy = to.join(entry.file_name());
            if kind.is_symlink() {
                self.link(&path, &copy)?;
            } else if kind.is_dir() {
                self.directory(&path, &copy, rules)?;
            } else if kind.is_file() {
                copy_file(&path, &copy)?;
            }
        }
        if has_rules {
            rules.0.pop();
        }
        Ok(())
    }

    /// The working directory, and all of the project's `target` where it lies in there, beside those of others.
    fn is_left_out(&self, path: &Path) -> bool {
        path == self.target
            || (self.target.starts_with(path) && path.strip_prefix(self.source) == Ok(Path::new("target")))
    }

    /// A link inside of the project is made anew, a broken one left out.
    fn link(&self, path: &Path, copy: &Path) -> io::Result<()> {
        let link = fs::read_link(path).map_err(|error| named(path, &error))?;
        let base = path.parent().unwrap_or(self.source);
        let points_to = normalize(&base.join(&link));
        let Ok(inside) = points_to.strip_prefix(self.source) else {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!(
                    "symlinks outside the project are not supported: {} -> {}",
                    path.display(),
                    points_to.display()
                ),
            ));
        };
        if fs::metadata(path).is_err() {
            return Ok(());
        }
        let link =
            if link.is_absolute() { relative(base.strip_prefix(self.source).unwrap_or(base), inside) } else { link };
        make_parents(copy)?;
        remove(copy)?;
        symlink(link, copy).map_err(|error| named(copy, &error))
    }
}

/// The rules of a directory's `.gitignore`. A line that is no pattern does not count, as with git.
fn read_rules(dir: &Path) -> Gitignore {
    let mut builder = GitignoreBuilder::new(dir);
    let file = dir.join(".gitignore");
    if fs::metadata(&file).is_ok_and(|found| found.is_file()) {
        builder.add(file);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

/// How much is copied of what is no file but is read as one, such as a pipe: a device may have no end.
const ENDLESS: u64 = 16 << 20;

/// Copies one file; what lies in its place, a link above all, is replaced and not written through.
pub(crate) fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    let source = File::open(from).map_err(|error| named(from, &error))?;
    let found = source.metadata()?;
    make_parents(to)?;
    let mut copy = new_file(to, found.mode() & 0o100 != 0)?;
    let most = if found.is_file() { u64::MAX } else { ENDLESS };
    io::copy(&mut source.take(most), &mut copy).map_err(|error| named(to, &error))?;
    Ok(())
}

/// A new empty file for its owner alone, in the place of what is there. Its directory exists.
pub(crate) fn new_file(to: &Path, executable: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(if executable { 0o700 } else { 0o600 });
    match options.open(to) {
        Ok(file) => Ok(file),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            remove(to)?;
            options.open(to).map_err(|error| named(to, &error))
        }
        Err(error) => Err(named(to, &error)),
    }
}

/// Makes the directory `dir` below `base`; links and files on the way there are replaced.
pub(crate) fn real_directory(base: &Path, dir: &Path) -> io::Result<()> {
    let Ok(inner) = dir.strip_prefix(base) else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{} lies outside", dir.display())));
    };
    let mut path = base.to_path_buf();
    for part in inner.components() {
        path.push(part);
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_dir() => continue,
            Ok(_) => fs::remove_file(&path).map_err(|error| named(&path, &error))?,
            Err(_) => {}
        }
        DirBuilder::new().mode(0o700).create(&path).map_err(|error| named(&path, &error))?;
    }
    Ok(())
}

/// Makes the directories above a file, replacing links in their place.
fn make_parents(file: &Path) -> io::Result<()> {
    let Some(parent) = file.parent() else { return Ok(()) };
    match fs::symlink_metadata(parent) {
        Ok(found) if found.is_dir() => return Ok(()),
        Ok(_) => fs::remove_file(parent).map_err(|error| named(parent, &error))?,
        Err(_) => make_parents(parent)?,
    }
    DirBuilder::new().mode(0o700).create(parent).map_err(|error| named(parent, &error))
}

/// Removes a file, a link or a directory, if there is one.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => return Ok(()),
    };
    removed.map_err(|error| named(path, &error))
}

/// The same error with the path that it is about.
pub(crate) fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// The path without `.` and `..`, by its text alone.
pub(crate) fn normalize(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                result.pop();
            }
            other => result.push(other),
        }
    }
    result
}

/// The relative path that leads from the directory `from` to `to`; both are relative to the same directory.
fn relative(from: &Path, to: &Path) -> PathBuf {
    let common = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(common).map(|_| Component::ParentDir);
    let path: PathBuf = up.chain(to.components().skip(common)).collect();
    if path.as_os_str().is_empty() { PathBuf::from(".") } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        dir
    }

    fn copy(dir: &tempfile::TempDir, gitignore: bool) -> io::Result<Vec<String>> {
        let target = dir.path().join("target");
        DirBuilder::new().mode(0o700).recursive(true).create(&target)?;
        Copy { source: dir.path(), target: &target, gitignore }.run()?;
        let mut found = Vec::new();
        let mut open = vec![target.clone()];
        while let Some(dir) = open.pop() {
            for entry in fs::read_dir(dir)? {
                let entry = entry?;
                if entry.file_type()?.is_dir() {
                    open.push(entry.path());
                } else {
                    found.push(entry.path().strip_prefix(&target).unwrap().display().to_string());
                }
            }
        }
        found.sort();
        Ok(found)
    }

    #[test]
    fn inner_rules_win_over_outer_ones() {
        let files = [
            (".gitignore", "*.log\nbuild/\n/rooted\n"),
            ("a.log", ""),
            ("rooted", ""),
            ("build/x", ""),
            ("sub/.gitignore", "!a.log\n"),
            ("sub/a.log", ""),
            ("sub/b.log", ""),
            ("sub/rooted", ""),
        ];
        assert_eq!(copy(&project(&files), true).unwrap(), [".gitignore", "sub/.gitignore", "sub/a.log", "sub/rooted"]);
        assert_eq!(copy(&project(&files), false).unwrap().len(), files.len());
    }

    #[test]
    fn links_stay_inside() {
        let dir = project(&[("data/a.txt", "a")]);
        symlink("data/a.txt", dir.path().join("link")).unwrap();
        symlink(dir.path().join("data"), dir.path().join("data/absolute")).unwrap();
        symlink("nothing", dir.path().join("broken")).unwrap();
        assert_eq!(copy(&dir, true).unwrap(), ["data/a.txt", "data/absolute", "link"]);
        assert_eq!(fs::read_link(dir.path().join("target/data/absolute")).unwrap(), Path::new("."));
        symlink("../..", dir.path().join("data/out")).unwrap();
        assert!(copy(&dir, true).unwrap_err().to_string().contains("data/out"));
    }

    #[test]
    fn a_device_is_not_copied_without_end() {
        let dir = tempfile::tempdir().unwrap();
        copy_file(Path::new("/dev/zero"), &dir.path().join("copy")).unwrap();
        assert_eq!(fs::metadata(dir.path().join("copy")).unwrap().len(), ENDLESS);
    }

    #[test]
    fn nothing_is_written_through_a_planted_link() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("victim"), "untouched").unwrap();
        let dir = project(&[("file", "new"), ("sub/victim", "new")]);
        fs::create_dir(dir.path().join("target")).unwrap();
        symlink(outside.path().join("victim"), dir.path().join("target/file")).unwrap();
        symlink(outside.path(), dir.path().join("target/sub")).unwrap();
        fs::create_dir(outside.path().join("deep")).unwrap();
        fs::create_dir_all(dir.path().join("linked/deep")).unwrap();
        fs::write(dir.path().join("linked/deep/victim"), "new").unwrap();
        symlink(outside.path(), dir.path().join("target/linked")).unwrap();
        copy(&dir, true).unwrap();
        assert!(!outside.path().join("deep/victim").exists());
        assert_eq!(fs::read_to_string(outside.path().join("victim")).unwrap(), "untouched");
        assert_eq!(fs::read_to_string(dir.path().join("target/sub/victim")).unwrap(), "new");
    }

    #[test]
    fn modes_are_the_owners_alone() {
        let dir = project(&[("run.sh", "x"), ("a", "x")]);
        fs::set_permissions(dir.path().join("run.sh"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        copy(&dir, true).unwrap();
        let mode = |name: &str| fs::metadata(dir.path().join("target").join(name)).unwrap().mode() & 0o777;
        assert_eq!((mode("run.sh"), mode("a")), (0o700, 0o600));
    }
}
