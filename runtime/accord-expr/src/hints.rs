//! Help where a method is not found: the names that come closest.

use accord_value::Value;

use crate::classes;

/// How many names are offered.
const OFFERED: usize = 3;

/// The message that an object has no such method.
#[cold]
pub(crate) fn no_method(value: &Value, name: &str) -> String {
    let mut signatures: Vec<String> = classes::tables(value)
        .iter()
        .flat_map(|table| table.iter())
        .filter(|method| !method.is_static)
        .map(crate::method::Method::signature)
        .collect();
    signatures.dedup();
    let wanted: Vec<char> = format!("{name}()").chars().collect();
    let distance = |signature: &String| edit_distance(&wanted, &signature.chars().collect::<Vec<char>>());
    signatures.sort_by_cached_key(distance);
    signatures.truncate(OFFERED);
    let mut message = format!(
        "Can't find '{name}()' method in {}.\nCheck the task's or type's available methods and their signatures.",
        value.class_name()
    );
    if !signatures.is_empty() {
        message += &format!("\nDid you mean: {}?", signatures.join(", "));
    }
    message
}

/// How many insertions, deletions and replacements make `b` of `a`.
fn edit_distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut before = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, y) in row.iter_mut().skip(1).zip(b) {
            let best = (before + usize::from(x != y)).min(*cell + 1).min(left + 1);
            before = std::mem::replace(cell, best);
            left = best;
        }
    }
    row.last().copied().unwrap_or(0)
}
