//! SSH key pairs: making them, and reading given ones so that the public half is derived from the
//! private one and never merely believed.
//!
//! Read are OpenSSH, PKCS#1 (`RSA PRIVATE KEY`), SEC 1 (`EC PRIVATE KEY`) and PKCS#8 (`PRIVATE KEY`)
//! texts. A private key stays in the form in which it was given. Must not know: where it is kept.

use accord_value::SecretString;
use rsa::pkcs1::{DecodeRsaPrivateKey as _, EncodeRsaPrivateKey as _};
use rsa::pkcs8::DecodePrivateKey as _;
use ssh_key::private::{EcdsaKeypair, Ed25519Keypair, KeypairData, RsaKeypair};
use ssh_key::public::{EcdsaPublicKey, Ed25519PublicKey, KeyData};
use ssh_key::{Algorithm, EcdsaCurve, LineEnding, PrivateKey, PublicKey};
use zeroize::Zeroizing;

use crate::{Error, Result};

#[cfg(test)]
mod tests;

/// Comment of the keys that a store makes, as Concord's server gives it.
const COMMENT: &str = "concord-server";

/// Bits of a generated RSA key.
const RSA_BITS: usize = 3072;

/// No key text is longer.
const MOST: usize = 64 * 1024;

/// Kind of a key pair to generate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyType {
    /// Ed25519, in OpenSSH's form.
    #[default]
    Ed25519,
    /// RSA of 3072 bits, as PKCS#1 PEM, which Concord's clients expect.
    Rsa,
    /// ECDSA over NIST P-256, in OpenSSH's form.
    Ecdsa,
}

impl std::str::FromStr for KeyType {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.to_ascii_lowercase().as_str() {
            "ed25519" => Ok(Self::Ed25519),
            "rsa" => Ok(Self::Rsa),
            "ecdsa" => Ok(Self::Ecdsa),
            _ => Err(Error::Invalid(format!("key type '{text}' is unknown, expected one of: ed25519, rsa, ecdsa"))),
        }
    }
}

/// Makes a key pair: public key (as `authorized_keys` has it) and private key. RSA takes about a
/// quarter of a second.
pub fn generate(key_type: KeyType) -> Result<(String, SecretString)> {
    let failed = |error: ssh_key::Error| Error::KeyPair(error.to_string());
    let mut random = ssh_key::rand_core::UnwrapErr(ssh_key::getrandom::SysRng);
    if key_type == KeyType::Rsa {
        let key = rsa::RsaPrivateKey::new(&mut random, RSA_BITS).map_err(|e| Error::KeyPair(e.to_string()))?;
        let private = key.to_pkcs1_pem(rsa::pkcs1::LineEnding::LF).map_err(|e| Error::KeyPair(e.to_string()))?;
        let pair = RsaKeypair::try_from(&key).map_err(failed)?;
        let public = PublicKey::new(KeyData::Rsa(pair.public().clone()), COMMENT);
        return Ok((public.to_openssh().map_err(failed)?, guard(private)));
    }
    let algorithm = match key_type {
        KeyType::Ecdsa => Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 },
        KeyType::Ed25519 | KeyType::Rsa => Algorithm::Ed25519,
    };
    let mut key = PrivateKey::random(&mut random, algorithm).map_err(failed)?;
    key.set_comment(COMMENT);
    let private = key.to_openssh(LineEnding::LF).map_err(failed)?;
    Ok((key.public_key().to_openssh().map_err(failed)?, guard(private)))
}

fn guard(mut text: Zeroizing<String>) -> SecretString {
    SecretString::new(std::mem::take(&mut *text))
}

/// The public key of a given private one, as `authorized_keys` has it, with the comment of the
/// given public key or else of the private one. A given public key must be its other half.
pub(crate) fn public_key(private: &SecretString, public: Option<&str>) -> Result<String> {
    #[expect(clippy::disallowed_methods, reason = "the private key is parsed to derive the public one")]
    let mut derived = read(private.expose())?;
    if let Some(public) = public.map(str::trim).filter(|public| !public.is_empty()) {
        let given = PublicKey::from_openssh(public).map_err(|_| {
            Error::KeyPair(
                "the public key has not the form 'ssh-ed25519 AAAA… comment' (or ssh-rsa, ecdsa-…)".to_owned(),
            )
        })?;
        if given.key_data() != derived.key_data() {
            return Err(Error::KeyPair("the public key does not belong to the private key".to_owned()));
        }
        if !given.comment().is_empty() {
            derived = given;
        }
    }
    derived.to_openssh().map_err(|error| Error::KeyPair(error.to_string()))
}

/// Opens a private key that is under a passphrase: its public key, checked as [`public_key`] does,
/// and the private one without the passphrase, in OpenSSH's form. Slow.
pub(crate) fn unlock(
    private: &SecretString,
    passphrase: &SecretString,
    public: Option<&str>,
) -> Result<(String, SecretString)> {
    #[expect(clippy::disallowed_methods, reason = "the private key is opened with its passphrase")]
    let (text, passphrase) = (private.expose().trim(), passphrase.expose().as_bytes());
    let bad = |problem: &str| Error::KeyPair(problem.to_owned());
    if text.len() > MOST {
        return Err(bad("the private key is longer than 64 KiB"));
    }
    let key = if text.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----") {
        let locked = PrivateKey::from_openssh(text).map_err(|_| bad("the OpenSSH private key is malformed"))?;
        if !locked.is_encrypted() {
            return Err(bad("the private key has no passphrase, but one was given: leave it out"));
        }
        locked.decrypt(passphrase).map_err(|_| bad("the passphrase does not open the private key"))?
    } else if text.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----") {
        let opened = unlock_pkcs8(text, passphrase)?;
        let pair = pkcs8_pair(&opened).ok_or_else(|| bad("the private key is of a kind that is not supported"))?;
        PrivateKey::new(pair, "").map_err(|error| Error::KeyPair(error.to_string()))?
    } else if text.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(bad(
            "a passphrase of this old form (PEM with a DEK-Info line) is not read: convert the key with 'ssh-keygen -p \
             -f FILE' (OpenSSH) or 'openssl pkcs8 -topk8' (PKCS#8)",
        ));
    } else {
        return Err(bad("the private key has no passphrase, but one was given: leave it out"));
    };
    let plain = guard(key.to_openssh(LineEnding::LF).map_err(|error| Error::KeyPair(error.to_string()))?);
    Ok((public_key(&plain, public)?, plain))
}

/// The PKCS#8 text within an encrypted one (RFC 8018). Costs beyond what people use are refused.
fn unlock_pkcs8(text: &str, passphrase: &[u8]) -> Result<SecretString> {
    let bad = |problem: &str| Error::KeyPair(problem.to_owned());
    let (_, document) = pkcs8::SecretDocument::from_pem(text).map_err(|_| bad("the private key is malformed"))?;
    let locked = document
        .decode_msg::<pkcs8::EncryptedPrivateKeyInfoRef<'_>>()
        .map_err(|_| bad("the encrypted private key is malformed"))?;
    // A forged cost must not stop the program.
    let bearable = match locked.encryption_algorithm.pbes2().map(|scheme| &scheme.kdf) {
        Some(pkcs8::pkcs5::pbes2::Kdf::Pbkdf2(kdf)) => kdf.iteration_count <= 5_000_000,
        Some(pkcs8::pkcs5::pbes2::Kdf::Scrypt(kdf)) => {
            kdf.cost_parameter <= 1 << 20 && kdf.block_size <= 16 && kdf.parallelization <= 16
        }
        _ => false,
    };
    if !bearable {
        return Err(bad("the private key's passphrase is guarded in a way, or at a cost, that is not supported"));
    }
    let opened = locked.decrypt(passphrase).map_err(|_| bad("the passphrase does not open the private key"))?;
    let pem = opened.to_pem("PRIVATE KEY", pkcs8::LineEnding::LF);
    pem.map(guard).map_err(|_| bad("the private key is malformed"))
}

/// Parses a private key and derives its public one.
fn read(text: &str) -> Result<PublicKey> {
    let bad = |problem: &str| Err(Error::KeyPair(problem.to_owned()));
    if text.len() > MOST {
        return bad("the private key is longer than 64 KiB");
    }
    // OpenSSL may put the curve's parameters in a block of their own in front.
    let begins = |label: &str| text.find(&format!("-----BEGIN {label}-----")).and_then(|at| text.get(at..));
    if text.contains("Proc-Type: 4,ENCRYPTED") || begins("ENCRYPTED PRIVATE KEY").is_some() {
        return bad(
            "the private key is protected by a passphrase in a form that does not show its public key; remove \
                    it with 'ssh-keygen -p -f FILE', and protect the secret by a store password instead",
        );
    }
    if let Some(pem) = begins("OPENSSH PRIVATE KEY") {
        let key = PrivateKey::from_openssh(pem.trim())
            .map_err(|_| Error::KeyPair("the OpenSSH private key is malformed".to_owned()))?;
        // A key with a passphrase shows its public half, which is all there is to go by.
        if key.is_encrypted() {
            return Ok(key.public_key().clone());
        }
        let derived = derive(key.key_data())?;
        if &derived != key.public_key().key_data() {
            return bad("the private key holds a public key that is not its own");
        }
        return Ok(key.public_key().clone());
    }
    let pair = if let Some(pem) = begins("RSA PRIVATE KEY") {
        rsa::RsaPrivateKey::from_pkcs1_pem(pem.trim()).ok().and_then(rsa_pair)
    } else if let Some(pem) = begins("EC PRIVATE KEY") {
        let pem = pem.trim();
        let p256 = p256::SecretKey::from_sec1_pem(pem).ok().map(p256_pair);
        let p384 = || p384::SecretKey::from_sec1_pem(pem).ok().map(p384_pair);
        p256.or_else(p384).or_else(|| p521::SecretKey::from_sec1_pem(pem).ok().map(p521_pair))
    } else if let Some(pem) = begins("PRIVATE KEY") {
        pkcs8_text_pair(pem.trim())
    } else {
        return bad(
            "the private key is not in one of the known forms: '-----BEGIN OPENSSH PRIVATE KEY-----', RSA PRIVATE \
                    KEY, EC PRIVATE KEY or PRIVATE KEY",
        );
    };
    match pair {
        Some(pair) => Ok(PublicKey::new(derive(&pair)?, "")),
        None => {
            bad("the private key is malformed, or of a kind that is not supported (Ed25519, RSA from 2048 bits on, \
                     ECDSA P-256, P-384, P-521 are)")
        }
    }
}

fn pkcs8_pair(text: &SecretString) -> Option<KeypairData> {
    #[expect(clippy::disallowed_methods, reason = "the private key is parsed to derive the public one")]
    pkcs8_text_pair(text.expose().trim())
}

fn pkcs8_text_pair(pem: &str) -> Option<KeypairData> {
    let ed25519 = ed25519_seed(pem).map(|seed| KeypairData::Ed25519(Ed25519Keypair::from_seed(&seed)));
    let rsa = || rsa::RsaPrivateKey::from_pkcs8_pem(pem).ok().and_then(rsa_pair);
    let p256 = || p256::SecretKey::from_pkcs8_pem(pem).ok().map(p256_pair);
    let p384 = || p384::SecretKey::from_pkcs8_pem(pem).ok().map(p384_pair);
    let p521 = || p521::SecretKey::from_pkcs8_pem(pem).ok().map(p521_pair);
    ed25519.or_else(rsa).or_else(p256).or_else(p384).or_else(p521)
}

/// The public half, computed from the private one.
fn derive(pair: &KeypairData) -> Result<KeyData> {
    let malformed = || Error::KeyPair("the private key's numbers do not belong together".to_owned());
    match pair {
        KeypairData::Ed25519(pair) => Ok(KeyData::Ed25519(Ed25519PublicKey::from(&pair.private))),
        KeypairData::Ecdsa(pair) => {
            let secret = pair.private_key_bytes();
            let derived = match pair.curve() {
                EcdsaCurve::NistP256 => p256::SecretKey::from_slice(secret).ok().map(p256_pair),
                EcdsaCurve::NistP384 => p384::SecretKey::from_slice(secret).ok().map(p384_pair),
                EcdsaCurve::NistP521 => p521::SecretKey::from_slice(secret).ok().map(p521_pair),
            };
            let public = derived.as_ref().and_then(KeypairData::ecdsa).map(EcdsaPublicKey::from);
            public.map(KeyData::Ecdsa).ok_or_else(malformed)
        }
        KeypairData::Rsa(pair) => {
            let key = rsa::RsaPrivateKey::try_from(pair).map_err(|_| malformed())?;
            key.validate().map_err(|_| malformed())?;
            RsaKeypair::try_from(&key).map(|pair| KeyData::Rsa(pair.public().clone())).map_err(|_| malformed())
        }
        _ => Err(Error::KeyPair("keys of this kind are not supported: Ed25519, RSA and ECDSA are".to_owned())),
    }
}

fn rsa_pair(key: rsa::RsaPrivateKey) -> Option<KeypairData> {
    RsaKeypair::try_from(&key).ok().map(KeypairData::Rsa)
}

fn p256_pair(key: p256::SecretKey) -> KeypairData {
    KeypairData::Ecdsa(EcdsaKeypair::NistP256 { public: key.public_key().into(), private: key.into() })
}

fn p384_pair(key: p384::SecretKey) -> KeypairData {
    KeypairData::Ecdsa(EcdsaKeypair::NistP384 { public: key.public_key().into(), private: key.into() })
}

fn p521_pair(key: p521::SecretKey) -> KeypairData {
    KeypairData::Ecdsa(EcdsaKeypair::NistP521 { public: key.public_key().into(), private: key.into() })
}

/// The seed of an Ed25519 key in PKCS#8 (RFC 8410).
fn ed25519_seed(pem: &str) -> Option<Zeroizing<[u8; 32]>> {
    let (label, document) = rsa::pkcs8::SecretDocument::from_pem(pem).ok()?;
    if label != "PRIVATE KEY" {
        return None;
    }
    let key = document.decode_msg::<rsa::pkcs8::PrivateKeyInfoRef<'_>>().ok()?;
    if key.algorithm.oid.to_string() != "1.3.101.112" {
        return None;
    }
    // The seed is an OCTET STRING within the OCTET STRING.
    let seed: &[u8; 32] = key.private_key.as_bytes().strip_prefix(&[0x04, 0x20])?.try_into().ok()?;
    Some(Zeroizing::new(*seed))
}
