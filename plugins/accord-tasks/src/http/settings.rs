//! The parameters of a call, read and checked before anything is sent.

use std::time::Duration;

use accord_sdk::{TaskContext, TaskError, Variables};
use accord_value::{Text, Value};
use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue, USER_AGENT};

use super::answer;
use super::body::{Body, RequestType};
use super::failure::Limits;
use super::headers::{self, Header};
use super::target::{self, Target};
use super::tls::Tls;

/// `connectTimeout` where the flow names none, in milliseconds.
const CONNECT_TIMEOUT: i64 = 30_000;

/// The methods.
pub(super) const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

/// `response`: what is asked for, and what becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResponseType {
    /// Whatever the server likes, as a text.
    Any,
    /// A text.
    String,
    /// Data.
    Json,
    /// A file.
    File,
}

impl ResponseType {
    /// All of them, by the names that flows use.
    pub(super) const ALL: [(&'static str, ResponseType); 4] = [
        ("string", ResponseType::String),
        ("json", ResponseType::Json),
        ("file", ResponseType::File),
        ("any", ResponseType::Any),
    ];

    fn accept(self) -> &'static str {
        match self {
            ResponseType::Any => "*/*",
            ResponseType::String => "text/plain",
            ResponseType::Json => "application/json",
            ResponseType::File => "application/octet-stream",
        }
    }
}

/// A proxy and what it asks for.
pub(super) struct Proxy {
    /// Where it is.
    pub(super) target: Target,
    /// `Proxy-Authorization`.
    pub(super) authorization: Option<HeaderValue>,
}

/// What a call does, but for where it goes.
pub(super) struct Settings {
    /// The method.
    pub(super) method: Method,
    /// What becomes of the answer.
    pub(super) response: ResponseType,
    /// Headers, those that follow from other parameters included.
    pub(super) headers: Vec<Header>,
    /// The body.
    pub(super) body: Option<Body>,
    /// Time limits.
    pub(super) limits: Limits,
    /// Whether request and answer are logged.
    pub(super) debug: bool,
    /// Whether redirects are followed.
    pub(super) follow_redirects: bool,
    /// Whether failures become results.
    pub(super) ignore_errors: bool,
    /// The proxy.
    pub(super) proxy: Option<Proxy>,
    /// Trust.
    pub(super) tls: Tls,
    /// The largest answer that is held in memory, in bytes.
    pub(super) largest: usize,
    /// Whether anything marked went in: then what comes out is marked.
    pub(super) sensitive: bool,
}

impl Settings {
    /// Reads the parameters.
    pub(super) fn read(input: &Variables, cx: &TaskContext<'_>) -> Result<Settings, TaskError> {
        let method = method(input)?;
        let response = one_of(input, "response", &ResponseType::ALL)?.unwrap_or(ResponseType::Any);
        let request = one_of(input, "request", &RequestType::ALL)?;
        let body = body(&method, request, input, cx)?;
        let written = headers::read(input.map("headers")?.as_ref())?;
        let authorization = headers::auth(input.map("auth")?, cx)?;
        let sensitive = input.is_sensitive() || body.as_ref().is_some_and(|body| body.sensitive);
        Ok(Settings {
            headers: complete(written, authorization, request, body.as_ref(), response),
            method,
            response,
            body,
            limits: Limits {
                connect: limit(input, "connectTimeout", CONNECT_TIMEOUT)?,
                socket: limit(input, "socketTimeout", -1)?,
                request: limit(input, "requestTimeout", -1)?,
            },
            debug: input.boolean("debug", false)?,
            follow_redirects: input.boolean("followRedirects", true)?,
            ignore_errors: input.boolean("ignoreErrors", false)?,
            proxy: proxy(input, cx)?,
            tls: Tls::read(input, cx)?,
            largest: answer::LARGEST,
            sensitive,
        })
    }
}

fn method(input: &Variables) -> Result<Method, TaskError> {
    let Some(name) = input.string("method")? else { return Ok(Method::GET) };
    let found = METHODS.into_iter().find(|method| method.as_str().eq_ignore_ascii_case(name.as_str()));
    found.ok_or_else(|| unknown("method", &name, METHODS.iter().map(Method::as_str)))
}

fn one_of<T: Copy>(input: &Variables, parameter: &str, known: &[(&'static str, T)]) -> Result<Option<T>, TaskError> {
    let Some(name) = input.string(parameter)? else { return Ok(None) };
    match known.iter().find(|(known, _)| known.eq_ignore_ascii_case(name.as_str())) {
        Some((_, value)) => Ok(Some(*value)),
        None => Err(unknown(parameter, &name, known.iter().map(|(name, _)| *name))),
    }
}

fn unknown<'a>(parameter: &str, found: &Text, known: impl Iterator<Item = &'a str>) -> TaskError {
    let known: Vec<&str> = known.collect();
    TaskError::illegal_argument(Text::concat([
        &Text::plain(format!("Unknown '{parameter}': '")),
        found,
        &Text::plain(format!("'. Expected one of: {}", known.join(", "))),
    ]))
}

/// A time limit in milliseconds. None is none: 0 and less, as for Java's sockets.
fn limit(input: &Variables, name: &str, default: i64) -> Result<Option<Duration>, TaskError> {
    let millis = match input.integer(name, default)? {
        millis if millis < 0 => default,
        millis => millis,
    };
    Ok(u64::try_from(millis).ok().filter(|millis| *millis > 0).map(Duration::from_millis))
}

fn body(
    method: &Method,
    request: Option<RequestType>,
    input: &Variables,
    cx: &TaskContext<'_>,
) -> Result<Option<Body>, TaskError> {
    let needed = [Method::POST, Method::PUT, Method::PATCH].contains(method);
    let value = input.get("body");
    if value.is_null() || *method == Method::GET {
        if needed {
            return Err(TaskError::illegal_argument(format!(
                "Mandatory variable 'body' is required for the method {method}: write body: \"\" to send an empty one"
            )));
        }
        if !value.is_null() {
            cx.warn("The body is not sent: the method is GET");
        }
        return Ok(None);
    }
    let kind = match request {
        Some(kind) => kind,
        None if [Method::POST, Method::PUT].contains(method) => {
            let known: Vec<&str> = RequestType::ALL.iter().map(|(name, _)| *name).collect();
            return Err(TaskError::illegal_argument(format!(
                "Mandatory variable 'request' is required for the method {method}. Expected one of: {}",
                known.join(", ")
            )));
        }
        None => RequestType::fitting(&value),
    };
    Body::new(kind, &value, cx).map(Some)
}

/// The headers of the request: those that the flow wrote go before those that follow from other parameters.
fn complete(
    written: Vec<Header>,
    authorization: Option<Header>,
    request: Option<RequestType>,
    body: Option<&Body>,
    response: ResponseType,
) -> Vec<Header> {
    let mut headers = written;
    let has = |headers: &[Header], name: &HeaderName| headers.iter().any(|header| header.name == name);
    if !has(&headers, &USER_AGENT) {
        headers.push(Header::plain(USER_AGENT, "accord"));
    }
    if !has(&headers, &ACCEPT) {
        headers.push(Header::plain(ACCEPT, response.accept()));
    }
    if let Some(authorization) = authorization
        && !has(&headers, &AUTHORIZATION)
    {
        headers.push(authorization);
    }
    // A type without the boundary would make the parts unreadable.
    let parts = body.is_some() && request == Some(RequestType::FormData);
    if parts {
        headers.retain(|header| header.name != CONTENT_TYPE);
    }
    if !has(&headers, &CONTENT_TYPE) {
        match (body, request) {
            (Some(body), _) => {
                if let Ok(value) = HeaderValue::from_str(&body.content_type) {
                    let shown = Text::plain(body.content_type.as_str());
                    headers.push(Header { name: CONTENT_TYPE, value, shown, stays: false });
                }
            }
            (None, Some(request)) => headers.push(Header::plain(CONTENT_TYPE, request.content_type())),
            (None, None) => {}
        }
    }
    headers
}

fn proxy(input: &Variables, cx: &TaskContext<'_>) -> Result<Option<Proxy>, TaskError> {
    let authorization = headers::proxy_auth(input.map("proxyAuth")?, cx)?;
    match input.get("proxy") {
        Value::Null => Ok(None),
        Value::Text(url) => {
            let target = target::proxy(&url)?;
            let authorization = authorization.or_else(|| target.authorization.clone());
            Ok(Some(Proxy { target, authorization }))
        }
        _ => input.string("proxy").map(|_| None),
    }
}
