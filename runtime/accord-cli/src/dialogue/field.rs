//! One field of a form: its question, and what becomes of what is typed.

use std::path::PathBuf;

use accord_runtime::{Field, Suspended, Value};
use accord_value::{List, Text};

use super::terminal::{Stop, Terminal};
use crate::output;

/// How many of the values to choose from are shown.
const MOST: usize = 40;

/// A field that somebody is asked for.
pub(crate) struct Asking<'a> {
    pub(crate) terminal: &'a Terminal,
    pub(crate) suspended: &'a Suspended,
    pub(crate) form: &'a str,
    pub(crate) field: &'a Field,
}

/// The values to choose from.
struct Choices {
    values: Vec<Value>,
    /// Each has a number. Numbers themselves have none: `2` would mean two things.
    numbered: bool,
}

impl Choices {
    fn of(field: &Field) -> Self {
        let values = field.allowed().unwrap_or_default();
        let numbered = !values.is_empty() && !field.is_file() && !matches!(field.base_type(), "int" | "decimal");
        Self { values, numbered }
    }

    fn show(&self) {
        for (index, value) in self.values.iter().enumerate().take(MOST) {
            match self.numbered {
                true => output::note(&format!("  {}) {}", index + 1, shown(value))),
                false => output::note(&format!("  - {}", shown(value))),
            }
        }
        if self.values.len() > MOST {
            output::note(&format!("  … and {} more", self.values.len() - MOST));
        }
    }

    fn find(&self, text: &str) -> Option<Value> {
        if let Some(value) = self.values.iter().find(|value| value.to_text().as_str() == text) {
            return Some(value.clone());
        }
        let number: usize = text.trim().parse().ok().filter(|_| self.numbered)?;
        self.values.get(number.checked_sub(1)?).cloned()
    }
}

impl Asking<'_> {
    /// Asks until the answer fits; none where the field stays as it is.
    pub(crate) fn answer(&self) -> Result<Option<Value>, Stop> {
        let field = self.field;
        if field.is_read_only() {
            let value = field.preset().filter(|_| !field.is_password()).map(shown);
            output::note(&format!("{}: {} (cannot be changed)", field.title(), value.unwrap_or_default()));
            return Ok(None);
        }
        let choices = Choices::of(field);
        choices.show();
        if field.is_list() { self.many(&choices) } else { self.one(&choices) }
    }

    fn one(&self, choices: &Choices) -> Result<Option<Value>, Stop> {
        let question = self.question("", choices);
        loop {
            let value = self.typed(&question, choices)?;
            if self.fits(value.as_ref()) {
                return Ok(value);
            }
        }
    }

    /// A list, an item a line; an empty line ends it.
    fn many(&self, choices: &Choices) -> Result<Option<Value>, Stop> {
        let mut items: Vec<Value> = Vec::new();
        loop {
            let question = self.question(&format!(" [{}]", items.len() + 1), choices);
            match self.typed(&question, choices)? {
                Some(value) => {
                    if self.fits(Some(&Value::List(List::new(vec![value.clone()])))) {
                        items.push(value);
                    }
                }
                None if items.is_empty() => {
                    if self.fits(None) {
                        return Ok(None);
                    }
                }
                None => return Ok(Some(Value::List(List::new(items)))),
            }
        }
    }

    fn question(&self, number: &str, choices: &Choices) -> String {
        let field = self.field;
        let mut parts = vec![
            match field.base_type() {
                "boolean" => "yes or no",
                "file" => "path of a file",
                other => other,
            }
            .to_owned(),
        ];
        if field.is_list() {
            parts.push("an empty line ends the list".to_owned());
        }
        parts.push(if field.is_required() { "required" } else { "optional" }.to_owned());
        if choices.numbered {
            parts.push("a number or a value".to_owned());
        }
        if matches!(field.base_type(), "date" | "dateTime") {
            parts.push("such as 2024-01-02T03:04:05Z".to_owned());
        }
        if let Some(placeholder) = field.placeholder() {
            parts.push(format!("e.g. {placeholder}"));
        }
        match field.preset() {
            Some(_) if field.is_password() => parts.push("default: <hidden>".to_owned()),
            Some(value) => parts.push(format!("default: {}", shown(value))),
            None if field.base_type() == "boolean" && !field.is_list() => parts.push("default: no".to_owned()),
            None => {}
        }
        format!("{}{number} [{}]: ", field.title(), parts.join(", "))
    }

    /// A line as a value of the field's type; none where it is empty.
    fn typed(&self, question: &str, choices: &Choices) -> Result<Option<Value>, Stop> {
        loop {
            if self.field.is_password() {
                return self.password(question);
            }
            let text = self.terminal.line(question)?;
            if text.is_empty() {
                return Ok(None);
            }
            if let Some(value) = choices.find(&text) {
                return Ok(Some(value));
            }
            let value = match self.field.base_type() {
                "boolean" => match text.trim().to_lowercase().as_str() {
                    "y" | "yes" | "true" => Ok(Value::from(true)),
                    "n" | "no" | "false" => Ok(Value::from(false)),
                    _ => Err(format!("{}: expected yes or no, found {text}", self.field.title())),
                },
                "file" => {
                    let path = from_home(&text);
                    let taken = self.suspended.take_file(self.form, self.field, &path);
                    taken.map_err(|error| format!("{}: cannot take '{}': {error}", self.field.title(), path.display()))
                }
                _ => Ok(Value::from(text)),
            };
            match value {
                Ok(value) => return Ok(Some(value)),
                Err(message) => output::error(&message),
            }
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the text goes into the form's answers, marked")]
    fn password(&self, question: &str) -> Result<Option<Value>, Stop> {
        let text = self.terminal.hidden(question)?;
        Ok((!text.is_empty()).then(|| Value::Text(Text::sensitive(text.expose().as_str()))))
    }

    /// Whether an answer fits; says what is wrong with it.
    fn fits(&self, value: Option<&Value>) -> bool {
        match self.field.check(value) {
            Ok(()) => true,
            // Unless the form's author has other words for it.
            Err(messages) if value.is_none() && messages.iter().all(|message| message.contains("cardinality")) => {
                output::error(&format!("{}: an answer is required", self.field.title()));
                false
            }
            Err(messages) => {
                messages.iter().for_each(|message| output::error(message));
                false
            }
        }
    }
}

/// What may be shown of a value.
fn shown(value: &Value) -> String {
    value.to_text().masked().into_owned()
}

/// A path, with `~/` as shells read it.
fn from_home(text: &str) -> PathBuf {
    match (text.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(text),
    }
}
