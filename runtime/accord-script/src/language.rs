//! Names of languages and versions of JavaScript.

use accord_sdk::TaskError;
use accord_value::Value;

/// Names under which steps ask for JavaScript, as the reference's engine has them.
const NAMES: &[&str] = &[
    "js",
    "JS",
    "javascript",
    "JavaScript",
    "ecmascript",
    "ECMAScript",
    "mjs",
    "graal.js",
    "Graal.js",
    "graal-js",
    "Graal-js",
    "application/javascript",
    "text/javascript",
];
/// Extensions of files that hold JavaScript.
const EXTENSIONS: &[&str] = &["js", "mjs"];

/// Whether a step's `script: NAME` asks for JavaScript.
pub(crate) fn is_name(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Whether a path or an address ends like a file of JavaScript.
pub(crate) fn is_file(path: &str) -> bool {
    let path = match path.split_once("://") {
        // What follows the path of an address says nothing about the language.
        Some(_) => path.split(['?', '#']).next().unwrap_or(path),
        None => path,
    };
    path.rsplit_once('.').is_some_and(|(_, extension)| EXTENSIONS.contains(&extension))
}

/// A yearly version of ECMAScript. Scripts may not use the syntax of later ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EsVersion(u16);

impl EsVersion {
    /// The version of scripts that name none: arrows, templates, classes, spreading; neither `??` nor `?.`.
    pub const DEFAULT: EsVersion = EsVersion(2019);

    /// The version that a step's `esVersion` names: a year from 2015 on, or a number of an edition from 5 on.
    ///
    /// # Errors
    /// `unsupported esVersion: …`, in the reference's words, for anything else.
    pub fn of(value: &Value) -> Result<EsVersion, TaskError> {
        let year = match value {
            Value::Int(_) | Value::Long(_) => match value.as_i64() {
                Some(edition @ 6..=16) => u16::try_from(edition + 2009).ok(),
                Some(5) => Some(2009),
                Some(year @ 2015..=2025) => u16::try_from(year).ok(),
                _ => None,
            },
            _ => None,
        };
        match year {
            Some(year) => Ok(EsVersion(year)),
            None => {
                let mut message = accord_value::TextBuilder::new();
                message.push_str("unsupported esVersion: ");
                value.write_text(&mut message);
                Err(TaskError::user(message.finish()))
            }
        }
    }

    /// The year.
    pub(crate) fn year(self) -> u16 {
        self.0
    }
}

impl Default for EsVersion {
    fn default() -> EsVersion {
        EsVersion::DEFAULT
    }
}
