//! A form that a process waits for, as whoever asks for the answers sees it.

use std::sync::Arc;

use accord_syntax::definition::{FormCall, FormCallFields, FormField};
use accord_value::Value;

use crate::program::{Op, Program};
use crate::thread::FormWait;

/// What a `form` step asks for.
pub struct FormRequest<'a> {
    /// The form's name: the variable that its answers become.
    pub name: &'a Arc<str>,
    /// The fields.
    pub fields: FormFields<'a>,
    /// The option `values`, evaluated: what the fields start with.
    pub values: &'a Value,
    /// The option `runAs`, evaluated.
    pub run_as: &'a Value,
    /// The step's options as written; none where the program has no such step any more.
    pub options: Option<&'a FormCall>,
}

/// Where a form's fields come from.
pub enum FormFields<'a> {
    /// The step, or the project's definition.
    Written(&'a [FormField]),
    /// An expression of the step: a list of maps, each of a name and its options.
    Evaluated(&'a Value),
}

impl<'a> FormRequest<'a> {
    pub(crate) fn new(program: &'a Program, wait: &'a FormWait) -> Self {
        let (flow, block, index) = wait.step;
        let options = match program.command(flow, block, index).map(|command| &command.op) {
            Some(Op::Form(op)) => Some(&*op.options),
            _ => None,
        };
        let fields = match (&wait.fields, options.and_then(|options| options.fields.as_ref())) {
            (Some(fields), _) => FormFields::Evaluated(fields),
            (None, Some(FormCallFields::Fields(fields))) => FormFields::Written(fields),
            (None, _) => FormFields::Written(program.form(&wait.name).map_or(&[], |form| &form.fields)),
        };
        Self { name: &wait.name, fields, values: &wait.values, run_as: &wait.run_as, options }
    }
}
