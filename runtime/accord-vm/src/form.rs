//! A form that a process waits for, as whoever asks for the answers sees it.

use std::sync::Arc;

use accord_expr::{Data, EvalError, Scope};
use accord_syntax::definition::{FormCall, FormField};
use accord_value::{List, Map, Value};

use crate::program::{Op, Program};
use crate::thread::FormWait;

/// What a `form` step asks for.
pub struct FormRequest<'a> {
    /// The form's name: the variable that its answers become.
    pub name: &'a Arc<str>,
    /// The fields, evaluated when the step was reached: a list of maps, each of a name and its options.
    pub fields: &'a Value,
    /// The option `values`, evaluated: what the fields start with.
    pub values: &'a Value,
    /// The option `runAs`, evaluated.
    pub run_as: &'a Value,
    /// The step's options as written; none where the program has no such step any more.
    pub options: Option<&'a FormCall>,
}

impl<'a> FormRequest<'a> {
    pub(crate) fn new(program: &'a Program, wait: &'a FormWait) -> Self {
        let (flow, block, index) = wait.step;
        let options = match program.command(flow, block, index).map(|command| &command.op) {
            Some(Op::Form(op)) => Some(&*op.options),
            _ => None,
        };
        Self { name: &wait.name, fields: &wait.fields, values: &wait.values, run_as: &wait.run_as, options }
    }
}

/// Fields that are written in a file, as the list that an expression could have made.
pub(crate) fn evaluate(fields: &[FormField], scope: &dyn Scope) -> Result<Value, EvalError> {
    let mut all = Vec::with_capacity(fields.len());
    for field in fields {
        let options = Map::linked();
        options.insert("type", format!("{}{}", field.field_type.value.name(), field.cardinality.sign()));
        if let Some(label) = &field.label {
            options.insert("label", &*label.value);
        }
        let named = [("value", &field.value), ("allow", &field.allow)];
        let named = named.into_iter().filter_map(|(name, data)| Some((name, data.as_ref()?)));
        for (name, data) in named.chain(field.options.iter().map(|(name, data)| (&*name.value, data))) {
            options.insert(name, Data::compile(data).eval(scope)?);
        }
        let item = Map::linked();
        item.insert(&*field.name.value, Value::Map(options));
        all.push(Value::Map(item));
    }
    Ok(Value::List(List::new(all)))
}
