//! Values that see one another while they are evaluated.
//!
//! A `set` step's values are a tree: maps and lists, at whose ends stand texts with expressions. An expression may ask for
//! any other part of the tree, which is then evaluated at once, and once only. Lists and maps themselves are no work, so
//! asking for `m.a` evaluates only `a`.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use accord_syntax::expr::Template;
use accord_value::{List, Map, Object, Text, Throwable, Value, number};
use parking_lot::Mutex;

use crate::data::Data;
use crate::eval::deeper;
use crate::{EvalError, Scope, eval};

/// A part of the tree.
enum Node {
    /// A text that is evaluated when it is asked for.
    Lazy(Arc<Template>, Mutex<State>),
    /// A value that is there already.
    Known(Value),
    List(Vec<Arc<Node>>),
    Map(Entries),
}

/// The entries of a map, in order. Where there are many, they are found by their text.
#[derive(Default)]
struct Entries {
    list: Vec<(Value, Arc<Node>)>,
    places: HashMap<Arc<str>, usize>,
}

/// How many levels of an evaluation one takes that another part asked for.
const LAZY: u32 = 2;

/// Up to so many entries are looked through.
const FEW: usize = 16;

/// How many names joined by dots may stand in one, and how deep maps are merged.
const MAX_DEPTH: usize = 1000;

impl Entries {
    fn place(&self, key: &Value) -> Option<usize> {
        match key.as_str() {
            Some(text) if self.list.len() > FEW => self.places.get(text).copied(),
            _ => self.list.iter().position(|(known, _)| known == key),
        }
    }

    fn get(&self, key: &Value) -> Option<&(Value, Arc<Node>)> {
        self.place(key).and_then(|place| self.list.get(place))
    }

    /// Adds an entry whose key is new.
    fn push(&mut self, key: Value, node: Arc<Node>) {
        self.list.push((key, node));
        let from = match self.list.len() {
            length if length == FEW + 1 => 0,
            length if length > FEW => length - 1,
            _ => return,
        };
        let texts = self.list.iter().enumerate().skip(from);
        self.places.extend(texts.filter_map(|(place, (key, _))| Some((key.as_text()?.as_arc().clone(), place))));
    }
}

impl FromIterator<(Value, Arc<Node>)> for Entries {
    fn from_iter<I: IntoIterator<Item = (Value, Arc<Node>)>>(entries: I) -> Entries {
        let mut all = Entries::default();
        entries.into_iter().for_each(|(key, node)| all.push(key, node));
        all
    }
}

enum State {
    Waiting,
    /// Its own evaluation asks for it.
    UnderWay,
    Done(Value),
}

impl Node {
    fn of(data: &Data) -> Arc<Node> {
        Arc::new(match data {
            Data::Scalar(value) => Node::Known(value.clone()),
            Data::Text(template) if template.is_constant() => match template.kind() {
                accord_syntax::expr::TemplateKind::Text(text) => Node::Known(Value::from(text)),
                _ => Node::Known(Value::from(template.text())),
            },
            Data::Text(template) => Node::Lazy(template.clone(), Mutex::new(State::Waiting)),
            Data::List(items) => Node::List(items.iter().map(Node::of).collect()),
            Data::Map(entries) => {
                Node::Map(entries.iter().map(|(key, value)| (Value::from(key), Node::of(value))).collect())
            }
        })
    }

    /// The entries, if it is a map; those of a value are known.
    fn into_entries(self: Arc<Node>) -> Result<Entries, Arc<Node>> {
        match &*self {
            Node::Map(entries) => Ok(entries.list.iter().cloned().collect()),
            Node::Known(Value::Map(map)) => {
                Ok(map.entries().into_iter().map(|(key, value)| (key, Arc::new(Node::Known(value)))).collect())
            }
            _ => Err(self),
        }
    }

    /// The value; `name` is what the part is called where it is found to ask for itself.
    fn value(&self, name: &dyn Fn() -> String, scope: &dyn Scope) -> Result<Value, EvalError> {
        match self {
            Node::Known(Value::List(_) | Value::Map(_) | Value::Set(_)) => self.known().deep_copy(),
            Node::Known(value) => Ok(value.clone()),
            Node::Lazy(template, state) => {
                match &*state.lock() {
                    State::Done(value) => return Ok(value.clone()),
                    State::UnderWay => {
                        let message = format!("{} already in evaluation", name());
                        return Err(Box::new(Throwable::new("java.lang.RuntimeException", message)));
                    }
                    State::Waiting => {}
                }
                *state.lock() = State::UnderWay;
                let result = deeper(LAZY, || eval(template, scope));
                *state.lock() = result.as_ref().map_or(State::Waiting, |value| State::Done(value.clone()));
                result
            }
            Node::List(items) => deeper(1, || {
                let items: Result<Vec<Value>, EvalError> =
                    items.iter().enumerate().map(|(at, item)| item.value(&|| element_name(at), scope)).collect();
                Ok(Value::List(List::new(items?)))
            }),
            Node::Map(entries) => deeper(1, || {
                let map = Map::linked();
                for (key, value) in &entries.list {
                    map.insert(key, value.value(&|| key_name(key), scope)?);
                }
                Ok(Value::Map(map))
            }),
        }
    }

    fn known(&self) -> Value {
        match self {
            Node::Known(value) => value.clone(),
            _ => Value::Null,
        }
    }

    fn is_under_way(&self) -> bool {
        matches!(self, Node::Lazy(_, state) if matches!(&*state.lock(), State::UnderWay))
    }

    /// What an expression sees that asks for this part: lists and maps stay lazy.
    fn seen(self: &Arc<Node>, name: &dyn Fn() -> String, scope: &dyn Scope) -> Result<Value, EvalError> {
        match &**self {
            Node::List(_) | Node::Map(_) => Ok(Value::object(Lazy(self.clone()))),
            Node::Lazy(..) | Node::Known(_) => self.value(name, scope),
        }
    }
}

fn key_name(key: &Value) -> String {
    format!("Key '{}'", key.to_text().masked())
}

fn element_name(at: usize) -> String {
    format!("Element with index='{at}'")
}

/// Lays `new` over `old`: maps are merged, everything else is replaced.
fn merge(old: &mut Arc<Node>, new: Arc<Node>, depth: usize) {
    // Values that hold themselves have no end.
    if depth > MAX_DEPTH || !matches!(*new, Node::Map(_) | Node::Known(Value::Map(_))) {
        *old = new;
        return;
    }
    if !matches!(Arc::get_mut(old), Some(Node::Map(_))) {
        let Ok(entries) = old.clone().into_entries() else {
            *old = new;
            return;
        };
        *old = Arc::new(Node::Map(entries));
    }
    let Some(Node::Map(entries)) = Arc::get_mut(old) else { return };
    let Ok(new) = new.into_entries() else { return };
    for (key, node) in new.list {
        match entries.place(&key).and_then(|place| entries.list.get_mut(place)) {
            Some((_, known)) => merge(known, node, depth + 1),
            None => entries.push(key, node),
        }
    }
}

/// Values that see one another, over the scope outside.
pub(crate) struct Siblings<'s> {
    nodes: Vec<(Arc<str>, Arc<Node>)>,
    places: HashMap<Arc<str>, usize>,
    outside: &'s dyn Scope,
}

impl<'s> Siblings<'s> {
    /// The tree of `entries`: those with dots are merged with one another and with the variables of `outside`.
    pub(crate) fn new(entries: &[(Arc<str>, Data)], outside: &'s dyn Scope) -> Result<Siblings<'s>, EvalError> {
        let mut nodes: Vec<(Arc<str>, Arc<Node>)> = Vec::with_capacity(entries.len());
        let mut places: HashMap<Arc<str>, usize> = HashMap::with_capacity(entries.len());
        let mut dotted: BTreeSet<usize> = BTreeSet::new();
        for (path, data) in entries {
            let mut node = Node::of(data);
            let mut parts: Vec<&str> = path.split('.').collect();
            if parts.len() == 1 || parts.iter().any(|part| part.is_empty()) {
                parts = vec![path];
            }
            if parts.len() > MAX_DEPTH {
                let message =
                    format!("A name has {} parts with dots between: at most {MAX_DEPTH} are read", parts.len());
                return Err(Box::new(Throwable::user(message)));
            }
            while parts.len() > 1
                && let Some(last) = parts.pop()
            {
                node = Arc::new(Node::Map(Entries::from_iter([(Value::from(last), node)])));
            }
            let name = parts
                .first()
                .filter(|first| **first != &**path)
                .map_or_else(|| path.clone(), |first| Arc::from(*first));
            let plain = *name == **path;
            let place = *places.entry(name.clone()).or_insert(nodes.len());
            if !plain {
                dotted.insert(place);
            }
            match nodes.get_mut(place) {
                // A name without dots replaces what is there so far.
                Some((_, known)) if plain => *known = node,
                Some((_, known)) => merge(known, node, 0),
                None => nodes.push((name, node)),
            }
        }
        for place in dotted {
            if let Some((name, node)) = nodes.get_mut(place)
                && let Some(variable @ Value::Map(_)) = outside.variable(name)?
            {
                let over = std::mem::replace(node, Arc::new(Node::Known(variable)));
                merge(node, over, 0);
            }
        }
        Ok(Siblings { nodes, places, outside })
    }

    /// All values, in order.
    pub(crate) fn eval(&self) -> Result<Vec<(Arc<str>, Value)>, EvalError> {
        let mut values = Vec::with_capacity(self.nodes.len());
        for (name, node) in &self.nodes {
            values.push((name.clone(), node.value(&|| key_name(&Value::from(name)), self)?));
        }
        Ok(values)
    }
}

impl Scope for Siblings<'_> {
    fn variable(&self, name: &str) -> Result<Option<Value>, EvalError> {
        match self.places.get(name).and_then(|place| self.nodes.get(*place)) {
            // A value that asks for its own name sees the variable outside.
            Some((_, node)) if !node.is_under_way() => node.seen(&|| key_name(&Value::from(name)), self).map(Some),
            _ => self.outside.variable(name),
        }
    }

    fn all_variables(&self) -> Map {
        self.outside.all_variables()
    }

    fn has_task(&self, name: &str) -> bool {
        self.outside.has_task(name)
    }

    fn call_task(&self, task: &str, method: &str, args: Vec<Value>) -> Result<Value, EvalError> {
        self.outside.call_task(task, method, args)
    }

    fn secret_arguments(&self, task: &str, method: &str, arguments: usize) -> Vec<usize> {
        self.outside.secret_arguments(task, method, arguments)
    }

    fn result_is_plain(&self, task: &str, method: &str) -> bool {
        self.outside.result_is_plain(task, method)
    }

    fn current_flow_name(&self) -> Arc<str> {
        self.outside.current_flow_name()
    }

    fn has_flow(&self, name: &str) -> bool {
        self.outside.has_flow(name)
    }

    fn is_debug(&self) -> bool {
        self.outside.is_debug()
    }

    fn is_dry_run(&self) -> bool {
        self.outside.is_dry_run()
    }

    fn cancelled(&self) -> bool {
        self.outside.cancelled()
    }

    fn is_short_of_memory(&self) -> bool {
        self.outside.is_short_of_memory()
    }

    fn register_sensitive(&self, text: &str) {
        self.outside.register_sensitive(text);
    }

    fn random_uuid(&self) -> Arc<str> {
        self.outside.random_uuid()
    }

    fn now_millis(&self) -> i64 {
        self.outside.now_millis()
    }

    fn env(&self, name: &str) -> Option<Arc<str>> {
        self.outside.env(name)
    }

    fn system_property(&self, name: &str) -> Option<Arc<str>> {
        self.outside.system_property(name)
    }
}

/// A list or map of the tree as an expression sees it. Only parts of it are asked for; whatever else is done with it
/// makes it whole first, so it never leaves an expression.
pub(crate) struct Lazy(Arc<Node>);

impl Lazy {
    /// The whole list or map, everything in it evaluated.
    pub(crate) fn whole(&self, scope: &dyn Scope) -> Result<Value, EvalError> {
        self.0.value(&|| "The value is".to_owned(), scope)
    }

    /// An entry or item; none where there is none.
    pub(crate) fn property(&self, property: &Value, scope: &dyn Scope) -> Result<Option<Value>, EvalError> {
        match &*self.0 {
            Node::Map(entries) => match entries.get(property) {
                Some((key, node)) => node.seen(&|| key_name(key), scope).map(Some),
                None => Ok(None),
            },
            Node::List(items) => {
                if matches!(property.as_str(), Some("size")) {
                    return Ok(Some(Value::Int(i32::try_from(items.len()).unwrap_or(i32::MAX))));
                }
                let index = match property {
                    Value::Text(text) => number::parse_int(text.as_str(), 10)?,
                    other => number::to_int(other)?,
                };
                let index = usize::try_from(index).ok();
                match index.and_then(|index| items.get(index).map(|item| (index, item))) {
                    Some((index, node)) => node.seen(&|| element_name(index), scope).map(Some),
                    None => Ok(None),
                }
            }
            Node::Lazy(..) | Node::Known(_) => Ok(None),
        }
    }

    /// What a method gives that needs no part evaluated; none for all others.
    pub(crate) fn method(&self, name: &str, arguments: &[Value]) -> Option<Value> {
        let length = match &*self.0 {
            Node::Map(entries) => entries.list.len(),
            Node::List(items) => items.len(),
            Node::Lazy(..) | Node::Known(_) => return None,
        };
        match (name, arguments, &*self.0) {
            ("size", [], _) => Some(Value::Int(i32::try_from(length).unwrap_or(i32::MAX))),
            ("isEmpty", [], _) => Some(Value::Bool(length == 0)),
            ("containsKey", [key], Node::Map(entries)) => Some(Value::Bool(entries.get(key).is_some())),
            ("keySet", [], Node::Map(entries)) => {
                Some(Value::Set(entries.list.iter().map(|(key, _)| key.clone()).collect()))
            }
            _ => None,
        }
    }
}

impl Object for Lazy {
    fn class_name(&self) -> &str {
        "java.util.LinkedHashMap"
    }

    fn text(&self) -> Text {
        Text::plain("{}")
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}
