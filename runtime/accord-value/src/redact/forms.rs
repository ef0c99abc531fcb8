//! The forms in which a value may turn up.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// A way to write a value.
#[derive(Clone, Copy)]
pub(super) enum Encoding {
    Plain,
    /// Base64 of the value behind `offset` other bytes, without the characters that hold bits of other bytes too.
    Base64 {
        offset: usize,
        url: bool,
    },
    Hex {
        upper: bool,
    },
    /// Percent-encoding of all but letters, digits and the characters of `keep`.
    Url {
        keep: &'static str,
        space: &'static str,
        upper: bool,
    },
    Json,
    /// JSON with slashes escaped.
    JsonSlashes,
    /// JSON with everything beyond ASCII as `\u` escapes.
    JsonAscii {
        upper: bool,
    },
    Xml {
        quote: &'static str,
        apostrophe: &'static str,
    },
    /// Every apostrophe as this, as between two single-quoted parts.
    Apostrophe(&'static str),
    /// A backslash before each character of this set.
    Backslash(&'static str),
}

/// All ways to write bytes.
pub(super) const OF_BYTES: [Encoding; 8] = [
    Encoding::Base64 { offset: 0, url: false },
    Encoding::Base64 { offset: 1, url: false },
    Encoding::Base64 { offset: 2, url: false },
    Encoding::Base64 { offset: 0, url: true },
    Encoding::Base64 { offset: 1, url: true },
    Encoding::Base64 { offset: 2, url: true },
    Encoding::Hex { upper: false },
    Encoding::Hex { upper: true },
];

/// What stays as it is in a URL: by RFC 3986, in Java's `URLEncoder`, in JavaScript's `encodeURIComponent`.
const KEPT: [&str; 3] = ["-._~", "-._*", "-._~!*'()"];

/// What a shell reads as more than itself between double quotes, and outside of quotes.
const SHELL: [&str; 4] = ["\"\\$`", "\"\\$`!", " !\"#$&'()*;<>?[\\]^`{|}~\t\n", " !\"#$%&'()*+,:;<=>?@[\\]^`{|}~\t\n"];

/// All ways to write a text.
pub(super) fn of_text() -> Vec<Encoding> {
    let mut all = vec![Encoding::Plain, Encoding::Json, Encoding::JsonSlashes];
    all.extend(OF_BYTES);
    for keep in KEPT {
        for space in ["%20", "+"] {
            all.extend([true, false].map(|upper| Encoding::Url { keep, space, upper }));
        }
    }
    all.extend([true, false].map(|upper| Encoding::JsonAscii { upper }));
    for (quote, apostrophe) in [("&quot;", "&apos;"), ("&quot;", "&#39;"), ("&#34;", "&#39;"), ("\"", "'")] {
        all.push(Encoding::Xml { quote, apostrophe });
    }
    all.extend(["'\\''", "'\"'\"'"].map(Encoding::Apostrophe));
    all.extend(SHELL.map(Encoding::Backslash));
    all
}

impl Encoding {
    /// The value written in this way.
    pub(super) fn encode(self, bytes: &[u8]) -> String {
        let text = || String::from_utf8_lossy(bytes);
        match self {
            Encoding::Plain => text().into_owned(),
            Encoding::Base64 { offset, url } => base64(bytes, offset, url),
            Encoding::Hex { upper } => bytes.iter().flat_map(|byte| hex(*byte, upper)).collect(),
            Encoding::Url { keep, space, upper } => percent(bytes, keep, space, upper),
            Encoding::Json => crate::json::escape(&text()),
            Encoding::JsonSlashes => crate::json::escape(&text()).replace('/', "\\/"),
            Encoding::JsonAscii { upper } => ascii_json(&crate::json::escape(&text()), upper),
            Encoding::Xml { quote, apostrophe } => text()
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
                .replace('"', quote)
                .replace('\'', apostrophe),
            Encoding::Apostrophe(form) => text().replace('\'', form),
            Encoding::Backslash(special) => {
                let mut out = String::with_capacity(bytes.len() + 8);
                for character in text().chars() {
                    if special.contains(character) {
                        out.push('\\');
                    }
                    out.push(character);
                }
                out
            }
        }
    }
}

fn base64(bytes: &[u8], offset: usize, url: bool) -> String {
    let mut shifted = zeroize::Zeroizing::new(vec![0; offset]);
    shifted.extend_from_slice(bytes);
    let first = (offset * 8).div_ceil(6);
    let end = shifted.len() * 8 / 6;
    let encoded = if url { URL_SAFE_NO_PAD.encode(&*shifted) } else { STANDARD_NO_PAD.encode(&*shifted) };
    encoded.get(first..end).unwrap_or_default().to_owned()
}

fn hex(byte: u8, upper: bool) -> [char; 2] {
    [byte >> 4, byte & 15].map(|nibble| {
        let digit = char::from_digit(u32::from(nibble), 16).unwrap_or('0');
        if upper { digit.to_ascii_uppercase() } else { digit }
    })
}

fn percent(bytes: &[u8], keep: &str, space: &str, upper: bool) -> String {
    let mut out = String::with_capacity(bytes.len() * 3);
    for byte in bytes {
        if *byte == b' ' {
            out.push_str(space);
        } else if byte.is_ascii_alphanumeric() || keep.as_bytes().contains(byte) {
            out.push(char::from(*byte));
        } else {
            out.push('%');
            out.extend(hex(*byte, upper));
        }
    }
    out
}

fn ascii_json(json: &str, upper: bool) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_ascii() {
            out.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            out.push_str(&if upper { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") });
        }
    }
    out
}
