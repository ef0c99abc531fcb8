//! What a running script shares with its flow, on the script's side.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use accord_sdk::{TaskContext, TaskError};
use accord_value::{Map, Text, Value};
use rquickjs::{Ctx, JsLifetime};

use crate::bridge::Bridge;

/// What does not change while a script runs.
pub(crate) struct Facts {
    pub(crate) work_dir: Arc<str>,
    pub(crate) process_id: Arc<str>,
    pub(crate) flow: Arc<str>,
    pub(crate) dry_run: bool,
}

/// One running script.
pub(crate) struct World {
    pub(crate) bridge: Bridge,
    /// What `result.set` puts there.
    pub(crate) result: Map,
    pub(crate) facts: Facts,
    /// Variables of the flow and `in` values, as they were when the script began.
    pub(crate) bindings: Vec<(Arc<str>, Value)>,
    /// Whether the script has seen a marked value. From then on all texts that it hands out are marked.
    tainted: Cell<bool>,
    /// `Long`s that the script was given, by the bits of the double that stands for them. A number that comes back
    /// unchanged is a `Long` again; one that was computed with is a `Double`, as in the reference.
    longs: RefCell<HashMap<u64, i64>>,
    /// Failures of the flow and its tasks that were thrown into the script.
    failures: RefCell<Vec<TaskError>>,
    /// The last property that a script looked for in vain at an object of ours: its owner and its name.
    missed: RefCell<Option<Missed>>,
}

/// A property that an object of ours does not have.
#[derive(Clone)]
pub(crate) struct Missed {
    pub(crate) name: String,
    pub(crate) hint: String,
}

impl World {
    pub(crate) fn new(bridge: Bridge, result: Map, facts: Facts, bindings: Vec<(Arc<str>, Value)>) -> Rc<World> {
        Rc::new(World {
            bridge,
            result,
            facts,
            bindings,
            tainted: Cell::new(false),
            longs: RefCell::default(),
            failures: RefCell::default(),
            missed: RefCell::default(),
        })
    }

    /// The world of the script that runs in `ctx`.
    pub(crate) fn of(ctx: &Ctx<'_>) -> rquickjs::Result<Rc<World>> {
        match ctx.userdata::<Here>() {
            Some(here) => Ok(Rc::clone(&here.0)),
            None => Err(rquickjs::Error::Unknown),
        }
    }

    /// The script has seen something: a marked value marks all that comes out of it later.
    pub(crate) fn saw(&self, sensitive: bool) {
        if sensitive {
            self.tainted.set(true);
        }
    }

    /// A text that comes out of the script.
    pub(crate) fn text(&self, text: impl Into<Arc<str>>) -> Text {
        Text::with_mark(text, self.tainted.get())
    }

    /// The double that stands for a `Long` in the script.
    pub(crate) fn long_in(&self, number: i64) -> f64 {
        // Above 2^53 the script sees the nearest double; unchanged, the number itself comes back.
        let double = number as f64;
        self.longs.borrow_mut().insert(double.to_bits(), number);
        double
    }

    /// The value of a number that the engine does not hold as a small integer.
    pub(crate) fn number_out(&self, number: f64) -> Value {
        match self.longs.borrow().get(&number.to_bits()) {
            Some(long) => Value::Long(*long),
            None => Value::Double(number),
        }
    }

    /// Keeps a failure that is thrown into the script; its number.
    pub(crate) fn keep(&self, failure: TaskError) -> i32 {
        let mut failures = self.failures.borrow_mut();
        failures.push(failure);
        i32::try_from(failures.len() - 1).unwrap_or(i32::MAX)
    }

    pub(crate) fn kept(&self, number: i32) -> Option<TaskError> {
        self.failures.borrow().get(usize::try_from(number).ok()?).cloned()
    }

    /// Notes that an object of ours has no property `name`.
    pub(crate) fn miss(&self, name: &str, hint: impl FnOnce() -> String) {
        *self.missed.borrow_mut() = Some(Missed { name: name.to_owned(), hint: hint() });
    }

    pub(crate) fn missed(&self) -> Option<Missed> {
        self.missed.borrow().clone()
    }

    /// Has a question answered on the thread of the step.
    pub(crate) fn ask(
        &self,
        question: impl FnOnce(&TaskContext<'_>) -> Result<Value, TaskError> + Send + 'static,
    ) -> Result<Value, TaskError> {
        self.bridge.ask(question)
    }
}

/// Where functions of a context find their world.
#[derive(JsLifetime)]
pub(crate) struct Here(pub(crate) Rc<World>);
