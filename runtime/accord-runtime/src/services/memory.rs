//! Whether the program takes more memory than a flow may ask for.
//!
//! Asked only where a flow has made something large. As the reference's virtual machine does by default, a quarter of the
//! machine's memory (or of the container's) is enough, but at least a gigabyte where there is so much.

use std::fs;
use std::sync::OnceLock;

const GIGABYTE: u64 = 1 << 30;

/// Whether too much is taken; never where the system does not tell.
pub(crate) fn is_short() -> bool {
    static LIMIT: OnceLock<Option<u64>> = OnceLock::new();
    let Some(limit) = LIMIT.get_or_init(|| total().map(limit_of)) else { return false };
    taken().is_some_and(|taken| taken > *limit)
}

fn limit_of(total: u64) -> u64 {
    (total / 4).max(GIGABYTE.min(total / 4 * 3))
}

/// Bytes of memory of the machine, or of the container if that is less.
fn total() -> Option<u64> {
    let machine = bytes("/proc/meminfo", "MemTotal:")?;
    let container = fs::read_to_string("/sys/fs/cgroup/memory.max").ok().and_then(|text| text.trim().parse().ok());
    Some(container.map_or(machine, |container: u64| machine.min(container)))
}

/// Bytes that the program has in memory.
fn taken() -> Option<u64> {
    bytes("/proc/self/status", "VmRSS:")
}

/// What a file of the system says under a name, in kilobytes there.
fn bytes(file: &str, name: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    let number = text.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?;
    number.parse::<u64>().ok().map(|kilobytes| kilobytes.saturating_mul(1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_is_enough_but_at_least_a_gigabyte() {
        assert_eq!(limit_of(24 * GIGABYTE), 6 * GIGABYTE);
        assert_eq!(limit_of(2 * GIGABYTE), GIGABYTE);
        assert_eq!(limit_of(GIGABYTE / 2), GIGABYTE / 8 * 3);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_system_tells() {
        assert!(total().is_some_and(|total| total > 1 << 26) && taken().is_some_and(|taken| taken > 1 << 18));
        assert!(!is_short());
    }
}
