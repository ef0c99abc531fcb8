//! The body of a request, made of what a flow wrote in `body` for the kind in `request`.

use accord_sdk::{FileError, TaskContext, TaskError};
use accord_value::{Map, Text, TextBuilder, Value, json};
use bytes::Bytes;

use super::multipart::Multipart;
use super::target::{items, push_encoded};

/// `request`: what the body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RequestType {
    /// A text.
    String,
    /// Data, or a text that is JSON already.
    Json,
    /// The content of a file.
    File,
    /// Fields, as browsers send a form.
    Form,
    /// Fields and files in parts.
    FormData,
}

impl RequestType {
    /// All of them, by the names that flows use.
    pub(super) const ALL: [(&'static str, RequestType); 5] = [
        ("string", RequestType::String),
        ("json", RequestType::Json),
        ("file", RequestType::File),
        ("form", RequestType::Form),
        ("formData", RequestType::FormData),
    ];

    fn name(self) -> &'static str {
        RequestType::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// The kind that fits a body where the flow names none.
    pub(super) fn fitting(body: &Value) -> RequestType {
        match body {
            Value::Map(_) | Value::List(_) | Value::Set(_) => RequestType::Json,
            _ => RequestType::String,
        }
    }

    /// `Content-Type` where no body decides it.
    pub(super) fn content_type(self) -> &'static str {
        match self {
            RequestType::String => "text/plain; charset=UTF-8",
            RequestType::Json => "application/json",
            RequestType::File => "application/octet-stream",
            RequestType::Form => "application/x-www-form-urlencoded",
            RequestType::FormData => "multipart/form-data",
        }
    }
}

/// A body, ready to be sent as often as redirects ask for it.
#[derive(Clone)]
pub(super) struct Body {
    /// What is sent.
    pub(super) bytes: Bytes,
    /// What may be shown of it.
    pub(super) shown: Text,
    /// Whether a marked value is in it.
    pub(super) sensitive: bool,
    /// `Content-Type`.
    pub(super) content_type: String,
}

impl Body {
    fn of_text(text: Text, kind: RequestType) -> Body {
        Body {
            bytes: Bytes::from(text.as_str().to_owned()),
            sensitive: text.is_sensitive(),
            shown: text,
            content_type: kind.content_type().to_owned(),
        }
    }

    /// Makes the body of kind `kind`.
    pub(super) fn new(kind: RequestType, value: &Value, cx: &TaskContext<'_>) -> Result<Body, TaskError> {
        match (kind, value) {
            (RequestType::String, Value::Map(_) | Value::List(_) | Value::Set(_)) => {
                Err(incompatible(kind, value, "a text", "'request: json' sends data"))
            }
            (RequestType::String, value) => Ok(Body::of_text(value.to_text(), kind)),
            (RequestType::Json, Value::Text(text)) => match json::parse(text.as_str()) {
                Ok(_) => Ok(Body::of_text(text.clone(), kind)),
                Err(error) => Err(TaskError::illegal_argument(Text::with_mark(
                    format!(
                        "Incompatible request type: 'request: json' takes data or JSON text, and the body is not JSON: {error}"
                    ),
                    text.is_sensitive(),
                ))),
            },
            (RequestType::Json, value) => Ok(Body::of_text(json::to_text(value)?, kind)),
            (RequestType::File, Value::Text(path)) => {
                let (bytes, sensitive) = file(path, cx)?;
                let shown =
                    Text::concat([&Text::plain("<file "), path, &Text::plain(format!(", {} bytes>", bytes.len()))]);
                let content_type = kind.content_type().to_owned();
                Ok(Body { bytes: bytes.into(), shown, sensitive, content_type })
            }
            (RequestType::File, value) => Err(incompatible(kind, value, "the path of a file", "")),
            (RequestType::Form, Value::Map(fields)) => Ok(Body::of_text(form(fields), kind)),
            (RequestType::FormData, Value::Map(fields)) => {
                let mut parts = Multipart::new(&cx.services().random_uuid());
                for (name, value) in fields.entries() {
                    parts.field(&name.to_text(), &value, cx)?;
                }
                Ok(parts.finish())
            }
            (RequestType::Form | RequestType::FormData, value) => {
                Err(incompatible(kind, value, "a map of fields", "'request: string' sends a text as it is"))
            }
        }
    }
}

fn incompatible(kind: RequestType, value: &Value, takes: &str, hint: &str) -> TaskError {
    let found = match value {
        Value::Text(_) => "a text",
        Value::Map(_) => "a map",
        Value::List(_) | Value::Set(_) => "a list",
        Value::Bool(_) => "true or false",
        value if value.is_number() => "a number",
        _ => "something else",
    };
    let hint = if hint.is_empty() { String::new() } else { format!("; {hint}") };
    TaskError::illegal_argument(format!(
        "Incompatible request type: 'request: {}' takes {takes}, and the body is {found}{hint}",
        kind.name()
    ))
}

/// The content of a file and whether it is marked.
pub(super) fn file(path: &Text, cx: &TaskContext<'_>) -> Result<(Vec<u8>, bool), TaskError> {
    match cx.files().read(path.as_str()) {
        Ok(file) => Ok((file.bytes, file.sensitive)),
        Err(error) => Err(file_error(error, path)),
    }
}

/// Why a file cannot be used, by the path that the flow wrote.
pub(super) fn file_error(error: FileError, path: &Text) -> TaskError {
    let (class, before) = match error {
        FileError::NotFound(_) => ("java.io.FileNotFoundException", "File not found: "),
        FileError::Outside(_) => {
            (TaskError::ILLEGAL_ARGUMENT, "Not authorized to access file outside of working directory: ")
        }
        other => return other.into(),
    };
    TaskError::of(class, Text::concat([&Text::plain(before), path]))
}

fn form(fields: &Map) -> Text {
    let mut out = TextBuilder::new();
    for (name, value) in fields.entries() {
        for item in items(&value) {
            if !out.is_empty() {
                out.push_str("&");
            }
            push_encoded(&mut out, &name.to_text());
            out.push_str("=");
            push_encoded(&mut out, &item);
        }
    }
    out.finish()
}
