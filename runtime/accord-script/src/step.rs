//! A `script` step: whether its language is one of ours, and where its text comes from.

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
    /// The option `in`. Its `esVersion`, or else that of the step's `meta`, is the version of the language.
    pub input: &'a Map,
}

/// Whether there is an engine for scripts in `language`.
pub fn is_known_language(language: &str) -> bool {
    is_name(language)
}

impl ScriptEngine {
    /// Runs a step and gives what its script put into `result`; none where its language is not JavaScript. A file is
    /// read through the file service, `fetch` gets the text behind an address.
    ///
    /// # Errors
    /// An unknown `esVersion`, a text that cannot be read, and what [`ScriptEngine::run`] answers.
    pub fn run_step(
        &self,
        step: &ScriptStep<'_>,
        fetch: &dyn Fn(&str) -> Result<Text, TaskError>,
        cx: &TaskContext<'_>,
    ) -> Option<Result<Map, TaskError>> {
        let ours = if step.body.is_some() { is_name(step.name) } else { is_file(step.name) };
        ours.then(|| {
            let version = match step.input.get("esVersion") {
                Some(version) => EsVersion::of(&version)?,
                // The step's meta may name it as well. Whatever else stands there under this name is not ours.
                None => cx
                    .flow()
                    .step_meta()
                    .and_then(|meta| EsVersion::of(&meta.get("esVersion")?).ok())
                    .unwrap_or_default(),
            };
            let body = match step.body {
                Some(body) => body.clone(),
                None if is_address(step.name) => fetch(step.name)?,
                None => file(step.name, cx)?,
            };
            self.run(Script { body, input: step.input.clone(), version }, cx)
        })
    }
}

fn is_address(name: &str) -> bool {
    name.starts_with("http://") || name.starts_with("https://")
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
