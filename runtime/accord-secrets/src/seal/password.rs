//! Store passwords: from a text that a person remembers to key material, slowly.
//!
//! Argon2id (RFC 9106). The cost is stored with each record, so that it can grow; a stored cost is
//! bounded before any work is done, so that a forged record cannot stop the program.

use accord_value::SecretString;
use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

use super::{Key, Unsealable};

/// Memory in KiB, passes, lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(crate) memory: u32,
    pub(crate) passes: u32,
    pub(crate) lanes: u32,
}

impl Cost {
    /// What new records get: 64 MiB, 3 passes, 4 lanes.
    pub(crate) const NEW: Self = Self { memory: 64 * 1024, passes: 3, lanes: 4 };

    /// No record may ask for more: 1 GiB, 16 passes, 16 lanes.
    const MOST: Self = Self { memory: 1024 * 1024, passes: 16, lanes: 16 };
}

/// Cost and salt of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Derivation {
    pub(crate) cost: Cost,
    pub(crate) salt: [u8; 16],
}

/// Length of a stored derivation: three numbers and the salt.
pub(crate) const STORED: usize = 3 * 4 + 16;

impl Derivation {
    /// As it is stored: memory, passes, lanes (4 bytes each, big-endian), salt.
    pub(crate) fn to_bytes(self) -> [u8; STORED] {
        let mut bytes = [0; STORED];
        let numbers = [self.cost.memory, self.cost.passes, self.cost.lanes];
        let fields = numbers.iter().flat_map(|n| n.to_be_bytes()).chain(self.salt);
        for (to, from) in bytes.iter_mut().zip(fields) {
            *to = from;
        }
        bytes
    }

    /// Reads what is stored; a cost beyond the bounds is no derivation.
    pub(crate) fn from_bytes(bytes: &[u8; STORED]) -> Result<Self, Unsealable> {
        let (numbers, salt) = bytes.split_at(12);
        let mut numbers = numbers.chunks_exact(4).map(|n| n.iter().fold(0u32, |all, b| (all << 8) | u32::from(*b)));
        let mut next = |most: u32| numbers.next().filter(|n| *n <= most).ok_or(Unsealable);
        let cost =
            Cost { memory: next(Cost::MOST.memory)?, passes: next(Cost::MOST.passes)?, lanes: next(Cost::MOST.lanes)? };
        let salt = salt.try_into().map_err(|_| Unsealable)?;
        Ok(Self { cost, salt })
    }

    /// The key material of a password. Takes about 150 ms at the cost of new records.
    pub(crate) fn derive(&self, password: &SecretString) -> Result<Key, Unsealable> {
        let params =
            Params::new(self.cost.memory, self.cost.passes, self.cost.lanes, Some(32)).map_err(|_| Unsealable)?;
        let mut key = Zeroizing::new([0; 32]);
        #[expect(clippy::disallowed_methods, reason = "a store password goes into the key derivation")]
        let password = password.expose().as_bytes();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(password, &self.salt, &mut key[..])
            .map_err(|_| Unsealable)?;
        Ok(key)
    }
}
