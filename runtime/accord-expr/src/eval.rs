//! The walk over an expression's tree.

use std::cell::Cell;
use std::sync::Arc;

use accord_syntax::expr::{BinaryOp, Expr, ExprKind, Literal, Part, Template, TemplateKind, UnaryOp};
use accord_value::{List, ListKind, Map, MapKind, Object, Set, SetKind, TextBuilder, TextPart, Throwable, Value};

use crate::bounds::check_memory;
use crate::fail::{Fail, Outcome};
use crate::lambda::Lambda;
use crate::task::Task;
use crate::{EvalError, Scope, coerce, functions, marks, operators};

/// How many nodes may be under evaluation inside one another: calls of lambdas and evaluations of lazy variables count
/// on. It keeps the stack at about a megabyte.
const MAX_DEPTH: u32 = 1000;

/// What a call into the world outside counts as.
const OUTSIDE: u32 = 20;

thread_local! {
    /// How deep the evaluation is that called the world outside: an evaluation that it starts counts on from there.
    static BASE: Cell<u32> = const { Cell::new(0) };
}

/// Runs an evaluation that another one asked for as one that is `cost` levels deeper: it takes that much of the stack.
pub(crate) fn deeper<T>(cost: u32, run: impl FnOnce() -> T) -> T {
    let before = BASE.replace(BASE.get().saturating_add(cost));
    let result = run();
    BASE.set(before);
    result
}

/// Evaluates a template: a lone expression keeps its type, everything else is a text. Lists, maps and sets in the result
/// are copies (`ArrayList`, `LinkedHashMap`, `LinkedHashSet`), as the reference makes them.
///
/// # Errors
/// As the flow sees it: what cannot be parsed, unknown names, failed operations, errors of tasks.
pub fn eval(template: &Template, scope: &dyn Scope) -> Result<Value, EvalError> {
    match template.kind() {
        TemplateKind::Text(text) => Ok(Value::from(text)),
        TemplateKind::Invalid(error) => {
            let message = format!("while parsing expression '{}': {}", template.text(), error.message);
            let (start, end) = (error.span.start, error.span.end);
            let part = TextPart { text: Arc::clone(template.text()), start, end };
            Err(Box::new(Throwable { part: Some(Box::new(part)), ..Throwable::user(message) }))
        }
        TemplateKind::BothForms => {
            let message = format!("Expression cannot contain both #{{..}} and ${{..}} : {}", template.text());
            Err(Box::new(Throwable::new("javax.el.ELException", message)))
        }
        TemplateKind::Expr(expr) => {
            let mut evaluator = Evaluator::new(scope);
            let value = functions::check(template)
                .and_then(|()| evaluator.value(expr))
                .map_err(|fail| fail.into_error(template, scope))?;
            finish(value)
        }
        TemplateKind::Parts(parts) => {
            let mut evaluator = Evaluator::new(scope);
            functions::check(template)
                .and_then(|()| evaluator.parts(parts))
                .map_err(|fail| fail.into_error(template, scope))
        }
    }
}

/// Calls a method of a value as `${value.name(arguments…)}` does. Containers in the answer are not copied.
///
/// # Errors
/// Unknown methods, arguments that do not fit, and what the method raises; the message names no expression.
pub fn call_method(value: Value, name: &str, arguments: Vec<Value>, scope: &dyn Scope) -> Result<Value, EvalError> {
    Evaluator::new(scope).call_method(value, name, arguments).map_err(Fail::into_bare)
}

/// The result of an evaluation as it leaves: containers are copied.
fn finish(value: Value) -> Result<Value, EvalError> {
    match &value {
        Value::Bytes(..) => Err(no_object_array("[B")),
        Value::List(list) if list.kind() == ListKind::CharArray => Err(no_object_array("[C")),
        Value::List(_) | Value::Map(_) | Value::Set(_) => value.deep_copy(),
        _ => Ok(value),
    }
}

/// The reference takes every array for one of objects.
#[cold]
fn no_object_array(class: &str) -> EvalError {
    let objects = "[Ljava.lang.Object;";
    let message = format!(
        "class {class} cannot be cast to class {objects} ({class} and {objects} are in module java.base of loader \
         'bootstrap')"
    );
    Box::new(Throwable::new("java.lang.ClassCastException", message))
}

/// One evaluation under way.
pub(crate) struct Evaluator<'s> {
    pub(crate) scope: &'s dyn Scope,
    /// Parameters of the lambdas that are being called, from the outermost on. A name is looked for in all of them: the
    /// body of a lambda sees the parameters of whoever calls it.
    pub(crate) frames: Vec<Frame>,
    depth: u32,
    /// Items and calls since the process was last asked whether it was cancelled.
    pub(crate) unchecked: u32,
}

/// Parameters of a lambda with their values.
pub(crate) type Frame = Vec<(Arc<str>, Value)>;

impl<'s> Evaluator<'s> {
    pub(crate) fn new(scope: &'s dyn Scope) -> Self {
        Evaluator { scope, frames: Vec::new(), depth: BASE.get(), unchecked: 0 }
    }

    /// The value of a node.
    pub(crate) fn value(&mut self, expr: &Expr) -> Outcome {
        match &expr.kind {
            ExprKind::Literal(literal) => return self.literal(literal).map_err(|fail| fail.at(expr.span)),
            ExprKind::Identifier(name) => return self.identifier(name).map_err(|fail| fail.at(expr.span)),
            _ => {}
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(too_deep());
        }
        let value = match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal),
            ExprKind::Identifier(name) => self.identifier(name),
            ExprKind::Binary(first, rest) => self.binary(first, rest),
            ExprKind::Unary(op, side) => self.unary(*op, side),
            ExprKind::Choice(condition, yes, no) => self.choice(condition, yes, no),
            ExprKind::Path(base, suffixes) => self.path(base, suffixes),
            ExprKind::Call { prefix, name, arguments } => self.call(prefix.as_ref(), name, arguments),
            ExprKind::Assign(target, value) => self.assign(target, value),
            ExprKind::Sequence(items) => self.sequence(items),
            ExprKind::Lambda(lambda) => Ok(Value::object(Lambda::new(lambda.clone()))),
            ExprKind::Apply(lambda, calls) => self.apply(lambda, calls),
            ExprKind::List(items) => self.list(items),
            ExprKind::Braces(entries) => self.braces(entries),
        };
        self.depth -= 1;
        value.map_err(|fail| fail.at(expr.span))
    }

    #[expect(clippy::unused_self, reason = "one shape for all kinds of nodes")]
    #[inline]
    fn literal(&self, literal: &Literal) -> Outcome {
        Ok(match literal {
            Literal::Null => Value::Null,
            Literal::Bool(value) => Value::Bool(*value),
            Literal::Integer(value) => Value::Long(*value),
            Literal::Float(value) => Value::Double(*value),
            Literal::Text(text) => Value::from(text),
            Literal::HugeInteger(digits) => {
                return Err(Fail::java("NumberFormatException", format!("For input string: \"{digits}\"")));
            }
        })
    }

    #[inline]
    fn identifier(&mut self, name: &Arc<str>) -> Outcome {
        match self.lookup(name)? {
            Some(Value::Object(object)) => self.whole(object),
            Some(value) => Ok(value),
            None => Err(Fail::no_variable(name)),
        }
    }

    /// What a name stands for: a parameter of a lambda, a variable, a task. A lazy list or map is given as it is, for
    /// its parts to be asked for.
    #[inline]
    pub(crate) fn lookup(&mut self, name: &str) -> Outcome<Option<Value>> {
        if !self.frames.is_empty()
            && let Some(value) = self.parameter(name)
        {
            return Ok(Some(value));
        }
        let value = self.outside(1, |scope| scope.variable(name))?;
        if value.is_some() {
            return Ok(value);
        }
        Ok(self.scope.has_task(name).then(|| Value::object(Task::new(name))))
    }

    /// The parameter of this name of the innermost lambda that has it.
    pub(crate) fn parameter(&self, name: &str) -> Option<Value> {
        let frames = self.frames.iter().rev();
        frames.flat_map(|frame| frame.iter().rev()).find(|(known, _)| &**known == name).map(|(_, value)| value.clone())
    }

    /// Asks the world outside, which may evaluate in its turn.
    pub(crate) fn outside<T>(&self, cost: u32, ask: impl FnOnce(&'s dyn Scope) -> Result<T, EvalError>) -> Outcome<T> {
        if self.depth + cost > MAX_DEPTH {
            return Err(too_deep());
        }
        let before = BASE.replace(self.depth + cost);
        let answer = ask(self.scope);
        BASE.set(before);
        Ok(answer?)
    }

    /// As [`Evaluator::outside`], for a call of a task.
    pub(crate) fn call_task(&self, task: &str, method: &str, arguments: Vec<Value>) -> Outcome {
        let carried = marks::carried(&arguments) && !self.scope.result_is_plain(task, method);
        marks::settle(self.outside(OUTSIDE, |scope| scope.call_task(task, method, arguments)), carried)
    }

    #[inline(never)]
    fn binary(&mut self, first: &Expr, rest: &[(BinaryOp, Expr)]) -> Outcome {
        let mut left = self.value(first)?;
        for (op, side) in rest {
            left = match op {
                BinaryOp::And => Value::Bool(coerce::to_bool(&left)? && coerce::to_bool(&self.value(side)?)?),
                BinaryOp::Or => Value::Bool(coerce::to_bool(&left)? || coerce::to_bool(&self.value(side)?)?),
                // Nothing is less or greater than null: the right side is not asked.
                BinaryOp::Less | BinaryOp::Greater if left.is_null() => Value::Bool(false),
                BinaryOp::Concat if left.is_null() => return Err(operators::nothing_to_concat()),
                op => {
                    let right = self.value(side)?;
                    operators::binary(*op, &left, &right)
                        .map_err(|fail| if marks::carried([&left, &right]) { fail.marked() } else { fail })?
                }
            };
            check_memory(&left, self.scope)?;
        }
        Ok(left)
    }

    #[inline(never)]
    fn unary(&mut self, op: UnaryOp, side: &Expr) -> Outcome {
        let value = self.value(side)?;
        let result = match op {
            UnaryOp::Negate => operators::negate(&value),
            UnaryOp::Not => coerce::to_bool(&value).map(|value| Value::Bool(!value)),
            UnaryOp::Empty => Ok(Value::Bool(operators::is_empty(&value))),
        };
        result.map_err(|fail| if value.is_sensitive() { fail.marked() } else { fail })
    }

    #[inline(never)]
    fn choice(&mut self, condition: &Expr, yes: &Expr, no: &Expr) -> Outcome {
        let yes_chosen = self.condition(condition)?;
        self.value(if yes_chosen { yes } else { no })
    }

    /// Whether a condition holds.
    pub(crate) fn condition(&mut self, condition: &Expr) -> Outcome<bool> {
        let condition = self.value(condition)?;
        coerce::to_bool(&condition).map_err(|fail| if condition.is_sensitive() { fail.marked() } else { fail })
    }

    #[inline(never)]
    fn sequence(&mut self, items: &[Expr]) -> Outcome {
        let mut last = Value::Null;
        for item in items {
            last = self.value(item)?;
        }
        Ok(last)
    }

    #[inline(never)]
    fn apply(&mut self, lambda: &Arc<accord_syntax::expr::Lambda>, calls: &[Vec<Expr>]) -> Outcome {
        let function = Value::object(Lambda::new(lambda.clone()));
        self.call_value(function, "lambda", calls)
    }

    #[inline(never)]
    fn list(&mut self, items: &[Expr]) -> Outcome {
        Ok(Value::List(List::new(self.values(items)?)))
    }

    /// The values of several nodes, in order.
    pub(crate) fn values(&mut self, exprs: &[Expr]) -> Outcome<Vec<Value>> {
        let mut values = Vec::with_capacity(exprs.len());
        for expr in exprs {
            values.push(self.value(expr)?);
        }
        Ok(values)
    }

    /// A set, or a map where the entries have values. Without entries it is a set.
    #[inline(never)]
    fn braces(&mut self, entries: &[(Expr, Option<Expr>)]) -> Outcome {
        let set = Set::of_kind(SetKind::Hash);
        let map = Map::of_kind(MapKind::Hash);
        for (key, value) in entries {
            let key = self.value(key)?;
            match value {
                Some(value) => {
                    map.insert(key, self.value(value)?);
                }
                None => {
                    set.insert(key);
                }
            }
        }
        match (set.is_empty(), map.is_empty()) {
            (true, false) => Ok(Value::Map(map)),
            (_, true) => Ok(Value::Set(set)),
            (false, false) => Err(Fail::el("Cannot mix set entry with map entry.")),
        }
    }

    /// Texts and expressions, joined. Null is nothing.
    fn parts(&mut self, parts: &[Part]) -> Outcome {
        let mut out = TextBuilder::new();
        for part in parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Expr(expr) => match self.value(expr)? {
                    Value::Null => {}
                    Value::Text(text) => out.push(&text),
                    value => value.write_text(&mut out),
                },
            }
            operators::check_size(out.len())?;
        }
        let text = Value::Text(out.finish());
        check_memory(&text, self.scope)?;
        Ok(text)
    }

    /// A lazy list or map as a real one, any other object as it is.
    pub(crate) fn whole(&mut self, object: Arc<dyn Object>) -> Outcome {
        match object.as_any().downcast_ref::<crate::siblings::Lazy>() {
            Some(lazy) => self.outside(OUTSIDE, |scope| lazy.whole(scope)),
            None => Ok(Value::Object(object)),
        }
    }
}

#[cold]
fn too_deep() -> Fail {
    Fail::java("StackOverflowError", format!("The evaluation is nested more than {MAX_DEPTH} levels deep"))
}
