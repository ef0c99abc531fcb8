//! The answer, and the result that the flow gets of it.

use std::sync::Arc;

use accord_sdk::{FileError, Services, TaskError, TaskResult};
use accord_value::{Map, Text, Value, json};
use encoding_rs::{Encoding, WINDOWS_1252};
use reqwest::header::{CONTENT_TYPE, HeaderMap, SET_COOKIE};
use reqwest::{Response, StatusCode};

use super::failure::{self, Failure};
use super::settings::{ResponseType, Settings};
use super::target::Target;
use super::trace;

/// The largest answer that the task `http` holds in memory, in bytes.
pub(super) const LARGEST: usize = 64 << 20;

/// How much is written to a file at once, in bytes.
const PIECE: usize = 256 << 10;

/// The longest text of a body in `error`, in bytes.
const LONGEST_ERROR: usize = 4 << 10;

/// Header names that capital letters after `-` do not spell as servers do.
const SPELLINGS: [(&str, &str); 10] = [
    ("content-md5", "Content-MD5"),
    ("dnt", "DNT"),
    ("etag", "ETag"),
    ("nel", "NEL"),
    ("sourcemap", "SourceMap"),
    ("te", "TE"),
    ("www-authenticate", "WWW-Authenticate"),
    ("x-dns-prefetch-control", "X-DNS-Prefetch-Control"),
    ("x-ua-compatible", "X-UA-Compatible"),
    ("x-xss-protection", "X-XSS-Protection"),
];

/// An answer, all of it.
pub(super) struct Answer {
    target: Target,
    pub(super) status: StatusCode,
    headers: HeaderMap,
    body: Content,
}

enum Content {
    Memory(Vec<u8>),
    /// The path of the file that has it, and its size.
    File(Arc<str>, u64),
}

/// Reads an answer to its end.
pub(super) async fn read(
    mut response: Response,
    target: Target,
    settings: &Settings,
    services: &dyn Services,
) -> Result<Answer, Failure> {
    let status = response.status();
    let headers = response.headers().clone();
    // What a server says about a failure is no file that was asked for.
    let body = if settings.response == ResponseType::File && status.is_success() {
        to_file(&mut response, &target, settings, services).await?
    } else {
        to_memory(&mut response, &target, settings).await?
    };
    Ok(Answer { target, status, headers, body })
}

async fn to_memory(response: &mut Response, target: &Target, settings: &Settings) -> Result<Content, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| broken(&error, target, settings))? {
        let largest = settings.largest;
        if bytes.len() + chunk.len() > largest {
            let hint = if largest == LARGEST { ": 'response: file' takes one of any size" } else { "" };
            let message = format!("The response is larger than {largest} bytes, which is the limit{hint}");
            return Err(Failure::new(TaskError::IO, message.into()));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Content::Memory(bytes))
}

async fn to_file(
    response: &mut Response,
    target: &Target,
    settings: &Settings,
    services: &dyn Services,
) -> Result<Content, Failure> {
    let refused = |error: FileError| Failure::from(TaskError::from(error));
    let files = services.files();
    let path = files.temp_file("http_", ".bin").map_err(refused)?.relative;
    files.write(&path, &[], settings.sensitive).map_err(refused)?;
    let mut size = 0;
    let mut piece = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| broken(&error, target, settings))? {
        size += chunk.len() as u64;
        piece.extend_from_slice(&chunk);
        if piece.len() >= PIECE {
            files.append(&path, &piece).map_err(refused)?;
            piece.clear();
        }
    }
    files.append(&path, &piece).map_err(refused)?;
    Ok(Content::File(path, size))
}

fn broken(error: &reqwest::Error, target: &Target, settings: &Settings) -> Failure {
    let peer = settings.proxy.as_ref().map_or(target, |proxy| &proxy.target);
    failure::of(error, target, peer, settings.limits)
}

impl Answer {
    /// The answer as `debug` logs it.
    pub(super) fn trace(&self, settings: &Settings) -> Text {
        let body = match &self.body {
            Content::Memory(_) => Text::with_mark(self.text(), settings.sensitive),
            Content::File(path, size) => Text::plain(format!("<file {path}, {size} bytes>")),
        };
        trace::response(self.status, &self.headers, &body, settings.sensitive)
    }

    /// The result of the step. Where something marked was sent, everything that the server wrote is marked.
    pub(super) fn into_result(self, settings: &Settings) -> Result<TaskResult, Failure> {
        if self.status == StatusCode::UNAUTHORIZED && !settings.ignore_errors {
            let message = Text::concat([&Text::plain("Authorization required for "), &self.target.shown]);
            return Err(Failure::new("UnauthorizedException", message));
        }
        let mut ok = self.status.is_success();
        let mut error = if ok { None } else { Some(self.explanation()) };
        let content = match (&self.body, settings.response) {
            (Content::File(path, _), _) => Value::from(path.clone()),
            (Content::Memory(bytes), ResponseType::Json) if bytes.trim_ascii().is_empty() => Value::Null,
            (Content::Memory(_), ResponseType::Json) => match json::parse(&self.text()) {
                Ok(value) => value,
                Err(_) if !ok => Value::from(self.text()),
                Err(problem) => {
                    let message = format!("The response is not JSON: {problem}");
                    if !settings.ignore_errors {
                        let message = Text::with_mark(message, settings.sensitive);
                        return Err(Failure::new("com.fasterxml.jackson.core.JsonParseException", message));
                    }
                    (ok, error) = (false, Some(message));
                    Value::from(self.text())
                }
            },
            (Content::Memory(_), _) => Value::from(self.text()),
        };
        // The path of a file tells nothing; what is in it is marked when it is read.
        let marked = |value: Value| if settings.sensitive { value.marked() } else { value };
        let content = if matches!(self.body, Content::File(..)) { content } else { marked(content) };
        Ok(TaskResult::Simple {
            ok,
            error: error.map(|error| Text::with_mark(error, settings.sensitive)),
            values: vec![
                ("statusCode".into(), Value::Int(i32::from(self.status.as_u16()))),
                ("headers".into(), Value::Map(self.header_map(settings.sensitive))),
                ("content".into(), content),
            ],
        })
    }

    /// What went wrong, in the server's words if it has some.
    fn explanation(&self) -> String {
        let text = self.text();
        let text = text.trim();
        if text.is_empty() {
            return format!("HTTP {}", self.status);
        }
        text.get(..text.floor_char_boundary(LONGEST_ERROR)).unwrap_or_default().to_owned()
    }

    /// The body as a text: in the encoding that the server names, else in UTF-8 where it is that, else in Latin-1, as the
    /// reference's client takes it.
    pub(super) fn text(&self) -> String {
        let Content::Memory(bytes) = &self.body else { return String::new() };
        let named = self.charset().and_then(|label| Encoding::for_label(label.as_bytes()));
        match (named, std::str::from_utf8(bytes)) {
            (None, Ok(text)) => text.trim_start_matches('\u{feff}').to_owned(),
            (named, _) => named.unwrap_or(WINDOWS_1252).decode(bytes).0.into_owned(),
        }
    }

    fn charset(&self) -> Option<String> {
        let header = self.headers.get(CONTENT_TYPE)?.to_str().ok()?;
        header.split(';').skip(1).find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"').to_owned())
        })
    }

    /// Headers by their names. Their case means nothing (RFC 9110) and the client does not keep it, so each is there in
    /// both spellings that flows use: `Content-Type` and `content-type`.
    fn header_map(&self, sensitive: bool) -> Map {
        let map = Map::linked();
        for name in self.headers.keys() {
            let values: Vec<_> =
                self.headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
            let separator = if *name == SET_COOKIE { "\n" } else { ", " };
            let value = Text::with_mark(values.join(separator), sensitive);
            map.insert(spelling(name.as_str()), value.clone());
            map.insert(name.as_str(), value);
        }
        map
    }
}

/// A header's name as servers write it.
fn spelling(name: &str) -> String {
    if let Some((_, known)) = SPELLINGS.iter().find(|(lower, _)| *lower == name) {
        return (*known).to_owned();
    }
    let mut start = true;
    name.chars()
        .map(|character| {
            let out = if start { character.to_ascii_uppercase() } else { character };
            start = character == '-';
            out
        })
        .collect()
}
