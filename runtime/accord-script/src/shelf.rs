//! JavaScript objects that one context makes once: handlers of proxies, methods, proxies of containers.

#![expect(elided_lifetimes_in_paths, reason = "the derive of JsLifetime writes the type without its lifetime")]

use std::cell::RefCell;
use std::collections::HashMap;

use rquickjs::function::{Rest, This};
use rquickjs::{Ctx, Function, JsLifetime, Object, Result, Value as Js};

use crate::handle::Kind;
use crate::proxies;

/// A function that is made when it is first needed.
fn once<'js>(ctx: &Ctx<'js>, kept: &RefCell<Option<Function<'js>>>, source: &str) -> Result<Function<'js>> {
    if let Some(function) = &*kept.borrow() {
        return Ok(function.clone());
    }
    let function: Function<'js> = ctx.eval(source)?;
    *kept.borrow_mut() = Some(function.clone());
    Ok(function)
}

/// How many containers keep their proxies, so that the script gets the same object each time that it looks.
const PROXIES: usize = 50_000;

/// The objects of one context.
#[derive(JsLifetime)]
pub(crate) struct Shelf<'js> {
    handlers: RefCell<HashMap<String, Object<'js>>>,
    /// By sort of object, and then by name.
    methods: RefCell<HashMap<String, HashMap<String, Function<'js>>>>,
    proxies: RefCell<HashMap<usize, Object<'js>>>,
    double: RefCell<Option<Function<'js>>>,
    text: RefCell<Option<Function<'js>>>,
    json_parse: RefCell<Option<Function<'js>>>,
}

/// What answers a call of a method: the object, what stands behind it, the arguments.
pub(crate) type Method = for<'js> fn(&Ctx<'js>, &'static str, &Kind, Vec<Js<'js>>) -> Result<Js<'js>>;

impl<'js> Shelf<'js> {
    pub(crate) fn new() -> Shelf<'js> {
        Shelf {
            handlers: RefCell::default(),
            methods: RefCell::default(),
            proxies: RefCell::default(),
            double: RefCell::default(),
            text: RefCell::default(),
            json_parse: RefCell::default(),
        }
    }

    /// The handler of proxies of the sort `name`.
    pub(crate) fn handler(
        ctx: &Ctx<'js>,
        name: &'static str,
        make: impl FnOnce(&Ctx<'js>) -> Result<Object<'js>>,
    ) -> Result<Object<'js>> {
        let shelf = ctx.userdata::<Shelf<'js>>().ok_or(rquickjs::Error::Unknown)?;
        if let Some(handler) = shelf.handlers.borrow().get(name) {
            return Ok(handler.clone());
        }
        let handler = make(ctx)?;
        shelf.handlers.borrow_mut().insert(name.to_owned(), handler.clone());
        Ok(handler)
    }

    /// The function `name` of objects of the sort `sort`, which `answer` answers.
    pub(crate) fn method(ctx: &Ctx<'js>, sort: &'static str, name: &'static str, answer: Method) -> Result<Js<'js>> {
        let shelf = ctx.userdata::<Shelf<'js>>().ok_or(rquickjs::Error::Unknown)?;
        if let Some(function) = shelf.methods.borrow().get(sort).and_then(|methods| methods.get(name)) {
            return Ok(function.clone().into_value());
        }
        let function = Function::new(
            ctx.clone(),
            move |ctx: Ctx<'js>, this: This<Js<'js>>, args: Rest<Js<'js>>| -> Result<Js<'js>> {
                match crate::handle::of(&this.0) {
                    Some(kind) => answer(&ctx, name, &kind, args.0),
                    None => Err(crate::failure::type_error(&ctx, &format!("{name} was called without its object"))),
                }
            },
        )?
        .with_name(name)?;
        let mut methods = shelf.methods.borrow_mut();
        methods.entry(sort.to_owned()).or_default().insert(name.to_owned(), function.clone());
        Ok(function.into_value())
    }

    /// The proxy of the container `identity`: the same object each time.
    pub(crate) fn proxy(ctx: &Ctx<'js>, identity: usize, kind: Kind) -> Result<Js<'js>> {
        let shelf = ctx.userdata::<Shelf<'js>>().ok_or(rquickjs::Error::Unknown)?;
        if let Some(proxy) = shelf.proxies.borrow().get(&identity) {
            return Ok(proxy.clone().into_value());
        }
        let proxy = proxies::make(ctx, kind)?;
        let mut known = shelf.proxies.borrow_mut();
        if known.len() >= PROXIES {
            // A container that comes up again gets another object from now on. It is the same container all the same.
            known.clear();
        }
        known.insert(identity, proxy.clone());
        Ok(proxy.into_value())
    }

    /// A number that the engine holds as a double even where it is whole, so that sums with it are doubles as well.
    pub(crate) fn double(ctx: &Ctx<'js>, number: f64) -> Result<Js<'js>> {
        if number.fract() != 0.0 || number.abs() >= 2_147_483_649.0 || number == 0.0 && number.is_sign_negative() {
            return Ok(Js::new_float(ctx.clone(), number));
        }
        let shelf = ctx.userdata::<Shelf<'js>>().ok_or(rquickjs::Error::Unknown)?;
        // The engine makes small integers of whole numbers that it is given, but not of those that it computes.
        once(ctx, &shelf.double, "(half) => half - 0.5")?.call((number + 0.5,))
    }

    /// What JavaScript's `String(value)` gives.
    pub(crate) fn string(ctx: &Ctx<'js>, value: &Js<'js>) -> Result<rquickjs::String<'js>> {
        let shelf = ctx.userdata::<Shelf<'js>>().ok_or(rquickjs::Error::Unknown)?;
        let function = shelf.text.borrow().clone().ok_or(rquickjs::Error::Unknown)?;
        function.call((value.clone(),))
    }

    /// Keeps what the language itself has before the script can change it.
    pub(crate) fn keep_language(ctx: &Ctx<'js>) -> Result<()> {
        let shelf = ctx.userdata::<Shelf<'js>>().ok_or(rquickjs::Error::Unknown)?;
        let text: Function<'js> = ctx.eval("((string) => (value) => string(value).toWellFormed())(String)")?;
        *shelf.text.borrow_mut() = Some(text);
        let json: Object<'js> = ctx.globals().get("JSON")?;
        *shelf.json_parse.borrow_mut() = Some(json.get("parse")?);
        Ok(())
    }

    /// The language's own `JSON.parse`.
    pub(crate) fn json_parse(ctx: &Ctx<'js>) -> Result<Function<'js>> {
        let shelf = ctx.userdata::<Shelf<'js>>().ok_or(rquickjs::Error::Unknown)?;
        shelf.json_parse.borrow().clone().ok_or(rquickjs::Error::Unknown)
    }
}
