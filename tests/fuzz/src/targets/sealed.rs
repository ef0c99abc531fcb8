//! Sealed records, encrypted strings and sealed states: what was changed does not open, or opens to what it was.

use std::sync::LazyLock;

use accord_secrets::fuzz::Sealed;
use fastrand::Rng;

const PLAIN: &[u8] = b"the one true value";

static SEALED: LazyLock<Sealed> = LazyLock::new(|| match Sealed::new(PLAIN) {
    Ok(sealed) => sealed,
    Err(error) => panic!("nothing can be sealed: {error}"),
});

/// Changes: for each what it does, where, and with which byte.
pub fn make(rng: &mut Rng) -> Vec<u8> {
    let changes = if rng.u8(..4) == 0 { rng.usize(..200) } else { rng.usize(..4) };
    (0..=changes * 4).map(|_| if rng.u8(..4) == 0 { 0 } else { rng.u8(..) }).collect()
}

fn changed(sealed: &[u8], changes: &[u8]) -> Vec<u8> {
    let mut bytes = sealed.to_vec();
    for change in changes.chunks_exact(4) {
        let [what, high, low, byte] = change else { continue };
        let at = usize::from(u16::from_be_bytes([*high, *low])) % (bytes.len() + 1);
        match what % 6 {
            0 => bytes.insert(at, *byte),
            1 => drop(bytes.drain(at..(at + usize::from(*byte)).min(bytes.len()))),
            2 => bytes.truncate(at),
            3 => bytes.rotate_left(at),
            _ => {
                if let Some(found) = bytes.get_mut(at) {
                    *found ^= if what % 6 == 4 { 1 << (byte % 8) } else { *byte };
                }
            }
        }
    }
    bytes
}

/// Opens changed bytes.
///
/// # Panics
/// Where they open to something else than was sealed.
pub fn sealed(input: &[u8]) {
    let (which, changes) = input.split_first().unwrap_or((&0, &[]));
    let sealed = &*SEALED;
    let (wrapped_key, payload) = sealed.record();
    let (before, after, opened) = match which % 4 {
        0 => {
            let after = changed(wrapped_key, changes);
            let opened = sealed.open_record(&after, payload);
            (wrapped_key.to_vec(), after, opened)
        }
        1 => {
            let after = changed(payload, changes);
            let opened = sealed.open_record(wrapped_key, &after);
            (payload.to_vec(), after, opened)
        }
        2 => {
            let after = changed(sealed.string.as_bytes(), changes);
            let opened = sealed.open_string(&String::from_utf8_lossy(&after));
            (sealed.string.clone().into_bytes(), after, opened)
        }
        _ => {
            let after = changed(&sealed.state, changes);
            let opened = sealed.open_state(&after);
            (sealed.state.clone(), after, opened)
        }
    };
    assert_eq!(opened.is_some(), before == after, "one spelling opens");
    assert!(opened.is_none_or(|plain| plain == PLAIN));
}
