//! Names of organizations, projects and secrets: `^[0-9a-zA-Z][0-9a-zA-Z_@.\-~]{2,127}$`.

use crate::{Error, Result};

/// Checks a name; `what` says whose it is ("secret", "project", "organization").
///
/// # Errors
/// [`Error::InvalidName`].
pub fn check_name(what: &'static str, name: &str) -> Result<()> {
    let bytes = name.as_bytes();
    let first = bytes.first().is_some_and(u8::is_ascii_alphanumeric);
    let all = bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"_@.-~".contains(b));
    if first && all && (3..=128).contains(&bytes.len()) {
        return Ok(());
    }
    // A long text is no name, and may be something that was not meant to be shown.
    let shown: String = if name.chars().count() > 128 { "…".to_owned() } else { name.to_owned() };
    Err(Error::InvalidName { what, name: shown })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let longest = "a".repeat(128);
        for good in ["abc", "0ab", "A_@.-~", "Default", longest.as_str()] {
            check_name("secret", good).unwrap();
        }
        let too_long = "a".repeat(129);
        for bad in ["", "a", "ab", "_abc", ".abc", "a/b", "a b", "abc\n", "äbc", "abcé", too_long.as_str()] {
            assert!(matches!(check_name("secret", bad), Err(Error::InvalidName { .. })), "{bad:?}");
        }
    }
}
