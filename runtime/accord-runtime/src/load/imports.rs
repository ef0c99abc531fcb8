//! Files that a project imports. Directories are copied; repositories and packages are refused in words.
//! Source: <https://concord.walmartlabs.com/docs/processes-v2/imports.html>.

use std::path::Path;

use accord_syntax::definition::Import;

use super::copy::{Copy, normalize};
use crate::error::Error;

/// Brings all imports into the working directory, in order; a later one overwrites an earlier one's files.
///
/// # Errors
/// Where an import is of a kind that is not supported, its source is missing, or its destination lies outside.
pub(crate) fn bring_in(work_dir: &Path, imports: &[Import]) -> Result<(), Error> {
    for import in imports {
        match import {
            Import::Dir(import) => {
                let dest = import.dest.as_ref().map(|dest| &*dest.value);
                directory(work_dir, &import.src.value, dest).map_err(|error| error.at(import.src.span))?;
            }
            Import::Git(import) => {
                let what = import.url.as_ref().or(import.name.as_ref()).map_or("", |text| &text.value);
                return Err(unsupported("git", what).at(import.span));
            }
            Import::Mvn(import) => return Err(unsupported("mvn", &import.url.value).at(import.span)),
        }
    }
    Ok(())
}

fn unsupported(kind: &str, what: &str) -> Error {
    Error::load("import", format!("cannot import `{what}`: imports of the kind `{kind}` are not supported, `dir` is"))
}

/// A relative source is relative to the working directory, as in Concord's CLI.
fn directory(work_dir: &Path, src: &str, dest: Option<&str>) -> Result<(), Error> {
    let source = normalize(&work_dir.join(src));
    if !source.is_dir() {
        return Err(Error::load(
            "import",
            format!("cannot import '{src}': there is no directory {}", super::shown(&source)),
        )
        .hint("A relative 'src' is looked for in the working directory, where the project's files are copied to."));
    }
    let target = normalize(&work_dir.join(dest.unwrap_or("")));
    if !target.starts_with(work_dir) {
        return Err(Error::load(
            "import",
            format!("cannot import '{src}': its dest '{}' lies outside of the project", dest.unwrap_or("")),
        ));
    }
    if work_dir.starts_with(&source) {
        return Err(Error::load("import", format!("cannot import '{src}': it holds the working directory itself")));
    }
    Copy { source: &source, target: &target, gitignore: false }.run()?;
    Ok(())
}
