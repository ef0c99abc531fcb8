//! Lambdas: functions without a name, as values.

use std::sync::Arc;

use accord_syntax::expr::{self, Expr};
use accord_value::{Object, Text, Value, drop_nested};
use parking_lot::Mutex;

use crate::eval::{Evaluator, Frame};
use crate::fail::{Fail, Outcome};

/// How many lambdas may hold one another.
const MAX_HELD: usize = 200;

/// A lambda with the parameters of the lambda that made it.
pub(crate) struct Lambda {
    code: Arc<expr::Lambda>,
    held: Mutex<Held>,
}

/// What a lambda keeps of the calls that it came out of.
#[derive(Default)]
struct Held {
    values: Frame,
    /// Names under which the lambda knows itself: it is not stored in itself, so that it can be freed.
    itself: Vec<Arc<str>>,
    /// How many lambdas are held inside one another.
    depth: usize,
}

const CLASS: &str = "javax.el.LambdaExpression";

impl Lambda {
    /// A lambda that keeps nothing yet.
    pub(crate) fn new(code: Arc<expr::Lambda>) -> Lambda {
        Lambda { code, held: Mutex::new(Held::default()) }
    }

    /// Keeps the parameters of the call that gives this lambda as its result.
    fn hold(&self, this: &Value, frame: Frame) -> Outcome<()> {
        let mut held = Held::default();
        for (name, value) in frame {
            if value.is_same(this) {
                held.itself.push(name);
                continue;
            }
            if let Some(inner) = value.as_object::<Lambda>() {
                held.depth = held.depth.max(inner.held.lock().depth + 1);
            }
            held.values.push((name, value));
        }
        if held.depth > MAX_HELD {
            return Err(Fail::java("StackOverflowError", "Too many lambdas hold one another"));
        }
        let mut old = self.held.lock();
        held.values.splice(0..0, std::mem::take(&mut old.values));
        held.itself.append(&mut old.itself);
        *old = held;
        Ok(())
    }
}

impl Drop for Lambda {
    fn drop(&mut self) {
        drop_nested(std::mem::take(self.held.get_mut()));
    }
}

impl Object for Lambda {
    fn class_name(&self) -> &str {
        CLASS
    }

    fn text(&self) -> Text {
        crate::object::plain_text(CLASS)
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }

    fn is_sensitive(&self) -> bool {
        self.held.try_lock().is_some_and(|held| held.values.iter().any(|(_, value)| value.is_sensitive()))
    }
}

impl Evaluator<'_> {
    /// Calls `function`, its result and so on, once for each list of arguments.
    #[inline(never)]
    pub(crate) fn call_value(&mut self, function: Value, name: &str, calls: &[Vec<Expr>]) -> Outcome {
        let mut value = function;
        for arguments in calls {
            let arguments = self.values(arguments)?;
            if value.as_object::<Lambda>().is_none() {
                return Err(Fail::el(format!(
                    "The function '{name}' was called more often than it gives lambdas: its result is no lambda"
                )));
            }
            value = self.invoke(&value, &arguments)?;
        }
        Ok(value)
    }

    /// Calls a lambda. More arguments than parameters are ignored.
    #[inline(never)]
    pub(crate) fn invoke(&mut self, function: &Value, arguments: &[Value]) -> Outcome {
        let Some(lambda) = function.as_object::<Lambda>() else {
            return Err(Fail::java("IllegalArgumentException", "A lambda is expected, such as x -> x + 1"));
        };
        self.tick()?;
        let code = lambda.code.clone();
        let mut frame = {
            let held = lambda.held.lock();
            let mut frame = Frame::with_capacity(held.values.len() + held.itself.len() + code.parameters.len());
            frame.extend(held.values.iter().cloned());
            frame.extend(held.itself.iter().map(|name| (name.clone(), function.clone())));
            frame
        };
        let mut arguments = arguments.iter();
        for parameter in &code.parameters {
            let Some(argument) = arguments.next() else {
                return Err(Fail::el(format!("Expected Argument {parameter} missing in Lambda Expression")));
            };
            frame.push((parameter.clone(), argument.clone()));
        }
        self.frames.push(frame);
        let result = self.value(&code.body);
        let frame = self.frames.pop().unwrap_or_default();
        let result = result?;
        if let Some(inner) = result.as_object::<Lambda>() {
            inner.hold(&result, frame)?;
        }
        Ok(result)
    }
}
