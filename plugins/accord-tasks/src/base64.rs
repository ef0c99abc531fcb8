//! `base64`: texts to base64 and back, with the errors of Java's decoder.

use ::base64::Engine;
use ::base64::engine::general_purpose::STANDARD;
use accord_sdk::{Method, Parameter, Task, TaskContext, TaskError, TaskInfo};
use accord_value::{Text, Value};

use crate::args;

/// The task `base64`.
pub(crate) struct Base64;

impl Task for Base64 {
    fn describe(&self) -> TaskInfo {
        TaskInfo::new("base64", "Texts to base64 and back.")
            .method(Method::new("encode", [Parameter::string("raw")]))
            .method(Method::new("decode", [Parameter::string("encoded")]))
            .dry_run_ready()
    }

    fn call(&self, method: &str, args: &[Value], cx: &mut TaskContext<'_>) -> Result<Value, TaskError> {
        let text = args::text(args, 0);
        match (method, args) {
            ("encode", [_]) => Ok(Value::Text(Text::with_mark(STANDARD.encode(text.as_str()), text.is_sensitive()))),
            ("decode", [_]) => {
                let bytes = decode(text.as_str()).map_err(TaskError::illegal_argument)?;
                Ok(Value::Text(Text::with_mark(String::from_utf8_lossy(&bytes), text.is_sensitive())))
            }
            _ => Err(cx.no_such_method(method, args)),
        }
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What Java's basic decoder gives, its complaints included.
fn decode(text: &str) -> Result<Vec<u8>, String> {
    let input: Vec<u8> = text.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect();
    if input.len() == 1 {
        return Err("Input byte[] should at least have 2 bytes for base64 bytes".to_owned());
    }
    let mut out = Vec::with_capacity(input.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0u32);
    let mut symbols = input.iter().enumerate();
    while let Some((_, symbol)) = symbols.next() {
        if *symbol == b'=' {
            let closed = match count {
                2 => symbols.next().is_some_and(|(_, next)| *next == b'='),
                3 => true,
                _ => false,
            };
            if !closed {
                return Err("Input byte array has wrong 4-byte ending unit".to_owned());
            }
            if let Some((rest, _)) = symbols.next() {
                return Err(format!("Input byte array has incorrect ending byte at {rest}"));
            }
            return Ok(finish(out, bits, count));
        }
        let Some(six) = ALPHABET.iter().position(|known| known == symbol) else {
            return Err(format!("Illegal base64 character {symbol:x}"));
        };
        bits = bits << 6 | u32::try_from(six).unwrap_or_default();
        count += 1;
        if count == 4 {
            out.extend(bits.to_be_bytes().iter().skip(1));
            (bits, count) = (0, 0);
        }
    }
    if count == 1 {
        return Err("Last unit does not have enough valid bits".to_owned());
    }
    Ok(finish(out, bits, count))
}

/// Adds the bytes of a last unit with 2 or 3 symbols.
fn finish(mut out: Vec<u8>, bits: u32, count: u32) -> Vec<u8> {
    let whole = bits << (6 * (4 - count.min(4)));
    let bytes = whole.to_be_bytes();
    out.extend(bytes.iter().skip(1).take(count.saturating_sub(1) as usize));
    out
}
