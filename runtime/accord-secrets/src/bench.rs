//! Measures of what no public call reaches alone. Only with the feature `bench`.

use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::keyring::KeyRing;
use crate::seal::record::{Identity, open_record, seal_record};
use crate::{Error, Result};

/// How long it takes to unseal a value of `size` bytes `times` times, without a store password.
///
/// # Errors
/// The value cannot be sealed or opened.
pub fn unseal(size: usize, times: u32) -> Result<Duration> {
    let root = Zeroizing::new([7; 32]);
    let row = KeyRing::make_kek(&root, 0)?;
    let ring = KeyRing::open(&root, &[row])?.ok_or(Error::TooLong)?;
    let identity = Identity { secret_id: "00000000-0000-4000-8000-000000000000", version: 1, kind: "DATA" };
    let record = seal_record(ring.current()?, identity, None, &vec![0xa5; size])?;
    let start = Instant::now();
    for _ in 0..times {
        let opened = open_record(ring.current()?, identity, None, &record.wrapped_key, &record.payload);
        std::hint::black_box(opened.map_err(|_| Error::TooLong)?);
    }
    Ok(start.elapsed())
}
