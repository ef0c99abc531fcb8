//! Evaluates expressions over one document. Marks travel with the texts.

use accord_value::{List, Map, MapKind, Text, Value, json, number};

use super::ast::{Column, Comparison, Expr, Function, Type};
use super::compare;

/// A value of SQL: JSON values are of a type of their own.
#[derive(Clone)]
pub(super) enum Datum {
    Null,
    Json(Value),
    Text(Text),
    Number(Value),
    Bool(bool),
}

/// Names its type only: the value may be secret.
impl std::fmt::Debug for Datum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.type_name())
    }
}

impl Datum {
    pub(super) fn text(text: &str) -> Datum {
        Datum::Text(Text::plain(text))
    }

    pub(super) fn number(text: &str) -> Result<Datum, String> {
        let parsed = json::parse(text).ok().filter(Value::is_number);
        parsed.map(Datum::Number).ok_or_else(|| format!("{text} is no number"))
    }

    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Json(_) => "jsonb",
            Self::Text(_) => "text",
            Self::Number(_) => "numeric",
            Self::Bool(_) => "boolean",
        }
    }

    /// As the flow gets it.
    pub(super) fn into_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Json(value) | Self::Number(value) => value,
            Self::Text(text) => Value::Text(text),
            Self::Bool(value) => Value::Bool(value),
        }
    }

    fn of_bool(value: Option<bool>) -> Datum {
        value.map_or(Self::Null, Self::Bool)
    }

    /// As a condition; none for null.
    pub(super) fn truth(&self) -> Result<Option<bool>, String> {
        match self {
            Self::Null => Ok(None),
            Self::Bool(value) => Ok(Some(*value)),
            other => Err(format!("expected a condition, found a value of the type {}", other.type_name())),
        }
    }
}

/// What an expression sees.
pub(super) struct Row<'a> {
    pub(super) store_id: &'a str,
    pub(super) path: Text,
    pub(super) data: Value,
    pub(super) parameters: &'a Value,
}

impl Row<'_> {
    pub(super) fn eval(&self, expr: &Expr) -> Result<Datum, String> {
        Ok(match expr {
            Expr::Column(Column::StoreId) => Datum::text(self.store_id),
            Expr::Column(Column::Path) => Datum::Text(self.path.clone()),
            Expr::Column(Column::Data) => Datum::Json(self.data.clone()),
            Expr::Literal(datum) => datum.clone(),
            Expr::Parameters if self.parameters.is_null() => {
                return Err("it has parameters (?), and none were given".to_owned());
            }
            Expr::Parameters => Datum::Json(self.parameters.clone()),
            Expr::Get { of, key, path, as_text } => {
                let found = get(&self.eval(of)?, &self.eval(key)?, *path)?;
                match (found, as_text) {
                    (None, _) => Datum::Null,
                    (Some(value), false) => Datum::Json(value),
                    (Some(value), true) => as_sql_text(&value)?,
                }
            }
            Expr::Contains(a, b) => match (json_of(self.eval(a)?)?, json_of(self.eval(b)?)?) {
                (Some(a), Some(b)) => Datum::Bool(compare::contains(&a, &b)),
                _ => Datum::Null,
            },
            Expr::Concat(a, b) => {
                match (self.cast(self.eval(a)?, Type::Text)?, self.cast(self.eval(b)?, Type::Text)?) {
                    (Datum::Text(a), Datum::Text(b)) => Datum::Text(Text::concat([&a, &b])),
                    _ => Datum::Null,
                }
            }
            Expr::Compare(comparison, a, b) => self.comparison(*comparison, a, b)?,
            Expr::Like { text, pattern, any_case } => match (self.eval(text)?, self.eval(pattern)?) {
                (Datum::Null, _) | (_, Datum::Null) => Datum::Null,
                (Datum::Text(text), Datum::Text(pattern)) => {
                    Datum::Bool(compare::like(text.as_str(), pattern.as_str(), *any_case))
                }
                (other, _) => return Err(format!("like takes texts, found a value of the type {}", other.type_name())),
            },
            Expr::In(value, items) => {
                let value = self.eval(value)?;
                let mut found = Some(false);
                for item in items {
                    match compare::equal(&value, &self.eval(item)?)? {
                        Some(true) => return Ok(Datum::Bool(true)),
                        Some(false) => {}
                        None => found = None,
                    }
                }
                Datum::of_bool(found)
            }
            Expr::IsNull(inner) => Datum::Bool(matches!(self.eval(inner)?, Datum::Null)),
            // A condition that decides ends the walk; else one that is null makes all of it null.
            Expr::And(all) => self.decided(all, false)?,
            Expr::Or(all) => self.decided(all, true)?,
            Expr::Not(inner) => Datum::of_bool(self.eval(inner)?.truth()?.map(|value| !value)),
            Expr::Cast(inner, to) => self.cast(self.eval(inner)?, *to)?,
            Expr::Call(function, arguments) => self.call(*function, arguments)?,
        })
    }

    fn decided(&self, all: &[Expr], by: bool) -> Result<Datum, String> {
        let mut outcome = Some(!by);
        for expr in all {
            match self.eval(expr)?.truth()? {
                Some(truth) if truth == by => return Ok(Datum::Bool(by)),
                Some(_) => {}
                None => outcome = None,
            }
        }
        Ok(Datum::of_bool(outcome))
    }

    fn comparison(&self, comparison: Comparison, a: &Expr, b: &Expr) -> Result<Datum, String> {
        let (a, b) = (self.eval(a)?, self.eval(b)?);
        if matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
            let equal = compare::equal(&a, &b)?;
            return Ok(Datum::of_bool(equal.map(|equal| equal == (comparison == Comparison::Equal))));
        }
        if matches!(a, Datum::Null) || matches!(b, Datum::Null) {
            return Ok(Datum::Null);
        }
        let order = compare::order(&a, &b)?;
        Ok(Datum::Bool(match comparison {
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
            Comparison::Greater => order.is_gt(),
            _ => order.is_ge(),
        }))
    }

    fn cast(&self, datum: Datum, to: Type) -> Result<Datum, String> {
        let cannot = |datum: &Datum| format!("a value of the type {} is no {}", datum.type_name(), type_name(to));
        Ok(match (to, datum) {
            (_, Datum::Null) => Datum::Null,
            (Type::Json, datum) => json_of(datum)?.map_or(Datum::Null, Datum::Json),
            (Type::Text, Datum::Text(text)) => Datum::Text(text),
            (Type::Text, Datum::Json(value)) => Datum::Text(json_text(&value)?),
            (Type::Text, datum) => Datum::Text(datum.into_value().to_text()),
            (Type::Boolean, Datum::Bool(value) | Datum::Json(Value::Bool(value))) => Datum::Bool(value),
            (Type::Boolean, Datum::Text(text)) => match text.as_str().trim().to_lowercase().as_str() {
                "true" | "t" | "yes" | "on" | "1" => Datum::Bool(true),
                "false" | "f" | "no" | "off" | "0" => Datum::Bool(false),
                _ => return Err(cannot(&Datum::Text(text))),
            },
            (Type::Integer | Type::Decimal, Datum::Number(value)) => as_number(value, to)?,
            (Type::Integer | Type::Decimal, Datum::Json(value)) if value.is_number() => as_number(value, to)?,
            (Type::Integer | Type::Decimal, Datum::Text(text)) => match Datum::number(text.as_str().trim()) {
                Ok(Datum::Number(value)) => as_number(value, to)?,
                _ => return Err(cannot(&Datum::Text(text))),
            },
            (_, datum) => return Err(cannot(&datum)),
        })
    }

    fn call(&self, function: Function, arguments: &[Expr]) -> Result<Datum, String> {
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let value = self.eval(argument)?;
            if function == Function::Coalesce && !matches!(value, Datum::Null) {
                return Ok(value);
            }
            values.push(value);
        }
        if function == Function::BuildObject {
            let object = Map::linked();
            for pair in values.chunks_exact(2) {
                if let [key, value] = pair {
                    let Datum::Text(key) = self.cast(key.clone(), Type::Text)? else {
                        return Err("a key of jsonb_build_object is null".to_owned());
                    };
                    object.insert(key, value.clone().into_value());
                }
            }
            return Ok(Datum::Json(Value::Map(object)));
        }
        Ok(match (function, values.into_iter().next()) {
            (_, None | Some(Datum::Null)) => Datum::Null,
            (Function::Lower, Some(Datum::Text(text))) => changed(&text, str::to_lowercase),
            (Function::Upper, Some(Datum::Text(text))) => changed(&text, str::to_uppercase),
            (Function::ArrayLength, Some(Datum::Json(Value::List(list)))) => {
                Datum::Number(Value::Int(i32::try_from(list.len()).unwrap_or(i32::MAX)))
            }
            (Function::TypeOf, Some(Datum::Json(value))) => Datum::text(json_type(&value)),
            (function, Some(other)) if function.is_aggregate() => {
                return Err(format!("count, sum, min, max and jsonb_agg stand alone in a column ({other:?})"));
            }
            (_, Some(other)) => {
                return Err(format!("a function does not take a value of the type {}", other.type_name()));
            }
        })
    }
}

fn changed(text: &Text, change: impl Fn(&str) -> String) -> Datum {
    Datum::Text(Text::with_mark(change(text.as_str()), text.is_sensitive()))
}

fn type_name(name: Type) -> &'static str {
    match name {
        Type::Json => "jsonb",
        Type::Text => "text",
        Type::Integer => "integer",
        Type::Decimal => "numeric",
        Type::Boolean => "boolean",
    }
}

fn as_number(value: Value, to: Type) -> Result<Datum, String> {
    if to == Type::Decimal || matches!(value, Value::Int(_) | Value::Long(_)) {
        return Ok(Datum::Number(value));
    }
    let rounded = number::to_double(&value).map_err(|_| "no number".to_owned())?.round();
    Ok(Datum::Number(Value::Long(number::to_long(&Value::Double(rounded)).unwrap_or(i64::MAX))))
}

/// As JSON: a text is read as JSON.
fn json_of(datum: Datum) -> Result<Option<Value>, String> {
    Ok(match datum {
        Datum::Null => None,
        Datum::Json(value) | Datum::Number(value) => Some(value),
        Datum::Bool(value) => Some(Value::Bool(value)),
        Datum::Text(text) => {
            let value = json::parse(text.as_str()).map_err(|_| "a text is no JSON".to_owned())?;
            Some(if text.is_sensitive() { value.marked() } else { value })
        }
    })
}

pub(super) fn json_text(value: &Value) -> Result<Text, String> {
    json::to_text(value).map_err(|_| "a value cannot be written as JSON".to_owned())
}

/// What `->>` gives: a text without its quotes, JSON's null as SQL's.
fn as_sql_text(value: &Value) -> Result<Datum, String> {
    Ok(match value {
        Value::Null => Datum::Null,
        Value::Text(text) => Datum::Text(text.clone()),
        other => Datum::Text(json_text(other)?),
    })
}

/// What stands in a JSON value under a key, an index or a path; none for nothing.
fn get(of: &Datum, key: &Datum, path: bool) -> Result<Option<Value>, String> {
    let value = match of {
        Datum::Null => return Ok(None),
        Datum::Json(value) => value,
        other => return Err(format!("-> and #> look into jsonb, found a value of the type {}", other.type_name())),
    };
    match key {
        Datum::Null => Ok(None),
        Datum::Text(text) if path => {
            let mut found = Some(value.clone());
            let steps = text.as_str().trim().trim_start_matches('{').trim_end_matches('}');
            for step in steps.split(',').map(|step| step.trim().trim_matches('"')).filter(|step| !step.is_empty()) {
                found = found.and_then(|value| match (&value, step.parse()) {
                    (Value::List(list), Ok(index)) => at(list, index),
                    (Value::Map(map), _) => map.get(step),
                    _ => None,
                });
            }
            Ok(found)
        }
        Datum::Text(text) => Ok(value.as_map().and_then(|map| map.get(text.as_str()))),
        Datum::Number(index) if !path => {
            let index = number::to_long(index).map_err(|_| "an index is no whole number".to_owned())?;
            Ok(value.as_list().and_then(|list| at(list, index)))
        }
        other => Err(format!("a key is a text or a whole number, found a value of the type {}", other.type_name())),
    }
}

/// The item at an index; negative ones count from the end.
fn at(list: &List, index: i64) -> Option<Value> {
    let index = match usize::try_from(index) {
        Ok(index) => index,
        Err(_) => list.len().checked_sub(usize::try_from(index.unsigned_abs()).ok()?)?,
    };
    list.get(index)
}

fn json_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::List(_) => "array",
        Value::Map(map) if matches!(map.kind(), MapKind::Linked | MapKind::Hash) => "object",
        value if value.is_number() => "number",
        Value::Text(_) => "string",
        _ => "object",
    }
}
