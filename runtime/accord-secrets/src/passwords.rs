//! Store passwords: the rules for a given one, and the making of one.

use accord_value::SecretString;
use zeroize::Zeroizing;

use crate::seal::random;
use crate::{Error, Result};

/// Checks a given store password: at least 7 characters, an upper case letter, a lower case letter,
/// a digit, and no three consecutive characters of the user name (in any case).
pub(crate) fn check(password: &SecretString, user: &str) -> Result<()> {
    #[expect(clippy::disallowed_methods, reason = "the rules look at the characters")]
    let text = password.expose();
    let weak = |problem| Err(Error::WeakPassword { problem });
    if text.chars().count() < 7 {
        return weak("is too short");
    }
    if !text.chars().any(char::is_uppercase) {
        return weak("has no upper case letter");
    }
    if !text.chars().any(char::is_lowercase) {
        return weak("has no lower case letter");
    }
    if !text.chars().any(|c| c.is_ascii_digit()) {
        return weak("has no digit");
    }
    let lower = Zeroizing::new(text.to_lowercase());
    let user: Vec<char> = user.to_lowercase().chars().collect();
    if user.windows(3).any(|part| lower.contains(&part.iter().collect::<String>())) {
        return weak("contains a part of the user name");
    }
    Ok(())
}

/// Makes a password: 24 characters of 62, about 143 bits, that follow the rules of store passwords.
///
/// # Errors
/// Where the system has no randomness.
pub fn generate(user: &str) -> Result<SecretString> {
    const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const LENGTH: usize = 24;
    loop {
        let mut text = String::with_capacity(LENGTH);
        while text.len() < LENGTH {
            let bytes = random::<64>()?;
            // Bytes from 248 on would make some characters more likely than others.
            let fair = bytes.iter().filter(|b| **b < 248);
            text.extend(
                fair.filter_map(|b| ALPHABET.get(usize::from(*b % 62)))
                    .map(|b| char::from(*b))
                    .take(LENGTH - text.len()),
            );
        }
        let password = SecretString::new(text);
        // Once in some fifty times a kind of character is missing.
        if check(&password, user).is_ok() {
            return Ok(password);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules() {
        let cases = [
            ("Abcdef1", true),
            ("Abcde1", false),
            ("abcdef1", false),
            ("ABCDEF1", false),
            ("Abcdefg", false),
            ("ÄbcdefG1", true),
            ("xxALIce12", false),
            ("xxALi12cE", false),
            ("xxAl12iCe", false),
            ("xxAlZi1cZe", true),
        ];
        for (password, good) in cases {
            assert_eq!(check(&password.into(), "Alice").is_ok(), good, "{password}");
        }
        // A user name of two characters forbids nothing.
        check(&"Abcdef1".into(), "ab").unwrap();
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test looks at what was made")]
    fn generated_ones_are_strong_and_differ() {
        let mut seen = std::collections::HashSet::new();
        for _ in 0..200 {
            let password = generate("alice").unwrap();
            assert_eq!(password.len(), 24);
            check(&password, "alice").unwrap();
            assert!(seen.insert(password.expose().clone()));
        }
    }
}
