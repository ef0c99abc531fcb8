//! Where a request goes: the URL with its query, as it is sent and as it may be shown.

use accord_sdk::TaskError;
use accord_value::{Map, Text, TextBuilder, Value};
use reqwest::Url;
use reqwest::header::HeaderValue;

use super::failure::Failure;
use super::uri;

/// The characters that form encoding leaves as they are.
const PLAIN: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789*-._";

/// A URL of the schemes `http` and `https`.
#[derive(Clone)]
pub(super) struct Target {
    /// As it is sent. User and password are taken out.
    pub(super) url: Url,
    /// As it was written, marks in their places.
    pub(super) shown: Text,
    /// `Authorization` made of a user and a password in the URL.
    pub(super) authorization: Option<HeaderValue>,
}

impl Target {
    /// The URL that a flow wrote, with its `query` added.
    pub(super) fn new(written: &Text, query: Option<&Map>) -> Result<Target, Failure> {
        check(written, "")?;
        let shown = with_query(&hide_password(written), query);
        let url = Url::parse(shown.as_str())
            .map_err(|error| Failure::url(quote("Illegal URL: ", &shown, &format!(" ({error})"))))?;
        Ok(Target::of(url, shown))
    }

    /// The target of a redirect.
    pub(super) fn redirect(&self, location: &str) -> Result<Target, Failure> {
        let refused = |why: &str| Failure::url(quote("Cannot follow the redirect to '", &Text::plain(location), why));
        let url = self.url.join(location).map_err(|error| refused(&format!("': {error}")))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(refused("': only http and https URLs can be followed"));
        }
        let shown = hide_password(&Text::plain(url.as_str()));
        Ok(Target::of(url, shown))
    }

    fn of(mut url: Url, shown: Text) -> Target {
        let authorization = match (url.username(), url.password()) {
            ("", None) => None,
            (user, password) => super::headers::basic(&decode(user), &decode(password.unwrap_or_default())).ok(),
        };
        // Neither can fail: the URL has a host.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        Target { url, shown, authorization }
    }

    /// Host and port as messages name them, marked where the URL's own are.
    pub(super) fn host_and_port(&self) -> Text {
        let port = self.url.port_or_known_default().map(|port| format!(":{port}")).unwrap_or_default();
        let host = format!("{}{port}", self.url.host_str().unwrap_or_default());
        Text::with_mark(host, self.host_is_sensitive())
    }

    /// The host as messages name it, marked where the URL's own is.
    pub(super) fn host(&self) -> Text {
        Text::with_mark(self.url.host_str().unwrap_or_default(), self.host_is_sensitive())
    }

    fn host_is_sensitive(&self) -> bool {
        let (start, end) = authority(self.shown.as_str());
        let host =
            self.shown.as_str().get(start..end).and_then(|part| part.rfind('@')).map_or(start, |at| start + at + 1);
        self.shown.sensitive_ranges().iter().any(|range| range.start < end && range.end > host)
    }

    /// Whether what was meant for `self` may go to `other`: the same host and port, or the same host by way of its
    /// change from `http` to `https` on their own ports.
    pub(super) fn may_share_with(&self, other: &Target) -> bool {
        let (a, b) = (&self.url, &other.url);
        let ports = (a.port_or_known_default(), b.port_or_known_default());
        let same = a.scheme() == b.scheme() && ports.0 == ports.1;
        let upgraded = a.scheme() == "http" && b.scheme() == "https" && ports == (Some(80), Some(443));
        a.host_str() == b.host_str() && (same || upgraded)
    }
}

/// Refuses what is no URL of a web server; `prefix` begins the message.
fn check(written: &Text, prefix: &str) -> Result<(), Failure> {
    if let Err(complaint) = uri::check(written.as_str()) {
        let reason = format!("{prefix}{} at index {}: ", complaint.reason, complaint.index);
        return Err(Failure::url(quote(&reason, written, "")));
    }
    let text = written.as_str();
    match text.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") => {
            if rest.is_empty() || rest.starts_with(['/', '?', '#']) {
                return Err(Failure::url(quote("URI does not specify a valid host name: ", written, "")));
            }
            Ok(())
        }
        Some((scheme, _)) if !scheme.is_empty() && !scheme.contains(['/', '?', '#']) => {
            Err(Failure::url(Text::plain(format!("{scheme} protocol is not supported: use a URL with http or https"))))
        }
        _ => Err(Failure::url(quote("URI does not specify a valid host name: ", written, ""))),
    }
}

/// The URL of a proxy.
pub(super) fn proxy(written: &Text) -> Result<Target, TaskError> {
    // As Java's, a proxy may be named without a scheme.
    let full = match written.as_str().contains("://") {
        true => written.clone(),
        false => Text::concat([&Text::plain("http://"), written]),
    };
    let refused = |failure: Failure| failure.into_error();
    check(&full, "Invalid 'proxy': ").map_err(refused)?;
    Target::new(&full, None).map_err(refused)
}

/// `before`, `text` with its marks, `after`.
fn quote(before: &str, text: &Text, after: &str) -> Text {
    Text::concat([&Text::plain(before), text, &Text::plain(after)])
}

/// Byte offsets of the authority.
fn authority(url: &str) -> (usize, usize) {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(start..).and_then(|rest| rest.find(['/', '?', '#'])).map_or(url.len(), |at| start + at);
    (start, end)
}

/// The URL with the password in front of its host marked.
fn hide_password(url: &Text) -> Text {
    let (start, end) = authority(url.as_str());
    let found = url.as_str().get(start..end).and_then(|part| {
        let at = part.rfind('@')?;
        let colon = part.get(..at)?.find(':')?;
        Some(start + colon + 1..start + at)
    });
    match found {
        Some(password) if !password.is_empty() => {
            let mut ranges = url.sensitive_ranges().into_owned();
            ranges.push(password);
            Text::with_ranges(url.as_arc().clone(), ranges)
        }
        _ => url.clone(),
    }
}

/// The URL with `query` before its fragment. Lists give their name once for each item; null is left out.
fn with_query(url: &Text, query: Option<&Map>) -> Text {
    let mut pairs = Vec::new();
    for (name, value) in query.map(Map::entries).unwrap_or_default() {
        pairs.extend(items(&value).into_iter().map(|item| (name.to_text(), item)));
    }
    if pairs.is_empty() {
        return url.clone();
    }
    let hash = url.as_str().find('#').unwrap_or(url.as_str().len());
    let mut out = TextBuilder::new();
    out.push(&url.slice(0..hash).unwrap_or_default());
    let mut separator = match url.as_str().get(..hash).and_then(|url| url.split_once('?')) {
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    for (name, value) in pairs {
        out.push_str(separator);
        push_encoded(&mut out, &name);
        out.push_str("=");
        push_encoded(&mut out, &value);
        separator = "&";
    }
    out.push(&url.slice(hash..url.as_str().len()).unwrap_or_default());
    out.finish()
}

/// The texts that a value stands for: those of a list's items, its own; null stands for none.
pub(super) fn items(value: &Value) -> Vec<Text> {
    match value {
        Value::Null => Vec::new(),
        Value::List(list) => list.snapshot().iter().filter(|item| !item.is_null()).map(Value::to_text).collect(),
        other => vec![other.to_text()],
    }
}

/// Appends a text in form encoding, its marks kept.
pub(super) fn push_encoded(out: &mut TextBuilder, text: &Text) {
    for (part, sensitive) in text.segments() {
        let mut encoded = String::with_capacity(part.len());
        for byte in part.bytes() {
            match byte {
                b' ' => encoded.push('+'),
                byte if PLAIN.contains(&byte) => encoded.push(char::from(byte)),
                byte => encoded.push_str(&format!("%{byte:02X}")),
            }
        }
        out.push_marked(&encoded, sensitive);
    }
}

/// A part of a URL without its escapes.
fn decode(part: &str) -> String {
    let bytes = part.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escape =
            part.get(at + 1..at + 3).filter(|_| *byte == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match escape {
            Some(decoded) => {
                out.push(decoded);
                at += 3;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
