//! A `script` step: which language, where its text comes from, whether it may run.

use accord_sdk::{FileError, TaskContext, TaskError};
use accord_value::{Map, Text};

use crate::engine::{Script, ScriptEngine};
use crate::language::{EsVersion, is_file, is_name};

/// A `script` step with its options, expressions evaluated.
pub struct ScriptStep<'a> {
    /// What stands after `script:`: a language, or a file or an address whose extension tells the language.
    pub name: &'a str,
    /// The option `body`.
    pub body: Option<&'a Text>,
    /// The option `in`. Its `esVersion` is the version of the language.
    pub input: &'a Map,
    /// `meta.dryRunReady`.
    pub dry_run_ready: bool,
}

/// Whether there is an engine for scripts in `language`.
pub fn is_known_language(language: &str) -> bool {
    is_name(language)
}

impl ScriptEngine {
    /// Runs a step. A file is read through the file service; `fetch` gets the text behind an address.
    ///
    /// # Errors
    /// Unknown languages, a missing `body`, files that cannot be read, a dry run of a script that is not made for it,
    /// each in the reference's words; and what [`ScriptEngine::run`] answers.
    pub fn run_step(
        &self,
        step: &ScriptStep<'_>,
        fetch: &dyn Fn(&str) -> Result<Text, TaskError>,
        cx: &TaskContext<'_>,
    ) -> Result<Map, TaskError> {
        let name = step.name;
        let language_error = match step.body {
            Some(_) if !is_name(name) => Some(format!("Unknown language '{name}'. Check process dependencies.")),
            None if is_name(name) => Some("Invalid step definition: 'body' parameter not found.".to_owned()),
            None if !is_file(name) => Some(format!(
                "Can't determine the script language: {name} ({name}). Check if the script's name is correct and the \
                 required dependencies are declared."
            )),
            _ => None,
        };
        if let Some(message) = language_error {
            return Err(TaskError::user(message));
        }
        if cx.dry_run() && !step.dry_run_ready {
            return Err(TaskError::user("Dry-run mode is not supported for this 'script' step"));
        }
        let version = match step.input.get("esVersion") {
            Some(version) => EsVersion::of(&version)?,
            None => EsVersion::DEFAULT,
        };
        let body = match step.body {
            Some(body) => body.clone(),
            None if name.starts_with("http://") || name.starts_with("https://") => fetch(name)?,
            None => file(name, cx)?,
        };
        self.run(Script { body, input: step.input.clone(), version }, cx)
    }
}

fn file(path: &str, cx: &TaskContext<'_>) -> Result<Text, TaskError> {
    let file = cx.files().read(path).map_err(|error| match error {
        FileError::NotFound(_) => TaskError::user(format!(
            "Script not found: {path}. The path is looked for below the working directory of the process."
        )),
        error => error.into(),
    })?;
    match String::from_utf8(file.bytes) {
        Ok(text) => Ok(Text::with_mark(text, file.sensitive)),
        Err(_) => Err(TaskError::user(format!("The script {path} is not a text in UTF-8."))),
    }
}
