//! `http`: requests to web servers.
//!
//! Owns: the parameters, bodies and results that flows know, what is sent where a redirect leads elsewhere, and what is
//! marked: where something marked was sent, what the server answers is marked, but for the status. Must not know: where
//! secrets come from, how logs are written.
//!
//! Nothing of it is made before the first call: no client, no thread, no list of certificates.

mod answer;
mod body;
mod cookies;
mod exchange;
mod failure;
mod fetch;
mod headers;
mod jks;
mod multipart;
mod settings;
mod target;
#[cfg(test)]
mod tests;
mod tls;
mod trace;
mod uri;
mod wait;

use accord_sdk::{Method, Parameter, ParameterType, Task, TaskContext, TaskError, TaskInfo, TaskResult, Variables};
use accord_value::{Text, Value};

use crate::args;
use body::RequestType;
use failure::Failure;
pub use fetch::fetch_text;
use settings::{ResponseType, Settings};
use target::Target;

/// The task `http`.
pub(crate) struct Http;

impl Task for Http {
    fn describe(&self) -> TaskInfo {
        TaskInfo::new("http", "Requests to web servers.")
            .input(parameters())
            .method(Method::new("asString", [Parameter::string("url").required()]))
            .dry_run_ready()
            .result_without_mark()
            .errors_without_mark()
    }

    fn execute(&self, input: Variables, cx: &mut TaskContext<'_>) -> Result<TaskResult, TaskError> {
        let input = input.over(cx.default_variables().as_ref());
        let ignore_errors = input.boolean("ignoreErrors", false)?;
        match call(&input, cx) {
            Ok(result) => Ok(result),
            Err(failure) => match failure.ignored() {
                Some(error) if ignore_errors => Ok(TaskResult::fail(error.message().cloned().unwrap_or_default())),
                _ => Err(failure.into_error()),
            },
        }
    }

    fn call(&self, method: &str, args: &[Value], cx: &mut TaskContext<'_>) -> Result<Value, TaskError> {
        match (method, args) {
            ("asString", [_]) => {
                let input = Variables::from_iter([("url", args::text(args, 0)), ("response", "string".into())]);
                let input = input.over(cx.default_variables().as_ref());
                let result = call(&input, cx).map_err(Failure::into_error)?;
                Ok(result.entries().into_iter().find(|(name, _)| &**name == "content").map_or(Value::Null, |(_, v)| v))
            }
            _ => Err(cx.no_such_method(method, args)),
        }
    }
}

fn parameters() -> Vec<Parameter> {
    let one_of = |name: &'static str, names: Vec<&'static str>| {
        Parameter::new(name, ParameterType::OneOf(names.into_iter().map(Into::into).collect()))
    };
    let object = |fields: Vec<Parameter>| ParameterType::Object(fields);
    let basic = object(vec![
        Parameter::string("token").secret(),
        Parameter::string("username"),
        Parameter::string("password").secret(),
    ]);
    let auth = object(vec![Parameter::new("basic", basic).required()]);
    let proxy_auth =
        object(vec![Parameter::string("user").required(), Parameter::string("password").required().secret()]);
    let methods = vec!["GET", "POST", "PUT", "PATCH", "DELETE"];
    vec![
        Parameter::new("auth", auth).summary("a token, or a user name and a password, of the scheme Basic"),
        Parameter::any("body").summary("what is sent: data, a text, a path or fields, whatever 'request' says"),
        Parameter::number("connectTimeout").summary("milliseconds until a connection is there, 30000 unless given"),
        Parameter::boolean("debug").summary("log requests and responses"),
        Parameter::boolean("followRedirects").summary("true unless given"),
        Parameter::map("headers"),
        Parameter::boolean("ignoreErrors").summary("a result with 'ok: false' instead of an error"),
        Parameter::string("keystorePassword").secret(),
        Parameter::string("keystorePath").summary("a PKCS#12 file with the client's certificate"),
        one_of("method", methods).summary("GET unless given"),
        Parameter::string("proxy").summary("URL of a proxy"),
        Parameter::new("proxyAuth", proxy_auth),
        Parameter::map("query").summary("parameters that are added to the URL"),
        one_of("request", RequestType::ALL.iter().map(|(name, _)| *name).collect()).summary("what the body is"),
        Parameter::number("requestTimeout").summary("milliseconds for the whole call, no limit unless given"),
        one_of("response", ResponseType::ALL.iter().map(|(name, _)| *name).collect()).summary("what is asked for"),
        Parameter::number("socketTimeout").summary("milliseconds between two pieces of data, no limit unless given"),
        Parameter::boolean("strictSsl").summary("true unless given: certificates are verified"),
        Parameter::string("truststorePassword").secret(),
        Parameter::string("truststorePath").summary("a JKS, PKCS#12 or PEM file of the authorities to trust"),
        Parameter::string("url").required(),
    ]
}

/// Makes the call that the parameters describe.
fn call(input: &Variables, cx: &TaskContext<'_>) -> Result<TaskResult, Failure> {
    let url = input.required_string("url")?;
    let settings = Settings::read(input, cx)?;
    let target = Target::new(&url, input.map("query")?.as_ref())?;
    if target.authorization.is_some() {
        // The password in the URL.
        for part in target.shown.sensitive_parts() {
            cx.services().register_sensitive(part);
        }
    }
    if cx.dry_run() && settings.method != reqwest::Method::GET && !sent_in_dry_run(cx) {
        cx.info(Text::concat([
            &Text::plain(format!("Running in dry-run mode: Skipping {} request to ", settings.method)),
            &target.shown,
        ]));
        return Ok(TaskResult::success());
    }
    let answer = wait::run(cx, async |services, log| exchange::run(&settings, &target, services, log).await)?;
    if settings.debug {
        cx.info(answer.trace(&settings));
    }
    answer.into_result(&settings)
}

/// Whether the step says that it may run dry as it is.
fn sent_in_dry_run(cx: &TaskContext<'_>) -> bool {
    let ready = cx.flow().step_meta().and_then(|meta| meta.get("dryRunReady")).unwrap_or_default();
    matches!(ready, Value::Bool(true)) || ready.as_str().is_some_and(|text| text.eq_ignore_ascii_case("true"))
}
