//! Methods of Java's classes, and which of several with one name is meant.

use accord_value::Value;

use crate::coerce;
use crate::eval::Evaluator;
use crate::fail::{Fail, Outcome};
use crate::types::Ty;

/// A method that flows can call.
pub(crate) struct Method {
    pub(crate) name: &'static str,
    pub(crate) parameters: &'static [Ty],
    /// Whether it belongs to the class and not to an object.
    pub(crate) is_static: bool,
    /// Whether the last parameter stands for any number of arguments.
    pub(crate) variable: bool,
    /// Whether its result consists of values that carry their own marks, so that none is to be added.
    pub(crate) exact_marks: bool,
    pub(crate) run: Run,
}

/// The work of a method. The arguments have their parameters' types, or are null where that is no primitive one.
pub(crate) type Run = fn(&mut Call<'_, '_>) -> Outcome;

/// What a method works on.
pub(crate) struct Call<'a, 's> {
    pub(crate) evaluator: &'a mut Evaluator<'s>,
    pub(crate) this: &'a Value,
    pub(crate) arguments: Vec<Value>,
}

/// A method of an object, whose result is marked when anything it was made of is.
pub(crate) const fn method(name: &'static str, parameters: &'static [Ty], run: Run) -> Method {
    Method { name, parameters, is_static: false, variable: false, exact_marks: false, run }
}

/// A method of a class.
pub(crate) const fn function(name: &'static str, parameters: &'static [Ty], run: Run) -> Method {
    Method { name, parameters, is_static: true, variable: false, exact_marks: false, run }
}

impl Method {
    /// The last parameter stands for any number of arguments.
    pub(crate) const fn variable(self) -> Method {
        Method { variable: true, ..self }
    }

    /// The values in the result carry their own marks.
    pub(crate) const fn exact(self) -> Method {
        Method { exact_marks: true, ..self }
    }

    fn type_at(&self, index: usize) -> Option<Ty> {
        let fixed = self.parameters.len() - usize::from(self.variable);
        if index < fixed { self.parameters.get(index).copied() } else { self.parameters.last().copied() }
    }

    /// As it is shown in help: `substring(int, int)`.
    pub(crate) fn signature(&self) -> String {
        let parameters: Vec<&str> = self.parameters.iter().map(|ty| ty.name()).collect();
        format!("{}({})", self.name, parameters.join(", "))
    }
}

/// Why no method was found.
pub(crate) enum NotFound {
    /// None fits.
    None,
    /// Several fit equally well.
    Ambiguous,
}

/// How well a method fits its arguments.
enum Fit {
    Exact,
    Assignable,
    Coercible,
    Variable,
}

/// Looks for the method of this name that takes these arguments, as the reference does: one whose parameters are exactly
/// the arguments' classes, else the most special one that takes them as they are, else with conversions, else one with
/// any number of arguments.
pub(crate) fn resolve(
    tables: &[&'static [Method]],
    name: &str,
    arguments: &[Value],
) -> Result<&'static Method, NotFound> {
    let mut assignable: Vec<&'static Method> = Vec::new();
    let mut coercible: Vec<&'static Method> = Vec::new();
    let mut variable: Vec<&'static Method> = Vec::new();
    for method in tables.iter().flat_map(|table| table.iter()).filter(|method| method.name == name) {
        match fit(method, arguments) {
            None => {}
            Some(Fit::Exact) => return Ok(method),
            Some(Fit::Assignable) => assignable.push(method),
            Some(Fit::Coercible) => coercible.push(method),
            Some(Fit::Variable) => variable.push(method),
        }
    }
    let (candidates, with_conversion) = if !assignable.is_empty() {
        (assignable, false)
    } else if !coercible.is_empty() {
        (coercible, true)
    } else {
        (variable, true)
    };
    most_special(&candidates, arguments, with_conversion)
}

fn fit(method: &Method, arguments: &[Value]) -> Option<Fit> {
    let count = method.parameters.len();
    if arguments.len() != count && !(method.variable && arguments.len() + 1 >= count) {
        return None;
    }
    let fixed = count - usize::from(method.variable);
    let mut fit = Fit::Exact;
    for (argument, ty) in arguments.iter().zip(method.parameters).take(fixed) {
        if ty.is_exactly(argument) {
            continue;
        }
        if ty.takes(argument) {
            if matches!(fit, Fit::Exact) {
                fit = Fit::Assignable;
            }
        } else if coerce::to_type(argument, *ty).is_ok() {
            fit = Fit::Coercible;
        } else {
            return None;
        }
    }
    if !method.variable {
        return Some(fit);
    }
    let ty = *method.parameters.last()?;
    let rest = arguments.get(fixed..).unwrap_or_default();
    rest.iter().all(|argument| ty.takes(argument) || coerce::to_type(argument, ty).is_ok()).then_some(Fit::Variable)
}

fn most_special(
    candidates: &[&'static Method],
    arguments: &[Value],
    with_conversion: bool,
) -> Result<&'static Method, NotFound> {
    let mut best: Vec<&'static Method> = Vec::new();
    for candidate in candidates {
        let mut less = false;
        best.retain(|other| match compare(candidate, other, arguments, with_conversion) {
            1 => false,
            -1 => {
                less = true;
                true
            }
            _ => true,
        });
        if !less {
            best.push(candidate);
        }
    }
    match best.as_slice() {
        [] => Err(NotFound::None),
        [one] => Ok(one),
        _ => Err(NotFound::Ambiguous),
    }
}

/// 1 if `a` is more special than `b`, -1 if less, 0 if neither.
fn compare(a: &Method, b: &Method, arguments: &[Value], with_conversion: bool) -> i8 {
    let count = a.parameters.len().max(b.parameters.len()).max(if a.variable { arguments.len() } else { 0 });
    let mut result = 0;
    for index in 0..count {
        let (Some(left), Some(right)) = (a.type_at(index), b.type_at(index)) else { return 0 };
        if left == right {
            continue;
        }
        let here = compare_types(left, right, arguments.get(index), with_conversion);
        if here == 0 || here == -result {
            return 0;
        }
        result = here;
    }
    result
}

fn compare_types(a: Ty, b: Ty, argument: Option<&Value>, with_conversion: bool) -> i8 {
    let (a, b) = (a.boxed(), b.boxed());
    if a.is_part_of(b) {
        return 1;
    }
    if b.is_part_of(a) {
        return -1;
    }
    // For a number a number's class is more special than a text.
    if with_conversion && argument.is_some_and(Value::is_number) {
        return i8::from(a.is_number()) - i8::from(b.is_number());
    }
    0
}

/// The arguments as the method's parameters want them.
pub(crate) fn convert(method: &Method, arguments: Vec<Value>) -> Outcome<Vec<Value>> {
    let fixed = method.parameters.len() - usize::from(method.variable);
    if method.variable && arguments.len() == method.parameters.len() && arguments.last().is_some_and(Value::is_null) {
        let message = "Cannot invoke \"Object.getClass()\" because \"params[varArgIndex]\" is null";
        return Err(Fail::java("NullPointerException", message));
    }
    let mut converted = arguments;
    for (index, argument) in converted.iter_mut().enumerate() {
        let Some(ty) = method.type_at(index) else { continue };
        if !ty.takes(argument) || argument.is_null() || index >= fixed {
            *argument = coerce::to_type(argument, ty)?;
        }
    }
    Ok(converted)
}

impl Call<'_, '_> {
    /// The `index`th argument; null where there is none.
    pub(crate) fn argument(&self, index: usize) -> &Value {
        self.arguments.get(index).unwrap_or(&Value::Null)
    }

    /// The `index`th argument as a text's characters; empty where it is none.
    pub(crate) fn str(&self, index: usize) -> &str {
        self.argument(index).as_str().unwrap_or("")
    }

    /// The `index`th argument as an `int`.
    pub(crate) fn int(&self, index: usize) -> i32 {
        match self.argument(index) {
            Value::Int(value) => *value,
            Value::Short(value) => i32::from(*value),
            Value::Byte(value) => i32::from(*value),
            _ => 0,
        }
    }

    /// The `index`th argument as a `long`.
    pub(crate) fn long(&self, index: usize) -> i64 {
        self.argument(index).as_i64().unwrap_or(0)
    }

    /// The `index`th argument as a `double`.
    pub(crate) fn double(&self, index: usize) -> f64 {
        match self.argument(index) {
            Value::Double(value) => *value,
            Value::Float(value) => f64::from(*value),
            _ => 0.0,
        }
    }

    /// The `index`th argument as a `float`.
    pub(crate) fn float(&self, index: usize) -> f32 {
        match self.argument(index) {
            Value::Float(value) => *value,
            _ => 0.0,
        }
    }

    /// The `index`th argument as a `boolean`.
    pub(crate) fn bool(&self, index: usize) -> bool {
        self.argument(index).as_bool().unwrap_or(false)
    }

    /// The `index`th argument as a `char`.
    pub(crate) fn char(&self, index: usize) -> u16 {
        match self.argument(index) {
            Value::Char(unit, _) => *unit,
            _ => 0,
        }
    }

    /// Takes the `index`th argument out.
    pub(crate) fn take(&mut self, index: usize) -> Value {
        self.arguments.get_mut(index).map(std::mem::take).unwrap_or_default()
    }

    /// The error of an argument that must not be null.
    pub(crate) fn not_null(&self, index: usize) -> Outcome<&Value> {
        match self.argument(index) {
            Value::Null => Err(null_argument()),
            value => Ok(value),
        }
    }
}

/// Java's `NullPointerException` of an argument, which has no message.
#[cold]
pub(crate) fn null_argument() -> Fail {
    Fail::java_bare("NullPointerException")
}
