#![expect(clippy::disallowed_methods, reason = "the tests look at what was made")]

use super::*;

/// Keys that OpenSSH and OpenSSL made, and the public key that OpenSSH derives from each. They
/// protect nothing.
macro_rules! samples {
    ($($name:literal),*) => {
        [$(($name, include_str!(concat!("samples/", $name)), include_str!(concat!("samples/", $name, ".pub")))),*]
    };
}

fn samples() -> [(&'static str, &'static str, &'static str); 10] {
    samples!(
        "openssh-ed25519",
        "openssh-locked",
        "openssh-rsa",
        "openssh-p384",
        "pkcs1-rsa",
        "pkcs8-ed25519",
        "pkcs8-rsa",
        "pkcs8-p256",
        "sec1-p256",
        "sec1-p521"
    )
}

fn public(private: &str, public: Option<&str>) -> Result<String> {
    public_key(&private.into(), public)
}

/// Algorithm and key, without the comment.
fn key(public: &str) -> String {
    public.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_public_key_is_derived_as_openssh_derives_it() {
    for (name, private, expected) in samples() {
        let derived = public(private, None).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(key(&derived), key(expected), "{name}");
        // Without the line end, and with that of another system.
        for text in [private.trim().to_owned(), private.replace('\n', "\r\n")] {
            assert_eq!(public(&text, None).map(|p| key(&p)).unwrap(), key(expected), "{name}");
        }
    }
}

#[test]
fn a_given_public_key_has_to_be_the_other_half() {
    let samples = samples();
    for (name, private, own) in samples {
        assert_eq!(public(private, Some(own)).map(|p| key(&p)).unwrap(), key(own), "{name}");
        assert_eq!(public(private, Some("  ")).map(|p| key(&p)).unwrap(), key(own), "{name}");
        for (other, _, wrong) in samples.iter().filter(|other| other.0 != name) {
            let error = public(private, Some(wrong)).unwrap_err().to_string();
            assert!(error.contains("does not belong to the private key"), "{name} with {other}: {error}");
        }
    }
    let (_, private, own) = samples[0];
    assert!(public(private, None).unwrap().ends_with(" someone@somewhere"));
    let renamed = format!("{} another comment", key(own));
    assert!(public(private, Some(&renamed)).unwrap().ends_with(" another comment"));
    assert!(public(private, Some("no key")).is_err());
}

#[test]
fn what_cannot_be_used_is_refused_with_a_reason() {
    let good = samples()[0].1;
    let halves: Vec<&str> = good.lines().collect();
    let truncated = format!("{}\n{}\n{}\n", halves[0], halves[1], halves[halves.len() - 1]);
    let cases = [
        (String::new(), "known forms"),
        ("ssh-ed25519 AAAA".to_owned(), "known forms"),
        ("PuTTY-User-Key-File-3: ssh-ed25519".to_owned(), "known forms"),
        (truncated, "malformed"),
        ("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n".to_owned(), "malformed"),
        ("-----BEGIN PRIVATE KEY-----\n".to_owned(), "malformed"),
        (include_str!("samples/pkcs1-locked").to_owned(), "ssh-keygen -p"),
        (include_str!("samples/pkcs8-locked").to_owned(), "ssh-keygen -p"),
        ("x".repeat(70_000), "longer than 64 KiB"),
    ];
    for (text, reason) in cases {
        let error = public(&text, None).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}

/// An OpenSSH file names its public key twice, beside the private one; a file in which they differ
/// was put together by somebody.
#[test]
fn an_openssh_key_with_a_foreign_public_half_is_refused() {
    use base64::Engine as _;
    let decode = |text: &str| {
        let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
        base64::engine::general_purpose::STANDARD.decode(body).unwrap()
    };
    let public = |text: &str| {
        let blob = text.split_whitespace().nth(1).unwrap();
        base64::engine::general_purpose::STANDARD.decode(blob).unwrap().split_off(19)
    };
    let samples = samples();
    let (own, foreign) = (public(samples[0].2), public(samples[1].2));
    let mut bytes = decode(samples[0].1);
    let mut replaced = 0;
    for at in 0..bytes.len() - 32 {
        if bytes[at..at + 32] == own[..] {
            bytes[at..at + 32].copy_from_slice(&foreign);
            replaced += 1;
        }
    }
    assert_eq!(replaced, 3);
    let body = base64::engine::general_purpose::STANDARD.encode(&bytes);
    let lines: Vec<&str> = body.as_bytes().chunks(70).map(|c| std::str::from_utf8(c).unwrap()).collect();
    let forged =
        format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{}\n-----END OPENSSH PRIVATE KEY-----\n", lines.join("\n"));
    assert!(public_key(&forged.as_str().into(), None).is_err());
}

#[test]
fn generated_pairs_belong_together() {
    let cases = [
        (KeyType::Ed25519, "ssh-ed25519 ", "-----BEGIN OPENSSH PRIVATE KEY-----\n"),
        (KeyType::Ecdsa, "ecdsa-sha2-nistp256 ", "-----BEGIN OPENSSH PRIVATE KEY-----\n"),
        (KeyType::Rsa, "ssh-rsa ", "-----BEGIN RSA PRIVATE KEY-----\n"),
    ];
    for (key_type, algorithm, header) in cases {
        let (public, private) = generate(key_type).unwrap();
        assert!(public.starts_with(algorithm) && public.ends_with(" concord-server"), "{public}");
        assert!(private.expose().starts_with(header) && private.expose().ends_with("-----\n"));
        assert_eq!(key(&public_key(&private, Some(&public)).unwrap()), key(&public));
    }
    assert_ne!(generate(KeyType::Ed25519).unwrap().0, generate(KeyType::Ed25519).unwrap().0);
}

#[test]
fn key_types_are_read_in_any_case() {
    for (text, expected) in [("ed25519", KeyType::Ed25519), ("RSA", KeyType::Rsa), ("Ecdsa", KeyType::Ecdsa)] {
        assert_eq!(text.parse::<KeyType>().unwrap(), expected);
    }
    assert!("dsa".parse::<KeyType>().is_err());
}
