//! What somebody who asks people for the fields of a form has to know of one, and the check of a single answer.

use std::io;
use std::path::Path;

use accord_value::Value;

use super::{Field, answers};
use crate::load;

/// Where the files lie that people gave as answers, in the working directory.
const FILES: &str = "_form_files";

impl Field {
    /// What it has where no answer is given.
    #[must_use]
    pub const fn preset(&self) -> Option<&Value> {
        self.value.as_ref()
    }

    /// The only values that are taken; none: all that are of its type.
    #[must_use]
    pub fn allowed(&self) -> Option<Vec<Value>> {
        self.allow.as_ref().map(|allowed| match allowed {
            Value::List(items) => items.snapshot(),
            other => vec![other.clone()],
        })
    }

    /// The name of its type, without the sign of the cardinality.
    #[must_use]
    pub const fn base_type(&self) -> &'static str {
        self.field_type.name()
    }

    /// Whether the answer must not be seen while it is typed.
    #[must_use]
    pub fn is_password(&self) -> bool {
        self.option("inputtype").and_then(Value::as_str).is_some_and(|kind| kind.eq_ignore_ascii_case("password"))
    }

    /// An example of an answer that the form's author wrote.
    #[must_use]
    pub fn placeholder(&self) -> Option<&str> {
        self.option("placeholder").and_then(Value::as_str)
    }

    /// Whether an answer fits. None stands for no answer.
    ///
    /// # Errors
    /// A sentence for each thing that is wrong with it.
    pub fn check(&self, given: Option<&Value>) -> Result<(), Vec<String>> {
        answers::answer(self, given.cloned()).map(drop)
    }
}

/// Copies a file into the working directory and gives its path there, as flows see it.
pub(crate) fn take(work_dir: &Path, form: &str, field: &str, path: &Path) -> io::Result<String> {
    if !path.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
    }
    let name = path.file_name().map_or_else(|| "file".into(), |name| plain(&name.to_string_lossy()));
    let taken = format!("{FILES}/{}/{}/{name}", plain(form), plain(field));
    load::copy_file(path, &work_dir.join(&taken))?;
    Ok(taken)
}

/// A name that is one part of a path and nothing else.
fn plain(name: &str) -> String {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let plain: String = name.chars().map(|c| if fits(c) { c } else { '_' }).collect();
    if plain.trim_matches('.').is_empty() { "_".to_owned() } else { plain }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_taken_into_the_working_directory() {
        let dir = tempfile::tempdir().unwrap();
        let given = dir.path().join("a b.txt");
        std::fs::write(&given, "text").unwrap();
        let work_dir = dir.path().join("target");
        let taken = take(&work_dir, "../form", "..", &given).unwrap();
        assert_eq!(taken, "_form_files/.._form/_/a_b.txt");
        assert_eq!(std::fs::read_to_string(work_dir.join(taken)).unwrap(), "text");
        assert!(take(&work_dir, "form", "field", dir.path()).is_err());
        assert!(take(&work_dir, "form", "field", &dir.path().join("none")).is_err());
    }
}
