//! What `debug: true` logs: requests and answers, with credentials and marked values masked.

use accord_value::{Text, TextBuilder};
use reqwest::header::{HeaderMap, PROXY_AUTHENTICATE, SET_COOKIE, WWW_AUTHENTICATE};
use reqwest::{Method, Response, StatusCode};

use super::body::Body;
use super::headers::{Header, lines};
use super::target::Target;

/// How much of a body is logged, in bytes.
const LONGEST: usize = 64 << 10;

/// A request that is about to be sent.
pub(super) fn request(method: &Method, target: &Target, headers: &[Header], body: Option<&Body>) -> Text {
    let mut out = TextBuilder::new();
    out.push_str(&format!("Request: {method} "));
    out.push(&target.shown);
    out.push(&lines(headers));
    if let Some(body) = body {
        push_body(&mut out, &body.shown);
    }
    out.finish()
}

/// An answer that sends the request elsewhere.
pub(super) fn redirect(response: &Response, sensitive: bool) -> Text {
    let mut out = TextBuilder::new();
    push_head(&mut out, response.status(), response.headers(), sensitive);
    out.finish()
}

/// An answer with what became of its body.
pub(super) fn response(status: StatusCode, headers: &HeaderMap, body: &Text, sensitive: bool) -> Text {
    let mut out = TextBuilder::new();
    push_head(&mut out, status, headers, sensitive);
    push_body(&mut out, body);
    out.finish()
}

fn push_head(out: &mut TextBuilder, status: StatusCode, headers: &HeaderMap, sensitive: bool) {
    out.push_str(&format!("Response: {status}"));
    for (name, value) in headers {
        out.push_str(&format!("\n{name}: "));
        let credential = [SET_COOKIE, WWW_AUTHENTICATE, PROXY_AUTHENTICATE].contains(name);
        out.push_marked(&String::from_utf8_lossy(value.as_bytes()), sensitive || credential);
    }
}

fn push_body(out: &mut TextBuilder, body: &Text) {
    let length = body.as_str().len();
    if length == 0 {
        return;
    }
    out.push_str("\n\n");
    let end = body.as_str().floor_char_boundary(LONGEST);
    out.push(&body.slice(0..end).unwrap_or_default());
    if end < length {
        out.push_str(&format!("… ({} bytes more)", length - end));
    }
}
