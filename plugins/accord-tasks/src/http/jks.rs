//! Java's own format of key stores (JKS), as far as a trust store needs it: the certificates in it.
//!
//! The format is that of the JDK's documentation of its key store types: a big-endian header, entries, and a SHA-1
//! over the password, a fixed word and everything before.

use sha1::{Digest, Sha1};

const MAGIC: [u8; 4] = [0xFE, 0xED, 0xFE, 0xED];

/// Why a key store cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum JksError {
    /// It is cut off or is something else.
    Damaged,
    /// The password is wrong, or a byte was changed.
    Password,
}

/// Whether bytes begin as such a key store does.
pub(super) fn is_jks(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

/// The trusted certificates, and the first ones of the keys' chains, in DER. Without a password nothing is verified, as
/// Java does it.
pub(super) fn certificates(bytes: &[u8], password: Option<&str>) -> Result<Vec<Vec<u8>>, JksError> {
    let (content, digest) = bytes.split_at_checked(bytes.len().saturating_sub(20)).ok_or(JksError::Damaged)?;
    if let Some(password) = password {
        let mut sha1 = Sha1::new();
        for unit in password.encode_utf16() {
            sha1.update(unit.to_be_bytes());
        }
        sha1.update(b"Mighty Aphrodite");
        sha1.update(content);
        if sha1.finalize().as_slice() != digest {
            return Err(JksError::Password);
        }
    }
    let mut reader = Reader(content);
    if reader.take(4)? != MAGIC {
        return Err(JksError::Damaged);
    }
    let version = reader.number()?;
    let mut found = Vec::new();
    for _ in 0..reader.number()? {
        let tag = reader.number()?;
        reader.text()?;
        reader.take(8)?;
        match tag {
            1 => {
                reader.sized()?;
                for index in 0..reader.number()? {
                    let certificate = reader.certificate(version)?;
                    if index == 0 {
                        found.push(certificate);
                    }
                }
            }
            2 => found.push(reader.certificate(version)?),
            _ => return Err(JksError::Damaged),
        }
    }
    Ok(found)
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], JksError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(JksError::Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u32, JksError> {
        self.take(4)?.try_into().map(u32::from_be_bytes).map_err(|_| JksError::Damaged)
    }

    fn sized(&mut self) -> Result<&'a [u8], JksError> {
        let size = usize::try_from(self.number()?).map_err(|_| JksError::Damaged)?;
        self.take(size)
    }

    fn text(&mut self) -> Result<&'a [u8], JksError> {
        let size = self.take(2)?.try_into().map(u16::from_be_bytes).map_err(|_| JksError::Damaged)?;
        self.take(usize::from(size))
    }

    fn certificate(&mut self, version: u32) -> Result<Vec<u8>, JksError> {
        if version >= 2 {
            self.text()?;
        }
        self.sized().map(<[u8]>::to_vec)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Digest, JksError, MAGIC, Sha1, certificates};

    /// A key store with trusted certificates, as `keytool` writes it.
    pub(in super::super) fn write(trusted: &[&[u8]], password: &str) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend(2u32.to_be_bytes());
        out.extend((trusted.len() as u32).to_be_bytes());
        let text = |text: &str| [&(text.len() as u16).to_be_bytes(), text.as_bytes()].concat();
        for (index, certificate) in trusted.iter().enumerate() {
            out.extend(2u32.to_be_bytes());
            out.extend(text(&format!("ca{index}")));
            out.extend(1_700_000_000_000u64.to_be_bytes());
            out.extend(text("X.509"));
            out.extend((certificate.len() as u32).to_be_bytes());
            out.extend(*certificate);
        }
        let mut sha1 = Sha1::new();
        sha1.update(password.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>());
        sha1.update(b"Mighty Aphrodite");
        sha1.update(&out);
        out.extend(sha1.finalize());
        out
    }

    #[test]
    fn certificates_come_out() {
        let store = write(&[b"first", b"second"], "changeit");
        let expected = Ok(vec![b"first".to_vec(), b"second".to_vec()]);
        assert_eq!(certificates(&store, Some("changeit")), expected);
        assert_eq!(certificates(&store, None), expected);
        assert_eq!(certificates(&store, Some("wrong")), Err(JksError::Password));
    }

    #[test]
    fn damaged_stores_are_refused() {
        let store = write(&[b"first"], "changeit");
        for end in 0..store.len() {
            assert!(certificates(&store[..end], Some("changeit")).is_err(), "{end}");
            // Without the check of the whole, what is cut off still shows.
            let _ = certificates(&store[..end], None);
        }
        let mut huge = store.clone();
        huge[8..12].copy_from_slice(&u32::MAX.to_be_bytes());
        assert_eq!(certificates(&huge, None), Err(JksError::Damaged));
    }
}
