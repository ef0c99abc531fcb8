//! The headers of a request, and which of them stay with the first host.

use accord_sdk::{TaskContext, TaskError, Variables};
use accord_value::{Map, Text, TextBuilder, Value};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{
    AUTHORIZATION, CONTENT_LENGTH, COOKIE, HOST, HeaderName, HeaderValue, PROXY_AUTHORIZATION, TRANSFER_ENCODING,
};

/// A header of a request.
#[derive(Clone)]
pub(super) struct Header {
    /// Its name.
    pub(super) name: HeaderName,
    /// Its value.
    pub(super) value: HeaderValue,
    /// The value as it may be shown.
    pub(super) shown: Text,
    /// Whether it is for the first host alone: credentials, and what carries a marked value.
    pub(super) stays: bool,
}

impl Header {
    /// A header that says nothing of anyone.
    pub(super) fn plain(name: HeaderName, value: &'static str) -> Header {
        Header { name, value: HeaderValue::from_static(value), shown: Text::plain(value), stays: false }
    }

    /// `Authorization` with `value`.
    pub(super) fn authorization(value: HeaderValue) -> Header {
        Header { name: AUTHORIZATION, value, shown: Text::sensitive("credentials"), stays: true }
    }
}

/// The headers that a flow wrote.
pub(super) fn read(written: Option<&Map>) -> Result<Vec<Header>, TaskError> {
    let mut headers = Vec::new();
    for (name, value) in written.map(Map::entries).unwrap_or_default() {
        let shown_name = name.to_text();
        let refused = |why: &str| {
            let parts = [&Text::plain("Invalid header '"), &shown_name, &Text::plain(format!("': {why}"))];
            TaskError::illegal_argument(Text::concat(parts))
        };
        let name = HeaderName::from_bytes(shown_name.as_str().as_bytes())
            .map_err(|_| refused("a name consists of letters, digits and '-'"))?;
        if name == CONTENT_LENGTH || name == TRANSFER_ENCODING {
            return Err(refused("it follows from the body; leave it out"));
        }
        for text in super::target::items(&value) {
            let mut value = HeaderValue::from_bytes(text.as_str().as_bytes())
                .map_err(|_| refused("a value has no line breaks or other control characters"))?;
            let credential = name == AUTHORIZATION || name == PROXY_AUTHORIZATION || name == COOKIE;
            let marked = text.is_sensitive() || shown_name.is_sensitive();
            value.set_sensitive(credential || marked);
            headers.push(Header {
                name: name.clone(),
                value,
                shown: if credential { text.marked() } else { text },
                stays: credential || marked || name == HOST,
            });
        }
    }
    Ok(headers)
}

/// `auth`: `Authorization` of the scheme *Basic*.
pub(super) fn auth(auth: Option<Map>, cx: &TaskContext<'_>) -> Result<Option<Header>, TaskError> {
    let Some(auth) = auth else { return Ok(None) };
    let refused = |why: &str| {
        TaskError::illegal_argument(format!(
            "Invalid 'auth': {why}. It takes 'basic' with either 'token', or 'username' and 'password'"
        ))
    };
    let basic = Variables::from(auth).map("basic")?.ok_or_else(|| refused("'basic' is missing"))?;
    let basic = Variables::from(basic);
    let text = |name: &str| Some(basic.get(name)).filter(|value| !value.is_null()).map(|value| value.to_text());
    let value = match (text("token"), text("username"), text("password")) {
        (Some(token), None, None) => {
            if token.as_str().is_empty() {
                return Err(refused("'token' is empty"));
            }
            cx.services().register_sensitive(token.as_str());
            let mut value = HeaderValue::from_str(&format!("Basic {}", token.as_str()))
                .map_err(|_| refused("'token' has characters that cannot be in a header"))?;
            value.set_sensitive(true);
            value
        }
        (None, Some(user), Some(password)) => credentials(&user, &password, cx).map_err(refused)?,
        (None, Some(_), None) => return Err(refused("'password' is missing")),
        (None, None, Some(_)) => return Err(refused("'username' is missing")),
        (Some(_), ..) => return Err(refused("'token' is given together with 'username' or 'password'")),
        (None, None, None) => return Err(refused("'basic' has neither 'token' nor 'username' and 'password'")),
    };
    Ok(Some(Header::authorization(value)))
}

/// `proxyAuth`: the value of `Proxy-Authorization`.
pub(super) fn proxy_auth(auth: Option<Map>, cx: &TaskContext<'_>) -> Result<Option<HeaderValue>, TaskError> {
    let Some(auth) = auth else { return Ok(None) };
    let refused =
        |why: &str| TaskError::illegal_argument(format!("Invalid 'proxyAuth': {why}. It takes 'user' and 'password'"));
    let text = |name: &str| match auth.get(name) {
        None | Some(Value::Null) => Err(refused(&format!("'{name}' is missing"))),
        Some(value) => Ok(value.to_text()),
    };
    credentials(&text("user")?, &text("password")?, cx).map(Some).map_err(refused)
}

/// The value of the scheme *Basic*; the password is known as a secret from here on, alone and together with the user.
fn credentials(user: &Text, password: &Text, cx: &TaskContext<'_>) -> Result<HeaderValue, &'static str> {
    if user.as_str().contains(':') {
        return Err("the user name has a ':', which ends it");
    }
    if !password.as_str().is_empty() {
        cx.services().register_sensitive(password.as_str());
        cx.services().register_sensitive(&format!("{}:{}", user.as_str(), password.as_str()));
    }
    basic(user.as_str(), password.as_str()).map_err(|_| "the header cannot be made")
}

/// `Basic base64(user:password)`.
pub(super) fn basic(user: &str, password: &str) -> Result<HeaderValue, reqwest::header::InvalidHeaderValue> {
    let mut value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))?;
    value.set_sensitive(true);
    Ok(value)
}

/// A line for each header.
pub(super) fn lines<'a>(headers: impl IntoIterator<Item = &'a Header>) -> Text {
    let mut out = TextBuilder::new();
    for header in headers {
        out.push_str("\n");
        out.push_str(header.name.as_str());
        out.push_str(": ");
        out.push(&header.shown);
    }
    out.finish()
}
