//! Encrypted calls: who is trusted, and who we are.

use std::sync::Arc;

use accord_sdk::testing::World;
use accord_sdk::{TaskError, TaskResult};
use accord_value::Value;
use p12_keystore::{
    Certificate, EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm, PrivateKey, PrivateKeyChain,
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};

use super::server::{Server, answer, redirect};
use super::{run_in, shown};
use crate::http::jks;

/// An authority with the certificates that it signed for a server and for a client.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    server: (Vec<u8>, Vec<u8>),
    client: (Vec<u8>, Vec<u8>),
}

impl Authority {
    fn new(name: &str) -> Authority {
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let signed = |names: &[&str]| {
            let key = KeyPair::generate().unwrap();
            let mut params =
                CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
            params.distinguished_name.push(DnType::CommonName, names[0]);
            let certificate = params.signed_by(&key, &issuer).unwrap();
            (certificate.der().to_vec(), key.serialize_der())
        };
        let (server, client) = (signed(&["127.0.0.1"]), signed(&["client.example"]));
        Authority { issuer, server, client }
    }

    fn der(&self) -> &[u8] {
        self.issuer.der()
    }

    /// A server with its certificate, which wants one of its clients where `clients` says so.
    fn serve(&self, clients: bool, reply: impl Fn(&super::server::Got) -> Vec<u8> + Send + Sync + 'static) -> Server {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder =
            ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions().unwrap();
        let builder = if clients {
            let mut roots = RootCertStore::empty();
            roots.add(CertificateDer::from(self.der().to_vec())).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
            builder.with_client_cert_verifier(verifier)
        } else {
            builder.with_no_client_auth()
        };
        let (certificate, key) = self.server.clone();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key));
        let config = builder.with_single_cert(vec![CertificateDer::from(certificate)], key).unwrap();
        Server::with_tls(Some(Arc::new(config)), reply)
    }

    /// A PKCS#12 file with the client's key, as old tools and new ones write it.
    fn client_store(&self, password: &str, old: bool) -> Vec<u8> {
        let key = PrivateKey::from_der(&self.client.1).unwrap();
        let certificates = [&self.client.0[..], self.der()].map(|der| Certificate::from_der(der).unwrap());
        let mut store = KeyStore::new();
        store.add_entry("client", KeyStoreEntry::PrivateKeyChain(PrivateKeyChain::new("1", key, certificates)));
        let writer = store.writer(password);
        let writer = if old {
            writer
                .encryption_algorithm(EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc)
                .mac_algorithm(MacAlgorithm::HmacSha1)
        } else {
            writer
        };
        writer.encryption_iterations(100).mac_iterations(100).write().unwrap()
    }

    fn trust_store(&self, password: &str) -> Vec<u8> {
        let mut store = KeyStore::new();
        store.add_entry("ca", KeyStoreEntry::Certificate(Certificate::from_der(self.der()).unwrap()));
        store.writer(password).encryption_iterations(100).mac_iterations(100).write().unwrap()
    }
}

fn world(files: &[(&str, Vec<u8>)]) -> World {
    let world = World::default();
    for (name, content) in files {
        world.services.files.add(name, content, false);
    }
    world
}

fn call(world: &World, server: &Server, more: &[(&str, Value)]) -> Result<TaskResult, TaskError> {
    let mut input = vec![("url", Value::from(server.url("/")))];
    input.extend_from_slice(more);
    run_in(world, &input)
}

fn message(outcome: Result<TaskResult, TaskError>) -> String {
    outcome.err().unwrap().masked_message().into_owned()
}

#[test]
fn certificates_are_verified_unless_the_flow_says_otherwise() {
    let server = Authority::new("unknown").serve(false, |_| answer("200 OK", &[], "fine"));
    let world = World::default();
    let port = server.port;
    for more in [vec![], vec![("strictSsl", Value::Bool(true))]] {
        let message = message(call(&world, &server, &more));
        assert!(
            message.starts_with(&format!("The TLS certificate of 127.0.0.1:{port} cannot be verified: ")),
            "{message}"
        );
        assert!(message.ends_with("or write 'strictSsl: false' to go without the check"), "{message}");
    }
    assert!(server.requests().is_empty());
    let result = call(&world, &server, &[("strictSsl", Value::Bool(false))]).unwrap();
    assert_eq!(shown(&result, "content"), "fine");
}

#[test]
fn trust_stores() {
    let authority = Authority::new("ours");
    let server = authority.serve(false, |_| answer("200 OK", &[], "fine"));
    let pem = authority.issuer.pem();
    let other = Authority::new("theirs");
    let world = world(&[
        ("trust.jks", jks::tests::write(&[authority.der()], "changeit")),
        ("trust.p12", authority.trust_store("changeit")),
        ("trust.pem", format!("\n{pem}").into_bytes()),
        ("other.jks", jks::tests::write(&[other.der(), authority.der()], "changeit")),
        ("wrong.jks", jks::tests::write(&[other.der()], "changeit")),
        ("empty.jks", jks::tests::write(&[], "changeit")),
        ("odd.jks", jks::tests::write(&[b"no certificate"], "changeit")),
        ("odd.p12", b"nothing of the kind".to_vec()),
        ("odd.pem", b"-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n".to_vec()),
    ]);
    let trusting = |path: &str, password: Option<&str>| {
        let mut more = vec![("truststorePath", Value::from(path))];
        more.extend(password.map(|password| ("truststorePassword", Value::from(password))));
        call(&world, &server, &more)
    };
    for (path, password) in [
        ("trust.jks", Some("changeit")),
        ("trust.jks", None),
        ("trust.p12", Some("changeit")),
        ("trust.pem", None),
        ("other.jks", Some("changeit")),
    ] {
        assert_eq!(shown(&trusting(path, password).unwrap(), "content"), "fine", "{path}");
    }
    assert!(message(trusting("wrong.jks", None)).contains("cannot be verified"));
    for (path, password, expected) in [
        ("trust.jks", Some("wrong"), "the password in 'truststorePassword' is wrong, or the file was changed"),
        (
            "trust.p12",
            Some("wrong"),
            "the password in 'truststorePassword' is wrong, or the file is damaged or no PKCS#12 file",
        ),
        ("odd.p12", None, "the password in 'truststorePassword' is wrong, or the file is damaged or no PKCS#12 file"),
        ("empty.jks", None, "there is no certificate in it"),
        ("odd.pem", None, "it is no list of certificates in PEM"),
    ] {
        let expected = format!("Cannot use the file in 'truststorePath', '{path}': {expected}");
        assert_eq!(message(trusting(path, password)), expected);
    }
    assert!(trusting("odd.jks", None).is_err());
    assert_eq!(message(trusting("missing.jks", None)), "File not found: missing.jks");
}

#[test]
fn a_certificate_for_another_name_is_refused() {
    let authority = Authority::new("ours");
    let server = authority.serve(false, |_| answer("200 OK", &[], "fine"));
    let world = world(&[("trust.p12", authority.trust_store(""))]);
    let input = [("url", server.url_at("localhost", "/").into()), ("truststorePath", "trust.p12".into())];
    assert!(message(run_in(&world, &input)).contains("cannot be verified"));
}

#[test]
fn key_stores() {
    let authority = Authority::new("ours");
    let server = authority.serve(true, |_| answer("200 OK", &[], "welcome"));
    let world = world(&[
        ("trust.p12", authority.trust_store("changeit")),
        ("client.p12", authority.client_store("client-password", false)),
        ("client.pfx", authority.client_store("client-password", true)),
        ("client.jks", jks::tests::write(&[], "x")),
        ("client.pem", b"-----BEGIN PRIVATE KEY-----\n".to_vec()),
    ]);
    let showing = |path: &str, password: &str| {
        let more = [
            ("truststorePath", "trust.p12".into()),
            ("truststorePassword", "changeit".into()),
            ("keystorePath", path.into()),
            ("keystorePassword", password.into()),
        ];
        call(&world, &server, &more)
    };
    for path in ["client.p12", "client.pfx"] {
        assert_eq!(shown(&showing(path, "client-password").unwrap(), "content"), "welcome", "{path}");
    }
    let before = server.requests().len();
    let without = [("truststorePath", "trust.p12".into()), ("truststorePassword", "changeit".into())];
    assert!(call(&world, &server, &without).is_err());
    assert_eq!(server.requests().len(), before);
    for (path, password, expected) in [
        ("client.p12", "wrong", "the password in 'keystorePassword' is wrong"),
        ("trust.p12", "changeit", "there is no key with its certificate in it"),
        (
            "client.jks",
            "x",
            "it is of Java's own format (JKS), a PKCS#12 file (.p12, .pfx) is needed. Convert it: keytool",
        ),
        ("client.pem", "x", "it is PEM, a PKCS#12 file (.p12, .pfx) is needed. Convert it: openssl pkcs12"),
    ] {
        let message = message(showing(path, password));
        let expected = format!("Cannot use the file in 'keystorePath', '{path}': {expected}");
        assert!(message.starts_with(&expected), "{message}");
    }
    let known = world.services.secrets.registered();
    assert!(["client-password", "changeit"].iter().all(|password| known.iter().any(|k| k == password)), "{known:?}");
}

#[test]
fn our_certificate_is_not_shown_to_other_hosts() {
    let authority = Authority::new("ours");
    let other = authority.serve(true, |_| answer("200 OK", &[], "welcome"));
    let location = other.url("/");
    let first = authority.serve(true, move |_| redirect("302 Found", &location));
    let world = world(&[("trust.p12", authority.trust_store("")), ("client.p12", authority.client_store("", false))]);
    let more = [("truststorePath", "trust.p12".into()), ("keystorePath", "client.p12".into())];
    assert!(call(&world, &first, &more).is_err());
    assert_eq!((first.requests().len(), other.requests().len()), (1, 0));
}

#[test]
fn credentials_do_not_go_on_without_encryption() {
    let plain = Server::start(|_| answer("200 OK", &[], "fine"));
    let location = plain.url("/");
    let authority = Authority::new("ours");
    let server = authority.serve(false, move |_| redirect("302 Found", &location));
    let more = [("strictSsl", Value::Bool(false)), ("headers", super::map([("Authorization", "Bearer t".into())]))];
    call(&World::default(), &server, &more).unwrap();
    assert_eq!(plain.only().header("Authorization"), "");
}
