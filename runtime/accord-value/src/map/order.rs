//! The order in which Java's maps show their entries.

use std::cmp::Ordering;

use super::Entries;

/// Length of a new table of Java's `HashMap`.
const FIRST: usize = 16;
/// The longest table.
const LONGEST: usize = 1 << 30;

/// How many entries a table of this length takes before it grows: Java's load factor is 3/4.
fn threshold(capacity: usize) -> usize {
    capacity / 4 * 3 + capacity % 4 * 3 / 4
}

/// Length of the table that `new HashMap(len)` gets: the next power of two.
pub(super) fn table_length(len: usize) -> usize {
    len.clamp(1, LONGEST).next_power_of_two()
}

/// Length of the table once it holds `len` entries.
pub(super) fn grown(capacity: usize, len: usize) -> usize {
    let mut capacity = if capacity == 0 { FIRST } else { capacity };
    while len > threshold(capacity) && capacity < LONGEST {
        capacity *= 2;
    }
    capacity
}

/// Length of the table when `putAll` of `len` entries begins: a new one is made to measure, an old one is grown for
/// the entries to come.
pub(super) fn for_all(capacity: usize, len: usize) -> usize {
    if len == 0 {
        return capacity;
    }
    if capacity == 0 {
        // Java: tableSizeFor((int) (len / 0.75f + 1.0f)).
        return table_length(len.saturating_mul(4) / 3 + 1);
    }
    grown(capacity, len)
}

/// The indexes of the entries in the order of a hash table of this length; entries of one bucket keep their order.
pub(super) fn by_bucket(entries: &Entries, capacity: usize) -> Vec<usize> {
    let mask = u32::try_from(capacity.max(1) - 1).unwrap_or(u32::MAX);
    let mut order: Vec<(u32, usize)> = entries
        .keys()
        .enumerate()
        .map(|(index, key)| {
            let hash = key.java_hash().cast_unsigned();
            ((hash ^ (hash >> 16)) & mask, index)
        })
        .collect();
    order.sort_unstable();
    order.into_iter().map(|(_, index)| index).collect()
}

/// The indexes of the entries in the order of the keys.
pub(super) fn by_key(entries: &Entries) -> Vec<usize> {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by(|a, b| match (entries.get_index(*a), entries.get_index(*b)) {
        (Some((a, _)), Some((b, _))) => a.value().natural_cmp(b.value()).unwrap_or(Ordering::Equal),
        _ => Ordering::Equal,
    });
    order
}
