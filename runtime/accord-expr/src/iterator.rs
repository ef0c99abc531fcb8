//! Iterators: one item after the other, possibly through lambdas.

use accord_value::{List, Object, Text, Value};
use parking_lot::Mutex;

use crate::collection::{no_such_element, unsupported};
use crate::eval::Evaluator;
use crate::fail::{Fail, Outcome};
use crate::method::{Call, Method, method};

/// What gives items, one by one.
pub(crate) trait Source: Send {
    /// The next item; none at the end.
    fn next(&mut self, evaluator: &mut Evaluator<'_>) -> Outcome<Option<Value>>;
}

/// The items of a list that may change meanwhile, which is an error as in Java.
pub(crate) struct ListSource {
    list: List,
    length: usize,
    at: usize,
}

impl ListSource {
    /// The items of `list` from the first on.
    pub(crate) fn new(list: List) -> ListSource {
        let length = list.len();
        ListSource { list, length, at: 0 }
    }
}

impl Source for ListSource {
    fn next(&mut self, _: &mut Evaluator<'_>) -> Outcome<Option<Value>> {
        let length = self.list.len();
        if self.at == length {
            return Ok(None);
        }
        if length != self.length {
            return Err(Fail::java_bare("java.util.ConcurrentModificationException"));
        }
        let item = self.list.get(self.at);
        self.at += 1;
        Ok(item)
    }
}

/// Items that are known already.
impl Source for std::vec::IntoIter<Value> {
    fn next(&mut self, _: &mut Evaluator<'_>) -> Outcome<Option<Value>> {
        Ok(std::iter::Iterator::next(self))
    }
}

/// Java's `Iterator` as a value.
pub(crate) struct Iterator {
    state: Mutex<State>,
}

struct State {
    source: Box<dyn Source>,
    /// What was looked ahead at.
    ahead: Option<Value>,
    /// The list that items can be removed from, and where the last item stands.
    list: Option<(List, Option<usize>)>,
    given: usize,
}

const CLASS: &str = "java.util.ArrayList$Itr";

impl Iterator {
    /// An iterator over a source.
    pub(crate) fn over(source: Box<dyn Source>) -> Value {
        Value::object(Iterator { state: Mutex::new(State { source, ahead: None, list: None, given: 0 }) })
    }

    /// An iterator over a list, which can remove items from it.
    pub(crate) fn over_list(list: &List) -> Value {
        let source = Box::new(list.snapshot().into_iter());
        let list = Some((list.clone(), None));
        Value::object(Iterator { state: Mutex::new(State { source, ahead: None, list, given: 0 }) })
    }
}

impl Object for Iterator {
    fn class_name(&self) -> &str {
        CLASS
    }

    fn text(&self) -> Text {
        crate::object::plain_text(CLASS)
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

fn state<'c>(c: &'c Call<'_, '_>) -> Outcome<&'c Mutex<State>> {
    c.this.as_object::<Iterator>().map(|iterator| &iterator.state).ok_or_else(crate::method::null_argument)
}

/// Looks at the next item without taking it.
fn look_ahead(c: &mut Call<'_, '_>) -> Outcome<bool> {
    let this = c.this.clone();
    let Some(iterator) = this.as_object::<Iterator>() else { return Ok(false) };
    // Not locked while the source runs: a lambda in it may ask this iterator.
    let mut source = {
        let mut state = iterator.state.lock();
        if state.ahead.is_some() {
            return Ok(true);
        }
        std::mem::replace(&mut state.source, Box::new(Vec::new().into_iter()))
    };
    let next = source.next(c.evaluator);
    let mut state = iterator.state.lock();
    state.source = source;
    state.ahead = next?;
    Ok(state.ahead.is_some())
}

fn next(c: &mut Call<'_, '_>) -> Outcome {
    if !look_ahead(c)? {
        return Err(no_such_element());
    }
    let mut state = state(c)?.lock();
    state.given += 1;
    let at = state.given - 1;
    if let Some((_, last)) = &mut state.list {
        *last = Some(at);
    }
    Ok(state.ahead.take().unwrap_or_default())
}

fn remove(c: &mut Call<'_, '_>) -> Outcome {
    let mut state = state(c)?.lock();
    let Some((list, last)) = &mut state.list else { return Err(unsupported()) };
    let Some(at) = last.take() else { return Err(Fail::java_bare("IllegalStateException")) };
    list.remove(at);
    state.given -= 1;
    Ok(Value::Null)
}

pub(crate) static METHODS: &[Method] = &[
    method("hasNext", &[], |c| look_ahead(c).map(Value::Bool)).exact(),
    method("next", &[], next).exact(),
    method("remove", &[], remove).exact(),
    method("forEachRemaining", &[crate::types::Ty::Other], |_| Err(crate::method::null_argument())).exact(),
];
