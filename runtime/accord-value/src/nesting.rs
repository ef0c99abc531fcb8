//! Objects hold values, which hold objects, and so on: how far what walks into them may go on the stack.
//!
//! Containers inside one another are walked by their owners, who count; an object begins anew, so that its levels are
//! counted here, for each thread.

use std::any::Any;
use std::cell::{Cell, RefCell};

/// How many objects may be walked into inside one another; in each, containers may be nested as deep as they may.
const DEEPEST: u32 = 10;

/// How many objects are dropped inside one another.
const DEEPEST_DROP: u32 = 50;

thread_local! {
    static WALKED: Cell<u32> = const { Cell::new(0) };
    static DROPPED: Cell<u32> = const { Cell::new(0) };
    static WAITING: RefCell<Vec<Box<dyn Any>>> = const { RefCell::new(Vec::new()) };
}

/// Walks into an object; `beyond` where that is one too many.
pub(crate) fn inside<T>(walk: impl FnOnce() -> T, beyond: impl FnOnce() -> T) -> T {
    let depth = WALKED.get();
    if depth >= DEEPEST {
        return beyond();
    }
    WALKED.set(depth + 1);
    let result = walk();
    WALKED.set(depth);
    result
}

/// Drops what an object held, without recursion where objects hold one another too deep: an object that holds values
/// gives them here when it is dropped.
pub fn drop_nested<T: 'static>(content: T) {
    let depth = DROPPED.get();
    if depth >= DEEPEST_DROP {
        // The outermost takes care of it.
        WAITING.with_borrow_mut(|waiting| waiting.push(Box::new(content)));
        return;
    }
    DROPPED.set(depth + 1);
    drop(content);
    if depth == 0 {
        while let Some(next) = WAITING.with_borrow_mut(Vec::pop) {
            drop(next);
        }
    }
    DROPPED.set(depth);
}
