//! Properties, indexes, method calls and assignments: everything behind a dot or in brackets.

use accord_syntax::expr::{Access, Expr, ExprKind, Suffix};
use accord_value::{ListKind, Object, Text, Throwable, Value, number};

use crate::bounds::{check_growth, check_memory};
use crate::eval::Evaluator;
use crate::fail::{Fail, Outcome};
use crate::method::{self, Call, Method, NotFound};
use crate::object::Kind;
use crate::siblings::Lazy;
use crate::stream::Stream;
use crate::task::Task;
use crate::types::Ty;
use crate::{classes, coerce, hints, map_views, marks};

impl Evaluator<'_> {
    /// A value and the steps behind it. Nothing behind null is evaluated.
    #[inline(never)]
    pub(crate) fn path(&mut self, base: &Expr, suffixes: &[Suffix]) -> Outcome {
        let (mut value, mut rest) = self.base(base, suffixes)?;
        while let Some((suffix, after)) = rest.split_first() {
            if value.is_null() {
                return Ok(Value::Null);
            }
            if let Some((result, after)) = map_views::change(self, &value, suffix, after)? {
                value = result;
                rest = after;
                continue;
            }
            value = self.step(value, suffix).map_err(|fail| fail.at(suffix.span))?;
            rest = after;
        }
        match value {
            Value::Object(object) => self.whole(object),
            value => Ok(value),
        }
    }

    /// The value that a path begins with, and the steps that are left. The name of a class of `java.lang` takes the
    /// first step with it.
    fn base<'e>(&mut self, base: &Expr, suffixes: &'e [Suffix]) -> Outcome<(Value, &'e [Suffix])> {
        let ExprKind::Identifier(name) = &base.kind else { return Ok((self.value(base)?, suffixes)) };
        if let Some(value) = self.lookup(name).map_err(|fail| fail.at(base.span))? {
            return Ok((value, suffixes));
        }
        let (Some(class), Some((first, rest))) = (classes::class(name), suffixes.split_first()) else {
            return Err(Fail::no_variable(name).at(base.span));
        };
        let member = match &first.access {
            Access::Name(name) => Text::plain(name.clone()),
            Access::Index(index) => coerce::to_text(&self.value(index)?),
        };
        let value = match &first.arguments {
            None => class.field(member.as_str()),
            Some(arguments) => {
                let arguments = self.values(arguments)?;
                self.call_static(class, member.as_str(), arguments)
            }
        };
        Ok((marks::settle_error(value, member.is_sensitive())?, rest))
    }

    #[inline(never)]
    fn step(&mut self, value: Value, suffix: &Suffix) -> Outcome {
        match (&suffix.access, &suffix.arguments) {
            (Access::Name(name), None) => self.named_property(&value, name),
            (Access::Name(name), Some(arguments)) => {
                let arguments = self.values(arguments)?;
                self.call_method(value, name, arguments)
            }
            (Access::Index(index), None) => {
                let index = self.value(index)?;
                self.property(&value, &index)
            }
            (Access::Index(index), Some(arguments)) => {
                let name = self.value(index)?;
                let is_secret = marks::carried([&name]);
                let Some(name) = name.as_str() else {
                    return Err(Fail::el(format!("{} is no name of a method", name.to_text().masked())));
                };
                let arguments = self.values(arguments)?;
                marks::settle_error(self.call_method(value, name, arguments), is_secret)
            }
        }
    }

    #[inline]
    fn named_property(&mut self, value: &Value, name: &std::sync::Arc<str>) -> Outcome {
        match value {
            Value::Map(map) => Ok(map.get(name).unwrap_or_default()),
            value => self.property(value, &Value::from(name)),
        }
    }

    /// `value[property]`: an entry of a map, a method without parameters by its name, an item of a list, a bean's
    /// property. In this order, as in the reference.
    pub(crate) fn property(&mut self, value: &Value, property: &Value) -> Outcome {
        if property.is_null() {
            return Ok(Value::Null);
        }
        match value {
            Value::Map(map) => return Ok(map.get_key(property).unwrap_or_default()),
            Value::Object(object) => {
                if let Some(lazy) = object.as_any().downcast_ref::<Lazy>() {
                    let found = self.outside(1, |scope| lazy.property(property, scope));
                    return Ok(marks::settle_error(found, marks::carried([property]))?.unwrap_or_default());
                }
                if let Some(task) = object.as_any().downcast_ref::<Task>() {
                    let answer = self.call_task(&task.name, coerce::to_text(property).as_str(), Vec::new());
                    return marks::settle_error(answer, marks::carried([property]));
                }
                if let Some(answer) = foreign_property(object.as_ref(), &coerce::to_text(property)) {
                    let carried = object.is_sensitive() || marks::carried([property]);
                    return marks::settle(answer.map_err(Fail::from), carried);
                }
            }
            _ => {}
        }
        let tables = classes::tables(value);
        if let Some(method) = property.as_str().and_then(|name| without_parameters(tables, name)) {
            return self.run(method, value, Vec::new());
        }
        match value {
            Value::List(list) if list.kind() != ListKind::Values => {
                let index = index_in(list.kind(), property)?;
                return Ok(usize::try_from(index).ok().and_then(|index| list.get(index)).unwrap_or_default());
            }
            Value::Bytes(bytes) => {
                let index = index_in(ListKind::ObjectArray, property)?;
                let byte = usize::try_from(index).ok().and_then(|index| bytes.as_slice().get(index));
                return Ok(byte.map_or(Value::Null, |byte| Value::Byte(byte.cast_signed())));
            }
            _ => {}
        }
        let name = coerce::to_text(property);
        if let Some(method) = getter(tables, name.as_str()) {
            return self.run(method, value, Vec::new());
        }
        if let (Value::Throwable(error), "payload") = (value, name.as_str())
            && let Some(payload) = &error.payload
        {
            return Ok(payload.clone());
        }
        Err(no_such_property(value, &name))
    }

    /// `value.name(arguments)`.
    #[inline(never)]
    pub(crate) fn call_method(&mut self, value: Value, name: &str, arguments: Vec<Value>) -> Outcome {
        let value = match value {
            Value::Object(object) => match Kind::of(object.as_ref()) {
                Kind::Task => {
                    let task = object.as_any().downcast_ref::<Task>().map(|task| task.name.clone());
                    return self.call_task(&task.unwrap_or_default(), name, arguments);
                }
                Kind::Lazy => {
                    let lazy = object.as_any().downcast_ref::<Lazy>();
                    if let Some(answer) = lazy.and_then(|lazy| lazy.method(name, &arguments)) {
                        return Ok(answer);
                    }
                    self.whole(object)?
                }
                Kind::Foreign => {
                    if let Some(answer) = object.call(name, &arguments) {
                        let carried = marks::carried(&arguments) || object.is_sensitive();
                        return marks::settle(answer.map_err(Fail::from), carried);
                    }
                    Value::Object(object)
                }
                _ => Value::Object(object),
            },
            value => value,
        };
        if name == "stream"
            && arguments.is_empty()
            && let Some(stream) = Stream::over(&value)
        {
            return Ok(stream);
        }
        match method::resolve(classes::tables(&value), name, &arguments) {
            Ok(method) => {
                let arguments = method::convert(method, arguments)?;
                self.run(method, &value, arguments)
            }
            Err(_) => Err(Fail::no_method(hints::no_method(&value, name))),
        }
    }

    /// Runs a method over arguments of its parameters' types.
    #[inline(never)]
    pub(crate) fn run(&mut self, method: &'static Method, this: &Value, arguments: Vec<Value>) -> Outcome {
        check_growth(method, this, &arguments)?;
        let carried = !method.exact_marks && (marks::carried([this]) || marks::carried(&arguments));
        let outcome = (method.run)(&mut Call { evaluator: self, this, arguments });
        if let Ok(result) = &outcome {
            check_memory(result, self.scope)?;
        }
        marks::settle(outcome.map_err(Fail::through_method), carried)
    }

    /// `Class.name(arguments)`.
    #[inline(never)]
    fn call_static(&mut self, class: &'static classes::Class, name: &str, arguments: Vec<Value>) -> Outcome {
        let parameters = || {
            let names: Vec<&str> = arguments.iter().map(Value::class_name).collect();
            format!("class {}.{name}({})", class.name, names.join(", "))
        };
        match method::resolve(class.tables, name, &arguments) {
            Ok(method) if method.is_static => {
                let arguments = method::convert(method, arguments)?;
                self.run(method, &Value::Null, arguments)
            }
            Ok(_) => Err(Fail::no_static_method(format!(
                "Method {name}for class class {} not found or accessible",
                class.name
            ))),
            Err(NotFound::None) => Err(Fail::no_static_method(format!("Method not found: {}", parameters()))),
            Err(NotFound::Ambiguous) => {
                Err(Fail::no_static_method(format!("Unable to find unambiguous method: {}", parameters())))
            }
        }
    }

    /// `Class(arguments)`: a new object of a class of `java.lang`.
    #[inline(never)]
    pub(crate) fn construct(&mut self, class: &'static classes::Class, arguments: Vec<Value>) -> Outcome {
        let parameters = || {
            let names: Vec<&str> = arguments.iter().map(Value::class_name).collect();
            format!("class {}.<init>({})", class.name, names.join(", "))
        };
        match method::resolve(&[class.constructors], "<init>", &arguments) {
            Ok(method) => {
                let arguments = method::convert(method, arguments)?;
                self.run(method, &Value::Null, arguments)
            }
            Err(NotFound::None) => Err(Fail::no_static_method(format!("Method not found: {}", parameters()))),
            Err(NotFound::Ambiguous) => {
                Err(Fail::no_static_method(format!("Unable to find unambiguous method: {}", parameters())))
            }
        }
    }

    /// `target = value`: an entry of a map or an item of a list. Names of variables cannot be assigned to.
    #[inline(never)]
    pub(crate) fn assign(&mut self, target: &Expr, value: &Expr) -> Outcome {
        let value = self.value(value)?;
        self.assign_to(target, &value)?;
        Ok(value)
    }

    fn assign_to(&mut self, target: &Expr, value: &Value) -> Outcome<()> {
        match &target.kind {
            ExprKind::Identifier(name) => Err(Fail::no_variable(name)),
            ExprKind::Path(base, suffixes) => {
                let Some((last, before)) = suffixes.split_last() else { return Err(no_target()) };
                self.assign_property(base, before, last, value)
            }
            ExprKind::Choice(condition, yes, no) => {
                let yes_chosen = self.condition(condition)?;
                self.assign_to(if yes_chosen { yes } else { no }, value)
            }
            _ => Err(no_target()),
        }
    }

    fn assign_property(&mut self, base: &Expr, before: &[Suffix], last: &Suffix, value: &Value) -> Outcome<()> {
        let unreachable = |what: &str| Fail::no_property(Some(Text::plain(format!("Target Unreachable, {what}"))));
        let owner = if before.is_empty() {
            let owner = match &base.kind {
                ExprKind::Identifier(name) => match self.lookup(name)? {
                    Some(Value::Object(object)) => self.whole(object)?,
                    Some(owner) => owner,
                    None if classes::class(name).is_some() => return Err(no_target()),
                    None => return Err(Fail::no_variable(name)),
                },
                _ => self.value(base)?,
            };
            if owner.is_null() {
                let name = if let ExprKind::Identifier(name) = &base.kind { name } else { "null" };
                return Err(unreachable(&format!("identifier '{name}' resolved to null")));
            }
            owner
        } else {
            self.path(base, before)?
        };
        if owner.is_null() {
            return Err(unreachable("'null' returned null"));
        }
        if last.arguments.is_some() {
            return Err(no_target());
        }
        let property = match &last.access {
            Access::Name(name) => Value::from(name),
            Access::Index(index) => self.value(index)?,
        };
        if property.is_null() {
            return Err(unreachable("'null' returned null"));
        }
        let is_secret = marks::carried([&property, value]);
        marks::settle_error(set_property(&owner, property, value.clone()), is_secret)
    }
}

/// Puts a value into a map or list.
fn set_property(owner: &Value, property: Value, value: Value) -> Outcome<()> {
    match owner {
        Value::Map(map) => {
            if map.kind() == accord_value::MapKind::Immutable {
                return Err(Fail::not_writable(None));
            }
            map.insert(property, value);
            Ok(())
        }
        Value::List(list) if list.kind() != ListKind::Values => {
            let index = usize::try_from(index_in(list.kind(), &property)?).ok().filter(|index| *index < list.len());
            let Some(index) = index else { return Err(Fail::no_property(None)) };
            let value = match list.kind() {
                ListKind::Immutable => return Err(Fail::not_writable(None)),
                ListKind::StringArray => coerce::to_type(&value, Ty::Str)?,
                ListKind::CharArray => coerce::to_type(&value, Ty::PChar)?,
                _ => value,
            };
            list.set(index, value);
            Ok(())
        }
        other => {
            let name = coerce::to_text(&property);
            if getter(classes::tables(other), name.as_str()).is_some() {
                let message = format!(
                    "The class '{}' does not have a writable property '{}'.",
                    other.class_name(),
                    name.masked()
                );
                return Err(Fail::not_writable(Some(&message)));
            }
            Err(no_such_property(other, &name))
        }
    }
}

#[cold]
fn no_target() -> Fail {
    Fail::not_writable(Some("Illegal Syntax for Set Operation"))
}

#[cold]
fn no_such_property(value: &Value, name: &Text) -> Fail {
    Fail::no_property(Some(Text::concat([
        &Text::plain(format!("The class '{}' does not have the property '", value.class_name())),
        name,
        &Text::plain("'."),
    ])))
}

/// The index that a property is in a list or an array.
fn index_in(kind: ListKind, property: &Value) -> Outcome<i32> {
    marks::settle_error(index_of(kind, property), marks::carried([property]))
}

fn index_of(kind: ListKind, property: &Value) -> Outcome<i32> {
    match property {
        Value::Bool(second) if kind.is_array() => Ok(i32::from(*second)),
        Value::Text(text) => Ok(number::parse_int(text.as_str(), 10)?),
        Value::Char(unit, _) => Ok(i32::from(*unit)),
        number if number.is_number() => Ok(number::to_int(number)?),
        _ => Err(Fail::java_bare("IllegalArgumentException")),
    }
}

/// The method of an object that has this name and no parameters.
fn without_parameters(tables: &[&'static [Method]], name: &str) -> Option<&'static Method> {
    tables
        .iter()
        .flat_map(|table| table.iter())
        .find(|method| method.name == name && method.parameters.is_empty() && !method.is_static)
}

/// A property of an object that another crate made: a method without parameters by its name or by its getter's.
fn foreign_property(object: &dyn Object, property: &Text) -> Option<Result<Value, Box<Throwable>>> {
    if Kind::of(object) != Kind::Foreign {
        return None;
    }
    let name = property.as_str();
    object.call(name, &[]).or_else(|| {
        let mut chars = name.chars();
        let first = chars.next()?;
        object.call(&format!("get{}{}", first.to_uppercase(), chars.as_str()), &[])
    })
}

/// The method that gives a bean's property: `getName` or `isName` for `name`.
fn getter(tables: &[&'static [Method]], property: &str) -> Option<&'static Method> {
    let mut chars = property.chars();
    let first = chars.next()?;
    let rest = chars.as_str();
    let matches = |method: &Method, prefix: &str| {
        method.parameters.is_empty()
            && !method.is_static
            && method.name.strip_prefix(prefix).is_some_and(|name| {
                name.strip_suffix(rest).is_some_and(|head| {
                    let mut head = head.chars();
                    head.next().is_some_and(|c| c.to_lowercase().eq(std::iter::once(first)) && c.is_uppercase())
                        && head.next().is_none()
                })
            })
    };
    let all = || tables.iter().flat_map(|table| table.iter());
    all().find(|method| matches(method, "get")).or_else(|| all().find(|method| matches(method, "is")))
}
