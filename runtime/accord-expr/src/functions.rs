//! Concord's functions (`hasVariable`, `orDefault`, …).
//!
//! Source: Concord's documentation of flows, "Expressions", and the recorded cases.

use std::sync::Arc;

use accord_syntax::expr::{Expr, Template};
use accord_value::{MapKind, Text, Throwable, Value};

use crate::coerce;
use crate::eval::Evaluator;
use crate::fail::{Fail, Outcome};
use crate::types::Ty;
use crate::{classes, siblings};

/// A function: its name, its parameters and its work.
struct Function {
    name: &'static str,
    parameters: &'static [Ty],
    run: fn(&mut Evaluator<'_>, &[Value]) -> Outcome,
}

static FUNCTIONS: &[Function] = &[
    Function { name: "hasVariable", parameters: &[Ty::Str], run: has_variable },
    Function { name: "hasNonNullVariable", parameters: &[Ty::Str], run: has_non_null_variable },
    Function { name: "orDefault", parameters: &[Ty::Str, Ty::Object], run: or_default },
    Function { name: "allVariables", parameters: &[], run: all_variables },
    Function { name: "currentFlowName", parameters: &[], run: |e, _| Ok(Value::from(e.scope.current_flow_name())) },
    Function { name: "evalAsMap", parameters: &[Ty::Object], run: eval_as_map },
    Function { name: "hasFlow", parameters: &[Ty::Str], run: |e, a| Ok(Value::Bool(e.scope.has_flow(text(a, 0)))) },
    Function { name: "isDebug", parameters: &[], run: |e, _| Ok(Value::Bool(e.scope.is_debug())) },
    Function { name: "isDryRun", parameters: &[], run: |e, _| Ok(Value::Bool(e.scope.is_dry_run())) },
    Function { name: "sensitive", parameters: &[Ty::Object], run: sensitive },
    Function { name: "throw", parameters: &[Ty::Str], run: throw },
    Function { name: "uuid", parameters: &[], run: |e, _| Ok(Value::from(e.scope.random_uuid())) },
];

fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

/// Names and parameters of all functions, for help and lint: name and number of parameters.
pub fn function_names() -> impl Iterator<Item = (&'static str, usize)> {
    FUNCTIONS.iter().map(|function| (function.name, function.parameters.len()))
}

/// Checks the calls of functions in a template, which happens before anything in it is evaluated.
pub(crate) fn check(template: &Template) -> Outcome<()> {
    for call in template.calls() {
        if let Some(prefix) = &call.prefix {
            return Err(not_found(&format!("{prefix}:{}", call.name)).at(call.span));
        }
        if let Some(function) = find(&call.name)
            && function.parameters.len() != call.arguments
        {
            return Err(Fail::el(format!(
                "Function '{}' specifies {} params, but {} were supplied",
                call.name,
                function.parameters.len(),
                call.arguments
            ))
            .at(call.span));
        }
    }
    Ok(())
}

#[cold]
fn not_found(name: &str) -> Fail {
    Fail::el(format!("Function '{name}' not found"))
}

impl Evaluator<'_> {
    /// `name(arguments)`: a lambda of this name, else a function, else the constructor of a class of `java.lang`.
    #[inline(never)]
    pub(crate) fn call(&mut self, prefix: Option<&Arc<str>>, name: &Arc<str>, calls: &[Vec<Expr>]) -> Outcome {
        if let Some(prefix) = prefix {
            return Err(not_found(&format!("{prefix}:{name}")));
        }
        let function = find(name);
        let known = match self.parameter(name) {
            Some(value) => Some(value),
            // A variable can only hold a lambda inside of a list or map; a function's name is not worth a look.
            None if function.is_some() => None,
            None => self.outside(1, |scope| scope.variable(name))?,
        };
        if let Some(lambda) = known.filter(|value| value.as_object::<crate::lambda::Lambda>().is_some()) {
            return self.call_value(lambda, name, calls);
        }
        let first = calls.first().map(Vec::as_slice).unwrap_or_default();
        if let Some(function) = function {
            let mut arguments = self.values(first)?;
            for (argument, ty) in arguments.iter_mut().zip(function.parameters) {
                *argument = coerce::to_type(argument, *ty)?;
            }
            return (function.run)(self, &arguments).map_err(Fail::through_method);
        }
        if let Some(class) = classes::class(name) {
            let arguments = self.values(first)?;
            return self.construct(class, arguments);
        }
        Err(not_found(name))
    }
}

fn text(arguments: &[Value], index: usize) -> &str {
    arguments.get(index).and_then(Value::as_str).unwrap_or("")
}

/// The variable of a name, or the value at the end of a path of names through maps: `a.b.c`.
fn find_variable(evaluator: &mut Evaluator<'_>, path: &str) -> Outcome<Option<Value>> {
    // As Java splits: empty parts at the end do not count.
    let mut parts = path.trim_end_matches('.').split('.');
    let Some(first) = parts.next().filter(|first| !first.is_empty()) else { return Ok(None) };
    let mut value = evaluator.outside(1, |scope| scope.variable(first))?;
    for part in parts {
        value = match value {
            Some(Value::Map(map)) => map.get(part),
            Some(Value::Object(object)) => match object.as_any().downcast_ref::<siblings::Lazy>() {
                Some(lazy) => evaluator.outside(1, |scope| lazy.property(&part.into(), scope))?,
                None => None,
            },
            _ => None,
        };
    }
    match value {
        Some(Value::Object(object)) => evaluator.whole(object).map(Some),
        other => Ok(other),
    }
}

fn has_variable(evaluator: &mut Evaluator<'_>, arguments: &[Value]) -> Outcome {
    Ok(Value::Bool(find_variable(evaluator, text(arguments, 0))?.is_some()))
}

fn has_non_null_variable(evaluator: &mut Evaluator<'_>, arguments: &[Value]) -> Outcome {
    Ok(Value::Bool(find_variable(evaluator, text(arguments, 0))?.is_some_and(|value| !value.is_null())))
}

fn or_default(evaluator: &mut Evaluator<'_>, arguments: &[Value]) -> Outcome {
    let found = find_variable(evaluator, text(arguments, 0))?;
    Ok(found.unwrap_or_else(|| arguments.get(1).cloned().unwrap_or_default()))
}

fn all_variables(evaluator: &mut Evaluator<'_>, _: &[Value]) -> Outcome {
    let all = evaluator.scope.all_variables();
    Ok(Value::Map(if all.kind() == MapKind::Immutable { all } else { all.copy_as(MapKind::Immutable) }))
}

fn eval_as_map(evaluator: &mut Evaluator<'_>, arguments: &[Value]) -> Outcome {
    let argument = arguments.first().cloned().unwrap_or_default();
    evaluator.outside(20, |scope| crate::data::eval_as_map(&argument, scope))
}

/// Marks a text as sensitive and has it masked from now on.
fn sensitive(evaluator: &mut Evaluator<'_>, arguments: &[Value]) -> Outcome {
    match arguments.first() {
        None | Some(Value::Null) => Ok(Value::Null),
        Some(Value::Text(text)) => {
            evaluator.scope.register_sensitive(text.as_str());
            Ok(Value::Text(text.marked()))
        }
        Some(other) => Err(Fail::java(
            "IllegalArgumentException",
            format!("Only string values can be masked. Got a class {} instead", other.class_name()),
        )),
    }
}

fn throw(_: &mut Evaluator<'_>, arguments: &[Value]) -> Outcome {
    let message = arguments.first().and_then(Value::as_text).cloned().unwrap_or_else(|| Text::plain(""));
    Err(Fail::from(Box::new(Throwable::user(message))))
}
