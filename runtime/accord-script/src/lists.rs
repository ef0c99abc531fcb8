//! Java's methods of lists, for scripts. Those of JavaScript's arrays come from the language itself.

use accord_value::{List, Value};
use rquickjs::{Ctx, Result, Value as Js};

use crate::convert::{argument, array, from_js, index, to_js, undefined};
use crate::failure::{range_error, type_error};
use crate::handle::Kind;
use crate::proxies::{check_list, iterator};
use crate::{java, maps, text};

/// The methods.
pub(crate) const METHODS: &[&str] = &[
    "add",
    "addAll",
    "clear",
    "contains",
    "containsAll",
    "equals",
    "get",
    "getClass",
    "getFirst",
    "getLast",
    "hashCode",
    "isEmpty",
    "iterator",
    "remove",
    "removeAll",
    "retainAll",
    "set",
    "size",
    "subList",
    "toArray",
    "toString",
];

/// Answers a call.
pub(crate) fn call<'js>(ctx: &Ctx<'js>, name: &'static str, kind: &Kind, args: Vec<Js<'js>>) -> Result<Js<'js>> {
    let Kind::List(list) = kind else { return Err(type_error(ctx, &format!("{name} needs a list"))) };
    let truth = |truth: bool| Ok(Js::new_bool(ctx.clone(), truth));
    match name {
        "add" => add(ctx, list, &args),
        "addAll" => {
            check_list(ctx, list, true)?;
            let items = maps::items(ctx, args.last())?;
            let at = if args.len() > 1 { bounded(ctx, list, args.first(), true)? } else { list.len() };
            let grows = !items.is_empty();
            for (offset, item) in items.into_iter().enumerate() {
                list.insert(at + offset, item);
            }
            truth(grows)
        }
        "clear" => {
            check_list(ctx, list, true)?;
            list.clear();
            Ok(undefined(ctx))
        }
        "contains" => truth(list.contains(&argument(ctx, &args, 0)?)),
        "containsAll" => truth(maps::items(ctx, args.first())?.iter().all(|item| list.contains(item))),
        "equals" => truth(argument(ctx, &args, 0)? == Value::List(list.clone())),
        "get" => item(ctx, list, bounded(ctx, list, args.first(), false)?),
        "getFirst" => ends(ctx, list, list.get(0)),
        "getLast" => ends(ctx, list, list.len().checked_sub(1).and_then(|last| list.get(last))),
        "getClass" => java::class_value(ctx, Value::List(list.clone()).class_name()),
        "hashCode" => Ok(Js::new_int(ctx.clone(), Value::List(list.clone()).hash_code())),
        "isEmpty" => truth(list.is_empty()),
        "iterator" => iterator(ctx, &list.snapshot()),
        "remove" => remove(ctx, list, &args),
        "removeAll" | "retainAll" => {
            check_list(ctx, list, true)?;
            let others = List::new(maps::items(ctx, args.first())?);
            let before = list.len();
            let kept: Vec<Value> =
                list.snapshot().into_iter().filter(|item| others.contains(item) == (name == "retainAll")).collect();
            let changed = kept.len() != before;
            list.with_mut(|items| *items = kept);
            truth(changed)
        }
        "set" => {
            check_list(ctx, list, false)?;
            let at = bounded(ctx, list, args.first(), false)?;
            let old = list.set(at, argument(ctx, &args, 1)?);
            to_js(ctx, &old.unwrap_or_default())
        }
        "size" => Ok(Js::new_number(ctx.clone(), list.len() as f64)),
        "subList" => {
            let (from, to) = (bounded(ctx, list, args.first(), true)?, bounded(ctx, list, args.get(1), true)?);
            let items = list.snapshot().get(from..to.max(from)).map(<[Value]>::to_vec).unwrap_or_default();
            to_js(ctx, &Value::from(items))
        }
        "toArray" => array(ctx, &list.snapshot()),
        _ => {
            let shown = text::shown(ctx, kind)?;
            crate::convert::string(ctx, &shown)
        }
    }
}

fn add<'js>(ctx: &Ctx<'js>, list: &List, args: &[Js<'js>]) -> Result<Js<'js>> {
    check_list(ctx, list, true)?;
    match args {
        [at, value] => {
            let at = bounded(ctx, list, Some(at), true)?;
            list.insert(at, from_js(ctx, value)?);
            Ok(undefined(ctx))
        }
        _ => {
            list.push(argument(ctx, args, 0)?);
            Ok(Js::new_bool(ctx.clone(), true))
        }
    }
}

/// `remove(int)` takes an item out by its index, `remove(Object)` the first equal one.
fn remove<'js>(ctx: &Ctx<'js>, list: &List, args: &[Js<'js>]) -> Result<Js<'js>> {
    check_list(ctx, list, true)?;
    if args.first().is_some_and(Js::is_int) {
        let at = bounded(ctx, list, args.first(), false)?;
        return to_js(ctx, &list.remove(at).unwrap_or_default());
    }
    let found = list.index_of(&argument(ctx, args, 0)?);
    if let Some(at) = found {
        list.remove(at);
    }
    Ok(Js::new_bool(ctx.clone(), found.is_some()))
}

fn item<'js>(ctx: &Ctx<'js>, list: &List, at: usize) -> Result<Js<'js>> {
    to_js(ctx, &list.get(at).unwrap_or_default())
}

fn ends<'js>(ctx: &Ctx<'js>, list: &List, item: Option<Value>) -> Result<Js<'js>> {
    match item {
        Some(item) => to_js(ctx, &item),
        None => Err(range_error(ctx, &format!("The list has no items: {}", list.len()))),
    }
}

/// An index within the list, or at its end where `end` allows that.
fn bounded<'js>(ctx: &Ctx<'js>, list: &List, at: Option<&Js<'js>>, end: bool) -> Result<usize> {
    let Some(number) = index(at) else { return Err(type_error(ctx, "An index must be a whole number")) };
    let len = list.len();
    match usize::try_from(number) {
        Ok(index) if index < len || end && index == len => Ok(index),
        _ => Err(range_error(ctx, &format!("Index {number} out of bounds for length {len}"))),
    }
}
