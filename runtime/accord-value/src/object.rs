//! Values that are neither data nor errors: streams, optionals, lambdas, classes, tasks, dates.

use std::any::Any;
use std::cmp::Ordering;

use crate::{Text, Throwable, Value};

/// A Java object that flows meet in expressions and that is no container, number or text.
pub trait Object: Any + Send + Sync {
    /// Java's full class name, such as `java.util.Optional`.
    fn class_name(&self) -> &str;

    /// What `toString()` gives, marked when something sensitive is in it.
    fn text(&self) -> Text;

    /// For downcasts by the crate that knows the concrete type.
    fn as_any(&self) -> &dyn Any;

    /// Whether Java's `equals` holds; by default nothing is equal to another object.
    fn equals(&self, _other: &dyn Object) -> bool {
        false
    }

    /// The natural order of two objects of one class; none where they have none.
    fn compare(&self, _other: &dyn Object) -> Option<Ordering> {
        None
    }

    /// Java's `hashCode`.
    fn hash_code(&self) -> i32 {
        0
    }

    /// Whether a sensitive value can be reached through it.
    fn is_sensitive(&self) -> bool {
        false
    }

    /// Answers a method call on an object that only its own crate knows; none where it has no such method.
    fn call(&self, _method: &str, _args: &[Value]) -> Option<Result<Value, Box<Throwable>>> {
        None
    }

    /// The data to store in a state; none where the object cannot be stored. What is stored is given back to
    /// [`crate::SnapshotReader`]'s `restore` together with the class name.
    fn snapshot(&self) -> Option<Value> {
        None
    }
}
