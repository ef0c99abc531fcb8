//! Bodies of the kind `formData` (RFC 7578, names and file names escaped as browsers do).

use accord_sdk::{TaskContext, TaskError};
use accord_value::{Text, TextBuilder, Value};

use super::body::{Body, file};

/// Parts that are put together.
pub(super) struct Multipart {
    boundary: String,
    bytes: Vec<u8>,
    shown: TextBuilder,
    sensitive: bool,
}

impl Multipart {
    /// No parts yet. `id` is in no part: it is random.
    pub(super) fn new(id: &str) -> Multipart {
        Multipart { boundary: format!("accord-{id}"), bytes: Vec::new(), shown: TextBuilder::new(), sensitive: false }
    }

    /// Adds a field: a text, a text `@path` for a file, a map of `type` and `data`, or a list of them.
    pub(super) fn field(&mut self, name: &Text, value: &Value, cx: &TaskContext<'_>) -> Result<(), TaskError> {
        match value {
            Value::Null => Ok(()),
            Value::List(list) => list.snapshot().iter().try_for_each(|item| match item {
                Value::List(_) => Err(refused(name, "a list in a list")),
                item => self.field(name, item, cx),
            }),
            Value::Map(part) => {
                let data = match part.get("data") {
                    None | Some(Value::Null) => return Err(refused(name, "a map without 'data'")),
                    Some(Value::Map(_) | Value::List(_)) => return Err(refused(name, "a map whose 'data' is no text")),
                    Some(data) => data.to_text(),
                };
                let kind = part.get("type").filter(|kind| !kind.is_null()).map(|kind| kind.to_text());
                if kind.as_ref().is_some_and(|kind| kind.as_str().contains(char::is_control)) {
                    return Err(refused(name, "a map whose 'type' is no content type"));
                }
                self.part(name, &data, kind.as_ref(), cx)
            }
            value => self.part(name, &value.to_text(), None, cx),
        }
    }

    fn part(&mut self, name: &Text, data: &Text, kind: Option<&Text>, cx: &TaskContext<'_>) -> Result<(), TaskError> {
        let path = data.as_str().strip_prefix('@').and_then(|path| data.slice(1..path.len() + 1));
        let (bytes, default_kind, file_name) = match &path {
            Some(path) => {
                let (bytes, sensitive) = file(path, cx)?;
                self.sensitive |= sensitive;
                let file_name = path.as_str().rsplit('/').next().unwrap_or_default().to_owned();
                (bytes, "application/octet-stream", Some(file_name))
            }
            None => (data.as_str().as_bytes().to_vec(), "text/plain; charset=UTF-8", None),
        };
        self.sensitive |= name.is_sensitive() || data.is_sensitive() || kind.is_some_and(Text::is_sensitive);
        let mut head =
            format!("--{}\r\nContent-Disposition: form-data; name=\"{}\"", self.boundary, escape(name.as_str()));
        if let Some(file_name) = file_name {
            head.push_str(&format!("; filename=\"{}\"", escape(&file_name)));
        }
        head.push_str(&format!("\r\nContent-Type: {}\r\n\r\n", kind.map_or(default_kind, Text::as_str)));
        self.bytes.extend_from_slice(head.as_bytes());
        self.bytes.extend_from_slice(&bytes);
        self.bytes.extend_from_slice(b"\r\n");
        if !self.shown.is_empty() {
            self.shown.push_str("\n");
        }
        self.shown.push(name);
        self.shown.push_str(": ");
        self.shown.push(data);
        Ok(())
    }

    /// The body.
    pub(super) fn finish(mut self) -> Body {
        self.bytes.extend_from_slice(format!("--{}--\r\n", self.boundary).as_bytes());
        Body {
            bytes: self.bytes.into(),
            shown: self.shown.finish(),
            sensitive: self.sensitive,
            content_type: format!("multipart/form-data; boundary={}", self.boundary),
        }
    }
}

fn refused(name: &Text, what: &str) -> TaskError {
    TaskError::illegal_argument(Text::concat([
        &Text::plain(
            "Incompatible request type: 'request: formData' takes texts, '@path' and maps of 'type' and 'data', and the field '",
        ),
        name,
        &Text::plain(format!("' is {what}")),
    ]))
}

fn escape(text: &str) -> String {
    text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
