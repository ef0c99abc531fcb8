//! "Did you mean": the nearest of some names.

/// The name that `word` most likely was meant to be: the same but for case, or a few letters apart; none where nothing is
/// near.
#[must_use]
pub fn nearest<'n>(word: &str, names: &[&'n str]) -> Option<&'n str> {
    if word.chars().count() > 64 {
        return None;
    }
    let word: Vec<char> = word.to_lowercase().chars().collect();
    let far = (word.len() / 3).max(1) + 1;
    names
        .iter()
        // No fewer letters are missing than the lengths differ by.
        .filter(|name| name.chars().count().abs_diff(word.len()) < far)
        .map(|name| (distance(&word, &name.to_lowercase().chars().collect::<Vec<_>>()), *name))
        .filter(|(distance, name)| *distance < far && *distance < name.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Edits (a letter more, less, other, or two swapped) from one to the other.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (row, x) in a.iter().enumerate() {
        let mut line = vec![row + 1];
        for (col, y) in b.iter().enumerate() {
            let get = |line: &[usize], at: usize| line.get(at).copied().unwrap_or(usize::MAX / 2);
            let mut best =
                (get(&last, col) + usize::from(x != y)).min(get(&last, col + 1) + 1).min(get(&line, col) + 1);
            let swapped = row > 0 && col > 0 && a.get(row - 1) == Some(y) && b.get(col - 1) == Some(x);
            if swapped {
                best = best.min(get(&before, col - 1) + 1);
            }
            line.push(best);
        }
        before = std::mem::replace(&mut last, line);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn names_a_few_letters_apart_are_found() {
        let names = ["log", "task", "withItems", "call", "set"];
        assert_eq!(nearest("lag", &names), Some("log"));
        assert_eq!(nearest("Log", &names), Some("log"));
        assert_eq!(nearest("taks", &names), Some("task"));
        assert_eq!(nearest("witItem", &names), Some("withItems"));
        assert_eq!(nearest("variables", &names), None);
        assert_eq!(nearest("", &names), None);
        assert_eq!(nearest("xyz", &names), None);
    }
}
