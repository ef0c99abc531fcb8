//! The fields of a form, as written in a file or made by an expression.

use accord_syntax::definition::{Cardinality, FieldType};
use accord_value::{List, Map, Value};

use super::FormProblem;
use crate::services::Masking;

/// One field of a form.
#[derive(Clone)]
pub struct Field {
    /// Its name, the key of its value among the answers.
    pub name: String,
    /// What people see in the name's place.
    pub label: Option<String>,
    pub(crate) field_type: FieldType,
    pub(crate) cardinality: Cardinality,
    /// What it has where no answer is given.
    pub(crate) value: Option<Value>,
    /// The only values that are taken.
    pub(crate) allow: Option<Value>,
    /// The words of the form's author for what may be wrong with an answer.
    pub(crate) wordings: Option<Map>,
    /// All other options, under their names in lower case.
    pub(crate) options: Vec<(String, Value)>,
}

impl Field {
    /// The type with the sign of the cardinality, as in a file: `string?`.
    #[must_use]
    pub fn type_name(&self) -> String {
        format!("{}{}", self.field_type.name(), self.cardinality.sign())
    }

    /// Whether an answer has to be given.
    #[must_use]
    pub const fn is_required(&self) -> bool {
        matches!(self.cardinality, Cardinality::One | Cardinality::AtLeastOne)
    }

    /// Whether the answer is a list.
    #[must_use]
    pub const fn is_list(&self) -> bool {
        matches!(self.cardinality, Cardinality::AtLeastOne | Cardinality::Any)
    }

    /// Whether the answer is a file.
    #[must_use]
    pub const fn is_file(&self) -> bool {
        matches!(self.field_type, FieldType::File)
    }

    /// Whether nobody may change it.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.option("readonly").and_then(Value::as_bool).unwrap_or(false)
    }

    /// An answer as it could be written in a file, to show what is expected.
    #[must_use]
    pub fn example(&self) -> Value {
        if let Some(value) = &self.value {
            return value.clone();
        }
        let one = match &self.allow {
            Some(Value::List(allowed)) if !allowed.is_empty() => allowed.get(0).unwrap_or(Value::Null),
            _ => match self.field_type {
                FieldType::String | FieldType::File | FieldType::Date | FieldType::DateTime => Value::from(""),
                FieldType::Int => Value::from(0),
                FieldType::Decimal => Value::from(0.0),
                FieldType::Boolean => Value::from(true),
            },
        };
        if self.is_list() { Value::List(accord_value::List::new(vec![one])) } else { one }
    }

    pub(crate) fn option(&self, name: &str) -> Option<&Value> {
        self.options.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// What to say of an answer that is wrong in this way: the words for the field, or else those for all fields.
    pub(crate) fn wording(&self, kind: &str) -> Option<String> {
        let wordings = self.wordings.as_ref()?;
        let found = wordings.get(&format!("{}.{kind}", self.name)).or_else(|| wordings.get(kind))?;
        Some(found.to_text().masked().into_owned())
    }

    /// Sets what it has where no answer is given.
    pub(crate) fn start_with(&mut self, value: Option<Value>) {
        if let Some(value) = value.filter(|value| !value.is_null()) {
            self.value = Some(value);
        }
    }

    /// What messages call it: its label, or its name where it has none.
    #[must_use]
    pub fn title(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.name)
    }
}

/// Whether these are fields: what is wrong with them if not.
pub(crate) fn check(fields: &Value) -> Result<(), String> {
    match evaluated(fields) {
        Ok(_) => Ok(()),
        Err(FormProblem::Form(message)) => Err(message),
        Err(FormProblem::Fields(messages)) => Err(messages.join("; ")),
    }
}

/// The same value, every text in it known as a secret from now on.
pub(crate) fn secret(value: Value, masking: &Masking) -> Value {
    match value {
        Value::Text(text) => Value::Text(masking.sensitive(text.as_str())),
        Value::List(items) => {
            Value::List(items.snapshot().into_iter().map(|item| secret(item, masking)).collect::<List>())
        }
        other => other,
    }
}

/// The fields of a form, their expressions evaluated: a list of maps, each of a name and its options.
pub(crate) fn evaluated(value: &Value) -> Result<Vec<Field>, FormProblem> {
    let Value::List(items) = value else {
        return Err(FormProblem::Form(format!(
            "the option fields gave {}, expected a list of fields",
            value.simple_name()
        )));
    };
    let mut fields = Vec::new();
    for item in items.snapshot() {
        let Value::Map(item) = item else {
            return Err(FormProblem::Form(format!(
                "the option fields has {} in its list, expected maps",
                item.simple_name()
            )));
        };
        for (name, options) in item.entries() {
            let name = name.to_text().as_str().to_owned();
            let field = match &options {
                Value::Map(options) => made(&name, options),
                _ => None,
            };
            fields.push(field.ok_or_else(|| FormProblem::Form(format!("Invalid '{name}' definition")))?);
        }
    }
    Ok(fields)
}

fn made(name: &str, options: &Map) -> Option<Field> {
    let all: Vec<(String, Value)> =
        options.entries().into_iter().map(|(key, value)| (key.to_text().as_str().to_lowercase(), value)).collect();
    let find = |key: &str| all.iter().find(|(name, _)| name == key).map(|(_, value)| value);
    let type_name = find("type")?.as_str()?;
    let cardinality = [Cardinality::OneOrNone, Cardinality::AtLeastOne, Cardinality::Any]
        .into_iter()
        .find(|cardinality| type_name.ends_with(cardinality.sign()))
        .unwrap_or(Cardinality::One);
    let plain = type_name.strip_suffix(cardinality.sign()).unwrap_or(type_name);
    let field_type = FieldType::ALL.into_iter().find(|known| known.name() == plain)?;
    Some(Field {
        name: name.to_owned(),
        label: find("label").and_then(Value::as_str).map(ToOwned::to_owned),
        field_type,
        cardinality,
        value: find("value").cloned(),
        allow: find("allow").cloned(),
        wordings: None,
        options: all,
    })
}
