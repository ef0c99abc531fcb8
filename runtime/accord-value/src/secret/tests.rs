#![expect(clippy::disallowed_methods, reason = "the tests look at what the guard holds")]

use super::*;

#[test]
fn debug_prints_the_mask_whatever_the_value() {
    for value in ["", "x", "a much longer value than the mask itself"] {
        assert_eq!(format!("{:?}", SecretString::from(value)), "******");
        assert_eq!(format!("{:#?}", vec![SecretString::from(value)]), "[\n    ******,\n]");
    }
    assert_eq!(format!("{:?}", Secret::new([7u8; 32])), "******");
}

#[test]
fn a_text_is_read_back_through_expose() {
    let secret = SecretString::from("grüße");
    assert_eq!(secret.expose(), "grüße");
    assert_eq!(secret.len(), 7);
    assert!(!secret.is_empty());
    assert_eq!(secret.clone_secret().expose(), "grüße");
    assert_eq!(secret.map(|t| t.to_uppercase()).expose(), "GRÜSSE");
}

#[test]
fn bytes_become_text_only_when_they_are_utf8() {
    assert_eq!(SecretBytes::new(b"abc".to_vec()).into_text().unwrap().expose(), "abc");
    let back = SecretBytes::new(vec![0xff, 0x00]).into_text().unwrap_err();
    assert_eq!(back.expose(), &[0xff, 0x00]);
    assert_eq!(SecretString::from("abc").into_bytes().expose(), b"abc");
}

#[test]
fn deserialises_texts_and_never_quotes_what_it_refuses() {
    let secret: SecretString = serde_json::from_str("\"pa\\u0073s\"").unwrap();
    assert_eq!(secret.expose(), "pass");
    for wrong in ["12345678", "-12345678", "true", "[\"12345678\"]", "{\"12345678\":1}", "null"] {
        let error = serde_json::from_str::<SecretString>(wrong).unwrap_err().to_string();
        assert!(error.contains("a text"), "{error}");
        assert!(!error.contains("12345678"), "{error}");
    }
}

#[test]
fn the_value_is_overwritten_on_drop() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static WIPED: AtomicUsize = AtomicUsize::new(0);
    struct Probe;
    impl Zeroize for Probe {
        fn zeroize(&mut self) {
            WIPED.fetch_add(1, Ordering::SeqCst);
        }
    }
    drop(Secret::new(Probe));
    assert_eq!(WIPED.load(Ordering::SeqCst), 1);
    let _ = Secret::new(Probe).try_map(|_| Err::<String, ()>(()));
    assert_eq!(WIPED.load(Ordering::SeqCst), 2);
}
