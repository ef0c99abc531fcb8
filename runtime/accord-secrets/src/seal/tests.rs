use accord_value::SecretString;

use super::password::{Cost, Derivation};
use super::record::{Identity, open_record, seal_record};
use super::*;
use crate::keyring::{Kek, KeyRing};

mod vectors;

const BINDING: Binding<'static> = Binding { purpose: "test", ids: &["id"], facts: &[b"fact"] };

fn ring() -> KeyRing {
    let root = Key::new([7; 32]);
    let row = KeyRing::make_kek(&root, 0).unwrap();
    KeyRing::open(&root, &[row]).unwrap().unwrap()
}

#[test]
fn what_is_sealed_opens_with_the_same_key_and_binding() {
    for length in [0, 1, 15, 16, 17, 1000, 70_000] {
        let plain = vec![0xa5; length];
        let sealed = seal(&[1; 32], BINDING, &plain).unwrap();
        assert_eq!(sealed.len(), length + OVERHEAD);
        assert_eq!(**open(&[1; 32], BINDING, &sealed).unwrap(), plain);
    }
    assert_ne!(seal(&[1; 32], BINDING, b"x").unwrap(), seal(&[1; 32], BINDING, b"x").unwrap());
}

#[test]
fn nothing_else_opens_it() {
    let sealed = seal(&[1; 32], BINDING, b"plain").unwrap();
    let others = [
        Binding { purpose: "tess", ..BINDING },
        Binding { ids: &["ie"], ..BINDING },
        Binding { ids: &["id", ""], ..BINDING },
        Binding { ids: &[], ..BINDING },
        Binding { facts: &[b"facs"], ..BINDING },
        Binding { facts: &[], ..BINDING },
        Binding { facts: &[b"fac", b"t"], ..BINDING },
        // The border between purpose and ids is part of the key.
        Binding { purpose: "testid", ids: &[], ..BINDING },
    ];
    for other in others {
        assert_eq!(open(&[1; 32], other, &sealed), Err(Unsealable));
    }
    assert_eq!(open(&[2; 32], BINDING, &sealed), Err(Unsealable));
    assert_eq!(open(&[1; 31], BINDING, &sealed), Err(Unsealable));
}

#[test]
fn each_bit_counts_and_so_does_the_length() {
    let sealed = seal(&[1; 32], BINDING, b"plain text").unwrap();
    for at in 0..sealed.len() {
        for bit in 0..8 {
            let mut flipped = sealed.clone();
            flipped[at] ^= 1 << bit;
            assert_eq!(open(&[1; 32], BINDING, &flipped), Err(Unsealable), "byte {at}, bit {bit}");
        }
        assert_eq!(open(&[1; 32], BINDING, &sealed[..at]), Err(Unsealable), "length {at}");
    }
    let longer = [sealed.as_slice(), &[0]].concat();
    assert_eq!(open(&[1; 32], BINDING, &longer), Err(Unsealable));
    for version in (0..=255).filter(|v| *v != VERSION) {
        let mut other = sealed.clone();
        other[0] = version;
        assert_eq!(open(&[1; 32], BINDING, &other), Err(Unsealable), "version {version}");
    }
}

/// A message that two keys open does not exist: the commitment decides before anything is decrypted.
#[test]
fn the_commitment_is_checked() {
    let sealed = seal(&[1; 32], BINDING, b"plain").unwrap();
    let keys = derive(&[1; 32], sealed[1..33].try_into().unwrap(), BINDING).unwrap();
    assert_eq!(keys.commitment, sealed[33..65]);
    let other = derive(&[2; 32], sealed[1..33].try_into().unwrap(), BINDING).unwrap();
    assert_ne!(keys.commitment, other.commitment);
}

#[test]
fn a_stored_cost_is_bounded_before_any_work() {
    let good = Derivation { cost: Cost::NEW, salt: [9; 16] };
    assert_eq!(Derivation::from_bytes(&good.to_bytes()), Ok(good));
    let cost = |memory, passes, lanes| Derivation { cost: Cost { memory, passes, lanes }, salt: [0; 16] };
    for (derivation, allowed) in [
        (cost(1024 * 1024, 16, 16), true),
        (cost(1024 * 1024 + 1, 3, 4), false),
        (cost(65_536, 17, 4), false),
        (cost(65_536, 3, 17), false),
        (cost(u32::MAX, u32::MAX, u32::MAX), false),
    ] {
        assert_eq!(Derivation::from_bytes(&derivation.to_bytes()).is_ok(), allowed, "{derivation:?}");
    }
    // Costs below what Argon2 can do are errors too, never weaker keys.
    for derivation in [cost(0, 3, 4), cost(64, 0, 4), cost(64, 3, 0), cost(7, 1, 1)] {
        assert!(derivation.derive(&"password".into()).is_err(), "{derivation:?}");
    }
}

/// A cost that costs nothing.
const CHEAP: Cost = Cost { memory: 64, passes: 1, lanes: 4 };

fn identity(secret_id: &str) -> Identity<'_> {
    Identity { secret_id, version: 1, kind: "DATA" }
}

#[test]
fn a_record_opens_with_its_password_and_its_keys_only() {
    let (ring, other) = (ring(), ring());
    let kek = ring.current().unwrap();
    let password: SecretString = "Correct1horse".into();
    let record = seal_record(kek, identity("a"), Some((&password, CHEAP)), b"value").unwrap();
    let open_with = |kek: &Kek, identity, password: Option<&SecretString>| {
        open_record(kek, identity, password, &record.wrapped_key, &record.payload)
    };
    assert_eq!(**open_with(kek, identity("a"), Some(&password)).unwrap(), *b"value");
    assert!(open_with(kek, identity("a"), None).is_err());
    assert!(open_with(kek, identity("a"), Some(&"Correct1hors".into())).is_err());
    assert!(open_with(kek, identity("a"), Some(&"".into())).is_err());
    assert!(open_with(other.current().unwrap(), identity("a"), Some(&password)).is_err());
    for identity in
        [identity("b"), Identity { version: 2, ..identity("a") }, Identity { kind: "KEY_PAIR", ..identity("a") }]
    {
        assert!(open_with(kek, identity, Some(&password)).is_err(), "{identity:?}");
    }
}

#[test]
fn each_byte_of_a_protected_record_counts() {
    let ring = ring();
    let kek = ring.current().unwrap();
    let password: SecretString = "Correct1horse".into();
    let record = seal_record(kek, identity("a"), Some((&password, CHEAP)), b"value").unwrap();
    for at in 0..record.wrapped_key.len() {
        for bit in [0x01, 0x80] {
            let mut flipped = record.wrapped_key.clone();
            flipped[at] ^= bit;
            let opened = open_record(kek, identity("a"), Some(&password), &flipped, &record.payload);
            assert!(opened.is_err(), "byte {at}");
        }
        let shorter = &record.wrapped_key[..at];
        assert!(open_record(kek, identity("a"), Some(&password), shorter, &record.payload).is_err(), "length {at}");
    }
    for at in 0..record.payload.len() {
        let mut flipped = record.payload.clone();
        flipped[at] ^= 1;
        assert!(open_record(kek, identity("a"), Some(&password), &record.wrapped_key, &flipped).is_err(), "byte {at}");
    }
}

#[test]
fn protection_cannot_be_taken_off_or_put_on() {
    let ring = ring();
    let kek = ring.current().unwrap();
    let password: SecretString = "Correct1horse".into();
    let bare = seal_record(kek, identity("a"), None, b"value").unwrap();
    let guarded = seal_record(kek, identity("a"), Some((&password, CHEAP)), b"value").unwrap();
    let mut stripped = vec![VERSION, 0];
    stripped.extend_from_slice(&guarded.wrapped_key[2 + password::STORED..]);
    assert!(open_record(kek, identity("a"), None, &stripped, &guarded.payload).is_err());
    assert!(open_record(kek, identity("a"), Some(&password), &bare.wrapped_key, &bare.payload).is_err());
    for flags in 2..=255 {
        let mut odd = bare.wrapped_key.clone();
        odd[1] = flags;
        assert!(open_record(kek, identity("a"), None, &odd, &bare.payload).is_err());
        assert!(open_record(kek, identity("a"), Some(&password), &odd, &bare.payload).is_err());
    }
    // Key and value of two records of the same secret do not mix either.
    let again = seal_record(kek, identity("a"), None, b"value").unwrap();
    assert!(open_record(kek, identity("a"), None, &bare.wrapped_key, &again.payload).is_err());
}
