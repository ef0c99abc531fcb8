//! The format is frozen: what `tests/vectors/make.py`, an implementation of its own, sealed has to
//! open for ever, and is made bit for bit. `tests/vectors/decrypt.py` reads the same.

use accord_store::{AuditRow, KekRow, SecretRow};
use serde_json::Value;

use super::*;
use crate::mac::{LinkedSecret, Metadata as _};
use crate::seal::scoped::{self, ScopeKey};

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../../../tests/vectors/sealed.json")).unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name}"))
}

fn bytes(value: &Value, name: &str) -> Vec<u8> {
    unhex(text(value, name))
}

fn unhex(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

fn key(value: &Value, name: &str) -> Key {
    Key::new(bytes(value, name).try_into().unwrap())
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|v| v.as_str().unwrap()).collect()
}

#[test]
fn messages() {
    let vectors = vectors();
    for message in vectors["messages"].as_array().unwrap() {
        let ids = texts(&message["ids"]);
        let facts: Vec<Vec<u8>> = texts(&message["facts"]).into_iter().map(unhex).collect();
        let facts: Vec<&[u8]> = facts.iter().map(Vec::as_slice).collect();
        let binding = Binding { purpose: text(message, "purpose"), ids: &ids, facts: &facts };
        let (key, plain, sealed) = (bytes(message, "key"), bytes(message, "plain"), bytes(message, "sealed"));
        assert_eq!(**open(&key, binding, &sealed).unwrap(), plain);
        let (salt, nonce) = (bytes(message, "salt").try_into().unwrap(), bytes(message, "nonce").try_into().unwrap());
        assert_eq!(seal_with(&key, binding, &plain, &salt, &nonce).unwrap(), sealed);
    }
    let key = bytes(&vectors["messages"][1], "key");
    let binding = Binding { purpose: "test", ids: &["a"], facts: &[b"b"] };
    for (name, sealed) in vectors["bad"].as_object().unwrap() {
        assert_eq!(open(&key, binding, &unhex(sealed.as_str().unwrap())), Err(Unsealable), "{name}");
    }
}

fn ring(vectors: &Value) -> KeyRing {
    let row = KekRow {
        id: text(&vectors["kek"], "id").to_owned(),
        state: "CURRENT".to_owned(),
        wraps: 0,
        sealed: bytes(&vectors["kek"], "sealed"),
        created_at: 0,
    };
    KeyRing::open(&key(&vectors["kek"], "root"), &[row]).unwrap().unwrap()
}

#[test]
fn keys_and_records() {
    let vectors = vectors();
    let ring = ring(&vectors);
    let kek = ring.current().unwrap();
    assert_eq!(kek.key, key(&vectors["kek"], "key"));
    for record in vectors["records"].as_array().unwrap() {
        let identity = Identity {
            secret_id: text(record, "secretId"),
            version: record["version"].as_i64().unwrap(),
            kind: text(record, "kind"),
        };
        let password = record["password"].as_str().map(SecretString::from);
        let (wrapped, payload) = (bytes(record, "wrappedKey"), bytes(record, "payload"));
        let opened = open_record(kek, identity, password.as_ref(), &wrapped, &payload).unwrap();
        assert_eq!(*opened, bytes(record, "value"));
    }
}

#[test]
fn strings_and_states() {
    let vectors = vectors();
    let scoped = &vectors["scoped"];
    let key = ScopeKey {
        scope_id: text(scoped, "scopeId").to_owned(),
        version: scoped["version"].as_i64().unwrap(),
        key: key(scoped, "key"),
    };
    let (version, sealed) = scoped::parse_string(text(scoped, "string")).unwrap();
    assert_eq!(version, 3);
    assert_eq!(**scoped::open_string(&key, &sealed).unwrap(), *text(scoped, "text").as_bytes());
    let state = bytes(scoped, "state");
    let (version, sealed) = scoped::parse_state(&state).unwrap();
    assert_eq!(version, 3);
    assert_eq!(*scoped::open_state(&key, sealed).unwrap(), bytes(scoped, "plainState"));
    // A string is no state and the other way round, under the same key.
    assert!(scoped::open_string(&key, sealed).is_err());
    let shared = &vectors["shared"];
    let value = bytes(shared, "sealed");
    let (version, sealed) = scoped::parse_value(&value).unwrap();
    assert_eq!(version, 3);
    assert_eq!(*scoped::open_value(&key, &texts(&shared["place"]), sealed).unwrap(), bytes(shared, "plain"));
    assert!(scoped::open_state(&key, sealed).is_err() && scoped::parse_state(&value).is_err());
}

#[test]
fn authentication_codes() {
    let vectors = vectors();
    let kek = text(&vectors["kek"], "id");
    let row = SecretRow {
        id: text(&vectors["records"][0], "secretId").to_owned(),
        org_id: text(&vectors["scoped"], "scopeId").to_owned(),
        name: "the-name".to_owned(),
        kind: "KEY_PAIR".to_owned(),
        protection: "PASSWORD".to_owned(),
        visibility: "PRIVATE".to_owned(),
        owner_id: None,
        public_key: Some("ssh-ed25519 AAAA".to_owned()),
        current_version: 2,
        closed: 0,
        deleted: 0,
        expires_at: None,
        created_at: 1000,
        updated_at: 2000,
        counter: 5,
        kek_id: kek.to_owned(),
        mac: Vec::new(),
    };
    let secret = LinkedSecret { row, projects: vec!["p1".to_owned(), "p2".to_owned()], access: Vec::new() };
    let ring = ring(&vectors);
    assert_eq!(ring.current().unwrap().mac(&secret.fields()), bytes(&vectors, "secretMac"));

    let audit = &vectors["audit"];
    let mut row = AuditRow {
        seq: 1025,
        at: 77,
        actor_id: "u1".to_owned(),
        actor: "alice".to_owned(),
        process_id: Some("process".to_owned()),
        place: None,
        action: "ACCESS".to_owned(),
        object: "SECRET".to_owned(),
        target_id: secret.row.id,
        outcome: "OK".to_owned(),
        details: "{\"a\":1}".to_owned(),
        counter: Some(5),
        row_mac: None,
        mac: bytes(audit, "mac"),
    };
    let before = bytes(audit, "before");
    let chain = crate::audit::Chain::with_first_key(key(audit, "first"));
    assert!(chain.verifies(&row, Some(&before[..])).unwrap());
    row.at += 1;
    assert!(!chain.verifies(&row, Some(&before[..])).unwrap());
}

#[test]
fn authentication_codes_of_what_came_later() {
    let vectors = vectors();
    let ring = ring(&vectors);
    let kek = ring.current().unwrap();
    let (kek_id, secret) = (kek.id.clone(), text(&vectors["records"][0], "secretId").to_owned());
    let project = text(&vectors["scoped"], "scopeId").to_owned();
    let pairs = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    let version = accord_store::SecretVersionHead {
        secret_id: secret.clone(),
        version: 2,
        kind: Some("DATA".to_owned()),
        kek_id: kek_id.clone(),
        wrapped_key: Some(b"wrapped".to_vec()),
        digest: vec![0; 32],
        created_at: 1000,
        created_by: "u1".to_owned(),
        mac: Vec::new(),
    };
    assert_eq!(kek.mac(&crate::mac::version_fields(&version)), bytes(&vectors, "versionMac"));
    let linked = crate::mac::LinkedProject {
        row: accord_store::ProjectRow {
            id: project.clone(),
            org_id: secret.clone(),
            name: "proj".to_owned(),
            visibility: "PUBLIC".to_owned(),
            owner_id: None,
            created_at: 1000,
            counter: 3,
            kek_id: kek_id.clone(),
            mac: Vec::new(),
        },
        access: pairs(&[("t1", "WRITER")]),
    };
    assert_eq!(kek.mac(&linked.fields()), bytes(&vectors, "projectMac"));
    let team = crate::mac::LinkedTeam {
        row: accord_store::TeamRow {
            id: project.clone(),
            org_id: secret,
            name: "crew".to_owned(),
            description: String::new(),
            created_at: 1000,
            counter: 3,
            kek_id: kek_id.clone(),
            mac: Vec::new(),
        },
        members: pairs(&[("u1", "MEMBER"), ("u2", "OWNER")]),
    };
    assert_eq!(kek.mac(&team.fields()), bytes(&vectors, "teamMac"));
    let token = accord_store::TokenRow {
        id: project,
        user_id: "u1".to_owned(),
        name: "laptop".to_owned(),
        hash: sha2::Digest::finalize(sha2::Digest::chain_update(<sha2::Sha256 as sha2::Digest>::new(), b"accord_x"))
            .to_vec(),
        created_at: 1000,
        expires_at: Some(9),
        counter: 1,
        kek_id,
        mac: Vec::new(),
    };
    assert_eq!(kek.mac(&token.fields()), bytes(&vectors, "tokenMac"));
}

#[test]
fn the_root_key_under_a_passphrase_and_signed_checkpoints() {
    let vectors = vectors();
    let home = tempfile::tempdir().unwrap();
    std::fs::set_permissions(home.path(), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let locked = &vectors["rootUnderPassphrase"];
    accord_store::files::create_private(&home.path().join("keys"), text(locked, "line").as_bytes()).unwrap();
    let passphrase = text(locked, "passphrase").into();
    let provider = crate::KeyProvider::Passphrase { file: None, passphrase };
    assert_eq!(provider.load(home.path()).unwrap().unwrap(), key(&vectors["kek"], "root"));
    let signed = &vectors["checkpoints"];
    let path = home.path().join("audit.checkpoints");
    let chain = crate::audit::Chain::with_first_key(key(&vectors["audit"], "first"));
    let installation = text(signed, "installation").to_owned();
    let checkpoints = crate::checkpoints::Checkpoints::new(path.clone(), &chain, installation).unwrap();
    checkpoints.append(&[(256, (0..32).collect())]).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text(signed, "file"));
}

/// HKDF with SHA-512 on the inputs of RFC 5869, whose own outputs are those of SHA-256.
#[test]
fn key_derivation() {
    // RFC 5869, test case 1, with SHA-512.
    let mut okm = [0; 42];
    let salt: Vec<u8> = (0x00..=0x0c).collect();
    let info: Vec<u8> = (0xf0..=0xf9).collect();
    expand(&[0x0b; 22], &salt, &info, &mut okm).unwrap();
    let expected = "832390086cda71fb47625bb5ceb168e4c8e26a1a16ed34d9fc7fe92c1481579338da362cb8d9f925d7cb";
    assert_eq!(okm[..], unhex(expected));
    // Test case 3: no salt, no info.
    expand(&[0x0b; 22], &[], &[], &mut okm).unwrap();
    let expected = "f5fa02b18298a72a8c23898a8703472c6eb179dc204c03425c970e3b164bf90fff22d04836d0e2343bac";
    assert_eq!(okm[..], unhex(expected));
}

/// Argon2id against RFC 9106 is the concern of its crate; this pins version, order of the
/// parameters and length to what OpenSSL (through `make.py`) makes.
#[test]
fn password_derivation() {
    let vectors = vectors();
    let guarded: Vec<&Value> =
        vectors["records"].as_array().unwrap().iter().filter(|r| !r["password"].is_null()).collect();
    assert_eq!(guarded.len(), 4);
    let costs: Vec<Cost> = guarded
        .iter()
        .map(|record| {
            let stored = bytes(record, "wrappedKey")[2..2 + password::STORED].try_into().unwrap();
            Derivation::from_bytes(&stored).unwrap().cost
        })
        .collect();
    assert_eq!(costs, [CHEAP, Cost::NEW, CHEAP, Cost::NEW]);
}
