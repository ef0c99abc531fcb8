//! Opening of sealed bytes, without a database round it. Only with the feature `fuzz`.

use accord_value::SecretString;
use zeroize::Zeroizing;

use crate::keyring::KeyRing;
use crate::seal::password::{Derivation, STORED};
use crate::seal::record::{Identity, Record, open_record, seal_record};
use crate::seal::scoped::{self, ScopeKey};
use crate::{Error, Result, seal};

/// A key ring with something sealed under it of each kind.
pub struct Sealed {
    ring: KeyRing,
    scope: ScopeKey,
    record: Record,
    /// An encrypted string.
    pub string: String,
    /// A sealed state.
    pub state: Vec<u8>,
}

const IDENTITY: Identity<'static> =
    Identity { secret_id: "00000000-0000-4000-8000-000000000000", version: 1, kind: "DATA" };

impl Sealed {
    /// Seals `plain` in all ways under fresh keys.
    ///
    /// # Errors
    /// There is no randomness, or `plain` is too long.
    pub fn new(plain: &[u8]) -> Result<Self> {
        let root = Zeroizing::new([7; 32]);
        let ring = KeyRing::open(&root, &[KeyRing::make_kek(&root, 0)?])?.ok_or(Error::TooLong)?;
        let scope = ScopeKey { scope_id: IDENTITY.secret_id.to_owned(), version: 1, key: seal::random()? };
        let record = seal_record(ring.current()?, IDENTITY, None, plain)?;
        let (string, state) = (scoped::seal_string(&scope, plain)?, scoped::seal_state(&scope, plain)?);
        Ok(Self { ring, scope, record, string, state })
    }

    /// The wrapped key and the payload of a sealed version of a secret.
    #[must_use]
    pub fn record(&self) -> (&[u8], &[u8]) {
        (&self.record.wrapped_key, &self.record.payload)
    }

    /// Opens a sealed version; none where it does not open.
    #[must_use]
    pub fn open_record(&self, wrapped_key: &[u8], payload: &[u8]) -> Option<Vec<u8>> {
        let kek = self.ring.current().ok()?;
        // With a password the derivation is read, but not run: it is slow on purpose.
        if let Some((header, _)) = wrapped_key.get(2..).and_then(|rest| rest.split_first_chunk::<STORED>())
            && let Ok(derivation) = Derivation::from_bytes(header)
        {
            assert_eq!(&derivation.to_bytes(), header, "a derivation has one spelling");
        }
        open_record(kek, IDENTITY, None::<&SecretString>, wrapped_key, payload).ok().map(|plain| plain.to_vec())
    }

    /// Decrypts a string; none where it does not open.
    #[must_use]
    pub fn open_string(&self, text: &str) -> Option<Vec<u8>> {
        let (version, sealed) = scoped::parse_string(text).ok()?;
        (version == self.scope.version)
            .then(|| scoped::open_string(&self.scope, &sealed).ok())
            .flatten()
            .map(|p| p.to_vec())
    }

    /// Opens a state; none where it does not open.
    #[must_use]
    pub fn open_state(&self, state: &[u8]) -> Option<Vec<u8>> {
        let (version, sealed) = scoped::parse_state(state).ok()?;
        (version == self.scope.version)
            .then(|| scoped::open_state(&self.scope, sealed).ok())
            .flatten()
            .map(|p| p.to_vec())
    }
}
