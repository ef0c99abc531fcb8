//! The built-in tasks, a module each.
//!
//! Owns: what `task: NAME` and `${NAME.method(…)}` do for the tasks that come with the program, in the wording of the
//! reference where flows can log it. Must not know: the virtual machine, where secrets and files really are.

mod args;
mod asserts;
mod base64;
mod collections;
mod concord_secrets;
mod crypto;
mod datetime;
mod docker;
mod env;
mod files;
mod http;
mod json_store;
mod kv;
mod locale;
mod lock;
mod log;
mod misc;
mod mocks;
mod print;
mod resource;
mod sleep;
mod throw;
mod unsupported;
mod vars;
mod xml;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use http::fetch_text;

use accord_sdk::{Registry, TaskError};
use accord_value::date::Date;
use accord_value::{Object, Text, Value};

/// Adds the built-in tasks.
pub fn register(registry: &mut Registry) {
    registry.register_optional("asserts", asserts::Asserts);
    registry.register("base64", base64::Base64);
    registry.register("collections", collections::Collections);
    registry.register_optional("concordSecrets", concord_secrets::ConcordSecrets);
    registry.register("crypto", crypto::Crypto);
    registry.register("datetime", datetime::DateTime);
    registry.register("docker", docker::Docker);
    registry.register("env", env::Env);
    registry.register_optional("files", files::Files);
    registry.register("http", http::Http);
    registry.register("jsonStore", json_store::JsonStore);
    registry.register("kv", kv::Kv);
    registry.register("locale", locale::Locale);
    registry.register("lock", lock::Lock);
    registry.register("log", log::Log);
    registry.register("misc", misc::Misc);
    registry.register_optional("mock", mocks::MockTask);
    registry.register("resource", resource::Resource);
    registry.register("sleep", sleep::Sleep);
    registry.register("throw", throw::Throw);
    registry.register("unlock", lock::Unlock);
    registry.register_optional("vars", vars::Vars);
    registry.register_optional("verify", mocks::Verify);
    registry.register_optional("xmlUtils", xml::XmlUtils);
    for (name, hint) in unsupported::HINTS {
        registry.hint_missing(*name, *hint);
    }
}

/// Puts mocks before every call of a task: for a process whose flows name the variable `mocks` or the task `verify`.
/// Other processes are spared the look at each call.
pub fn register_mocks(registry: &mut Registry) {
    registry.intercept(Arc::new(mocks::Mocks));
}

/// An object of one of these tasks, as it was stored in a state.
pub fn restore(class: &str, data: &Value) -> Option<Arc<dyn Object>> {
    match (class, data) {
        (Date::CLASS, data) => Date::restore(data).map(|date| Arc::new(date) as Arc<dyn Object>),
        (mocks::ANYTHING, _) => Some(Arc::new(mocks::Anything)),
        _ => None,
    }
}

/// The entries of a text in Java's format of properties, as a map.
///
/// # Errors
/// Where an escape in it is none.
pub fn properties(text: &Text) -> Result<Value, TaskError> {
    resource::properties::read(text)
}

/// Whether a source may need [`register_mocks`].
pub fn names_mocks(source: &str) -> bool {
    source.contains("mocks") || source.contains("verify")
}
