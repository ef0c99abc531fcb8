//! Whom a call trusts, and as whom it shows itself: `strictSsl`, the trust store and the key store.

use accord_sdk::{TaskContext, TaskError, Variables};
use accord_value::Text;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use p12_keystore::{KeyStore, KeyStoreEntry, Pkcs12ImportPolicy};
use reqwest::{Certificate, Identity};

use super::body::file;
use super::jks::{self, JksError};

/// The TLS part of a call.
pub(super) struct Tls {
    /// Whether certificates are verified.
    pub(super) verify: bool,
    /// The only authorities that are trusted; none means the system's.
    pub(super) roots: Option<Vec<Certificate>>,
    /// Our own certificate, for the first host alone.
    pub(super) identity: Option<Identity>,
}

impl Tls {
    /// Reads the parameters and the files that they name.
    pub(super) fn read(input: &Variables, cx: &TaskContext<'_>) -> Result<Tls, TaskError> {
        let roots = match Store::read(input, "truststorePath", "truststorePassword", cx)? {
            None => None,
            Some(store) => Some(store.roots()?),
        };
        let identity = match Store::read(input, "keystorePath", "keystorePassword", cx)? {
            None => None,
            Some(store) => Some(store.identity()?),
        };
        Ok(Tls { verify: input.boolean("strictSsl", true)?, roots, identity })
    }
}

/// A file of keys or certificates.
struct Store {
    parameter: &'static str,
    password_parameter: &'static str,
    path: Text,
    bytes: Vec<u8>,
    password: Option<Text>,
}

impl Store {
    fn read(
        input: &Variables,
        parameter: &'static str,
        password_parameter: &'static str,
        cx: &TaskContext<'_>,
    ) -> Result<Option<Store>, TaskError> {
        let Some(path) = input.string(parameter)? else { return Ok(None) };
        let password = input.string(password_parameter)?;
        if let Some(password) = &password {
            cx.services().register_sensitive(password.as_str());
        }
        let (bytes, _) = file(&path, cx)?;
        Ok(Some(Store { parameter, password_parameter, path, bytes, password }))
    }

    fn refused(&self, why: &str) -> TaskError {
        TaskError::illegal_argument(Text::concat([
            &Text::plain(format!("Cannot use the file in '{}', '", self.parameter)),
            &self.path,
            &Text::plain(format!("': {why}")),
        ]))
    }

    fn password(&self) -> &str {
        self.password.as_ref().map_or("", Text::as_str)
    }

    fn wrong_password(&self) -> TaskError {
        self.refused(&format!(
            "the password in '{}' is wrong, or the file is damaged or no PKCS#12 file",
            self.password_parameter
        ))
    }

    fn is_pem(&self) -> bool {
        self.bytes.trim_ascii_start().starts_with(b"-----BEGIN ")
    }

    /// The certificates of authorities: of a PKCS#12 file or a JKS one, or PEM.
    fn roots(&self) -> Result<Vec<Certificate>, TaskError> {
        let certificates = if jks::is_jks(&self.bytes) {
            jks::certificates(&self.bytes, self.password.as_ref().map(Text::as_str)).map_err(|error| match error {
                JksError::Password => self.refused(&format!(
                    "the password in '{}' is wrong, or the file was changed",
                    self.password_parameter
                )),
                JksError::Damaged => self.refused("the file is damaged"),
            })?
        } else if self.is_pem() {
            let found = Certificate::from_pem_bundle(&self.bytes);
            return found.map_err(|_| self.refused("it is no list of certificates in PEM"));
        } else {
            self.pkcs12_certificates()?
        };
        if certificates.is_empty() {
            return Err(self.refused("there is no certificate in it"));
        }
        let parsed: Result<Vec<Certificate>, _> = certificates.iter().map(|der| Certificate::from_der(der)).collect();
        parsed.map_err(|_| self.refused("a certificate in it is damaged"))
    }

    /// Those that Java marked as trusted and those of the keys; where there are none, as in files of other tools, all.
    fn pkcs12_certificates(&self) -> Result<Vec<Vec<u8>>, TaskError> {
        for policy in [Pkcs12ImportPolicy::Strict, Pkcs12ImportPolicy::Raw] {
            let store =
                KeyStore::from_pkcs12(&self.bytes, self.password(), policy).map_err(|_| self.wrong_password())?;
            let found: Vec<Vec<u8>> = store
                .entries()
                .filter_map(|(_, entry)| match entry {
                    KeyStoreEntry::Certificate(certificate) => Some(certificate.as_der().to_vec()),
                    KeyStoreEntry::PrivateKeyChain(chain) => chain.certs().first().map(|first| first.as_der().to_vec()),
                    KeyStoreEntry::Secret(_) => None,
                })
                .collect();
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }

    /// The first key with its certificates.
    fn identity(&self) -> Result<Identity, TaskError> {
        if jks::is_jks(&self.bytes) {
            return Err(self.refused(
                "it is of Java's own format (JKS), a PKCS#12 file (.p12, .pfx) is needed. Convert it: keytool \
                 -importkeystore -srckeystore FILE -destkeystore FILE.p12 -deststoretype PKCS12",
            ));
        }
        if self.is_pem() {
            return Err(self.refused(
                "it is PEM, a PKCS#12 file (.p12, .pfx) is needed. Convert it: openssl pkcs12 -export -in FILE -out \
                 FILE.p12",
            ));
        }
        let store = KeyStore::from_pkcs12(&self.bytes, self.password(), Pkcs12ImportPolicy::Strict)
            .map_err(|_| self.wrong_password())?;
        let (_, chain) =
            store.private_key_chain().ok_or_else(|| self.refused("there is no key with its certificate in it"))?;
        let mut pem = zeroize::Zeroizing::new(String::new());
        push_pem(&mut pem, "PRIVATE KEY", chain.key().as_der());
        for certificate in chain.certs() {
            push_pem(&mut pem, "CERTIFICATE", certificate.as_der());
        }
        Identity::from_pem(pem.as_bytes()).map_err(|_| self.refused("its key or certificate is damaged"))
    }
}

fn push_pem(out: &mut String, label: &str, der: &[u8]) {
    // Whole groups of three bytes make whole lines, which can be joined.
    out.push_str(&format!("-----BEGIN {label}-----\n"));
    for line in der.chunks(48) {
        STANDARD.encode_string(line, out);
        out.push('\n');
    }
    out.push_str(&format!("-----END {label}-----\n"));
}
