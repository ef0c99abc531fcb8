//! A text from the network that a process itself asks for, such as a script behind an address.

use accord_sdk::{TaskContext, TaskError, Variables};
use accord_value::{Text, Value};
use reqwest::StatusCode;

use super::failure::Failure;
use super::settings::Settings;
use super::target::Target;
use super::{exchange, wait};

/// The largest text, in bytes.
const LARGEST: usize = 4 << 20;

/// Milliseconds until a connection is there, between two pieces of data, and for the whole call.
const LIMITS: [(&str, i32); 3] = [("connectTimeout", 10_000), ("socketTimeout", 30_000), ("requestTimeout", 60_000)];

/// The text behind an address with the scheme `http` or `https`, with a limit of time and size. Certificates are
/// verified, redirects followed; a user name and a password in the address go to its own host alone.
///
/// # Errors
/// Where there is no such server or text, it is too large, or the process is cancelled.
pub fn fetch_text(address: &str, cx: &TaskContext<'_>) -> Result<Text, TaskError> {
    let limits = LIMITS.iter().map(|(name, millis)| (*name, Value::Int(*millis)));
    let settings = Settings { largest: LARGEST, ..Settings::read(&Variables::from_iter(limits), cx)? };
    let target = Target::new(&Text::plain(address), None).map_err(Failure::into_error)?;
    for part in target.shown.sensitive_parts() {
        cx.services().register_sensitive(part);
    }
    let shown = target.shown.clone();
    let answer = wait::run(cx, async |services, log| exchange::run(&settings, &target, services, log).await);
    let answer = answer.map_err(Failure::into_error)?;
    match answer.status {
        status if status.is_success() => Ok(Text::plain(answer.text())),
        status => Err(refused(&shown, status)),
    }
}

fn refused(shown: &Text, status: StatusCode) -> TaskError {
    let answer = format!(" cannot be fetched: the server answered {status}");
    TaskError::user(Text::concat([shown, &Text::plain(answer)]))
}
