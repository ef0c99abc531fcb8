//! Finds the files of a project beside its root: `resources.concord`.
//! Source: <https://concord.walmartlabs.com/docs/processes-v2/resources.html>.

use std::fs;
use std::path::{Path, PathBuf};

use accord_syntax::definition::Resources;
use accord_syntax::project::DEFAULT_RESOURCES;

/// The deepest directory that is looked into.
const MAX_DEPTH: usize = 100;

/// The files below `dir` that match, by their paths relative to it, sorted by the whole path: `a.yml` before `a/b.yml`.
/// `starts` are the places to look in.
pub(crate) fn find(dir: &Path, starts: &[PathBuf], matches: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut take = |path: &str| {
        if matches(path) {
            found.push(path.to_owned());
        }
    };
    for start in outermost(starts) {
        match start.to_str() {
            Some(path) if dir.join(start).is_file() => take(path),
            _ => walk(dir, start, 0, &mut take),
        }
    }
    found.sort();
    found.dedup();
    found
}

/// The places that are inside no other: however many patterns there are, each directory is looked into once.
fn outermost(starts: &[PathBuf]) -> Vec<&PathBuf> {
    let mut sorted: Vec<&PathBuf> = starts.iter().collect();
    sorted.sort();
    sorted.dedup_by(|next, kept| next.starts_with(&**kept));
    sorted
}

/// The directories and files that need to be looked into for the patterns of a project.
pub(crate) fn starts(resources: Option<&Resources>) -> Vec<PathBuf> {
    match resources {
        None => vec![fixed_part(DEFAULT_RESOURCES)],
        Some(resources) => resources.concord.iter().map(|pattern| fixed_part(&pattern.value)).collect(),
    }
}

/// The directories in front of the first part of a pattern that is one; of a plain path all of it; of a regular
/// expression nothing.
fn fixed_part(pattern: &str) -> PathBuf {
    let pattern = pattern.trim();
    if pattern.starts_with("regex:") {
        return PathBuf::new();
    }
    let (glob, is_glob) = pattern.strip_prefix("glob:").map_or((pattern, false), |glob| (glob, true));
    let mut start = PathBuf::new();
    for part in glob.trim_start_matches('/').split('/') {
        if part == ".." || (is_glob && part.contains(['*', '?', '[', '{', '\\'])) {
            break;
        }
        start.push(part);
    }
    start
}

/// Calls `each` with every file below `dir`/`at`, by its path relative to `dir`. Links are files: none is followed.
fn walk(dir: &Path, at: &Path, depth: usize, each: &mut dyn FnMut(&str)) {
    let Ok(entries) = fs::read_dir(dir.join(at)) else { return };
    for entry in entries.filter_map(Result::ok) {
        let path = at.join(entry.file_name());
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => {
                if depth < MAX_DEPTH {
                    walk(dir, &path, depth + 1, each);
                }
            }
            Ok(_) => {
                if let Some(path) = path.to_str() {
                    each(path);
                }
            }
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[&str], pattern: &str) -> Vec<String> {
        let dir = tempfile::tempdir().unwrap();
        for name in names {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let matcher = accord_syntax::glob::ResourcePattern::parse(pattern).unwrap();
        find(dir.path(), &[fixed_part(pattern)], |path| matcher.matches(path))
    }

    #[test]
    fn the_default_pattern_takes_concord_files() {
        let names = [
            "concord.yml",
            "concord/a.concord.yml",
            "concord/concord.yaml",
            "concord/x/b.concord.yml",
            "concord/n.yml",
        ];
        assert_eq!(
            files(&names, DEFAULT_RESOURCES),
            ["concord/a.concord.yml", "concord/concord.yaml", "concord/x/b.concord.yml"]
        );
    }

    #[test]
    fn files_are_sorted_by_the_whole_path() {
        let names =
            ["concord/a/b.concord.yml", "concord/a.concord.yml", "concord/Z.concord.yml", "concord/10.concord.yml"];
        let sorted =
            ["concord/10.concord.yml", "concord/Z.concord.yml", "concord/a.concord.yml", "concord/a/b.concord.yml"];
        assert_eq!(files(&names, DEFAULT_RESOURCES), sorted);
    }

    #[test]
    fn other_patterns_are_looked_for_where_they_can_match() {
        let names = ["p/one.yml", "two.yml", "p/q/three.yml"];
        for (pattern, found) in [
            ("  p/one.yml ", &["p/one.yml"][..]),
            ("/two.yml", &["two.yml"]),
            ("missing.yml", &[]),
            ("../two.yml", &[]),
            ("glob:p/**/*.yml", &["p/q/three.yml"]),
            ("regex:p/.*yml", &["p/one.yml", "p/q/three.yml"]),
        ] {
            assert_eq!(files(&names, pattern), found, "{pattern}");
        }
    }

    #[test]
    fn no_directory_is_looked_into_twice() {
        let starts = ["b", "a/b", "", "a"].map(PathBuf::from);
        assert_eq!(outermost(&starts), [Path::new("")]);
        let starts = ["b/c", "a/b", "a", "ab", "a"].map(PathBuf::from);
        assert_eq!(outermost(&starts), [Path::new("a"), Path::new("ab"), Path::new("b/c")]);
    }

    #[test]
    fn only_the_fixed_part_is_entered() {
        for (glob, start) in [
            ("glob:concord/{**/,}x", "concord"),
            ("glob:/a/b/*.yml", "a/b"),
            ("glob:*.yml", ""),
            ("a/b.yml", "a/b.yml"),
            ("glob:../x/*", ""),
            ("regex:a/b", ""),
        ] {
            assert_eq!(fixed_part(glob), Path::new(start), "{glob}");
        }
    }
}
