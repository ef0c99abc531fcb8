//! The vaults of Concord's own CLI: files of Java properties, whose keys stand for encrypted texts.
//! Source: <https://concord.walmartlabs.com/docs/cli/running-flows.html>, section *Secrets*;
//! the file format: `java.util.Properties.load`.

use std::fs;
use std::io;
use std::path::PathBuf;

use accord_sdk::TaskError;
use accord_value::{Secret, SecretString};

/// One vault: a file in the folder of vaults.
#[derive(Clone, Debug)]
pub(crate) struct Vault {
    dir: PathBuf,
    id: String,
}

impl Vault {
    pub(crate) fn new(dir: impl Into<PathBuf>, id: impl Into<String>) -> Self {
        Self { dir: dir.into(), id: id.into() }
    }

    /// The vault's name.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The value under `key`; none where the vault does not have it.
    ///
    /// # Errors
    /// Where there is no such vault.
    #[expect(clippy::disallowed_methods, reason = "the file's lines are split; what is found goes back under guard")]
    pub(crate) fn get(&self, key: &str) -> Result<Option<SecretString>, TaskError> {
        if self.id.is_empty() || self.id == ".." || self.id.contains(['/', '\0']) {
            return Err(TaskError::illegal_argument(format!("'{}' is no name of a vault", self.id)));
        }
        let file = self.dir.join(&self.id);
        let text = match fs::read(&file) {
            Ok(bytes) => Secret::new(String::from_utf8(bytes).unwrap_or_else(|error| latin1(error.as_bytes()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(TaskError::new(format!(
                    "Vault '{}' not found: expected the file {} with lines `key = value`",
                    self.id,
                    file.display()
                )));
            }
            Err(error) => return Err(TaskError::of(TaskError::IO, format!("{}: {error}", file.display()))),
        };
        Ok(find(text.expose(), key).map(Secret::new))
    }
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// The value of a key among the lines of a properties file; the last one of that key counts.
fn find(text: &str, key: &str) -> Option<String> {
    let mut found = None;
    let mut lines = text.split(['\n', '\r']).map(|line| line.trim_start_matches([' ', '\t', '\u{c}']));
    while let Some(line) = lines.next() {
        if line.is_empty() || line.starts_with(['#', '!']) {
            continue;
        }
        let mut logical = line.to_owned();
        while continues(&logical) {
            logical.pop();
            match lines.next() {
                Some(next) => logical.push_str(next),
                None => break,
            }
        }
        let (name, value) = split(&logical);
        if unescape(name) == key {
            found = Some(unescape(value));
        }
    }
    found
}

/// A line goes on where an odd number of backslashes ends it.
fn continues(line: &str) -> bool {
    line.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// Key and value: the key ends at the first `=`, `:` or blank that no backslash protects.
fn split(line: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        match c {
            '\\' => escaped = !escaped,
            '=' | ':' | ' ' | '\t' | '\u{c}' if !escaped => {
                let (name, rest) = line.split_at(at);
                let rest = rest.trim_start_matches([' ', '\t', '\u{c}']);
                let rest = rest.strip_prefix(['=', ':']).unwrap_or(rest);
                return (name, rest.trim_start_matches([' ', '\t', '\u{c}']));
            }
            _ => escaped = false,
        }
    }
    (line, "")
}

fn unescape(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut units = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            flush(&mut units, &mut result);
            result.push(c);
            continue;
        }
        let escape = chars.next();
        if escape == Some('u') {
            let digits: String = chars.clone().take(4).collect();
            if let (4, Ok(unit)) = (digits.len(), u16::from_str_radix(&digits, 16)) {
                units.push(unit);
                chars.by_ref().take(4).for_each(drop);
                continue;
            }
        }
        flush(&mut units, &mut result);
        match escape {
            Some('t') => result.push('\t'),
            Some('n') => result.push('\n'),
            Some('r') => result.push('\r'),
            Some('f') => result.push('\u{c}'),
            Some(other) => result.push(other),
            None => {}
        }
    }
    flush(&mut units, &mut result);
    result
}

/// Two `\uXXXX` in a row may be one character.
fn flush(units: &mut Vec<u16>, result: &mut String) {
    result.extend(char::decode_utf16(units.drain(..)).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_read_as_java_does() {
        let text = "# comment\n! also\n\na\\ key = spaced\nZXg\\=\\= : colon\nplain value\nlong = one \\\n   two\\\\\nlong2=x\n\
                    empty\nuni=\\u00e9\\uD83D\\uDE00\\t|\ndup=1\ndup=2\n  indented=yes\r\ncrlf = v\r\nend=x\\";
        for (key, value) in [
            ("a key", Some("spaced")),
            ("ZXg==", Some("colon")),
            ("plain", Some("value")),
            ("long", Some("one two\\")),
            ("long2", Some("x")),
            ("empty", Some("")),
            ("uni", Some("é😀\t|")),
            ("dup", Some("2")),
            ("indented", Some("yes")),
            ("crlf", Some("v")),
            ("end", Some("x")),
            ("nope", None),
        ] {
            assert_eq!(find(text, key).as_deref(), value, "{key}");
        }
    }

    #[test]
    fn a_vault_is_a_file_of_its_folder() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("v"), "k = x").unwrap();
        assert!(Vault::new(dir.path(), "v").get("k").unwrap().is_some());
        assert!(Vault::new(dir.path(), "v").get("n").unwrap().is_none());
        let message = Vault::new(dir.path(), "w").get("k").unwrap_err().to_string();
        assert!(message.contains("Vault 'w' not found"), "{message}");
        assert!(Vault::new(dir.path(), "../v").get("k").is_err());
    }
}
