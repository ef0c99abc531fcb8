//! Texts made to exhaust a reader end soon, as data or as an error.

use std::time::{Duration, Instant};

use accord_syntax::{FileId, Source, parse};

/// The goal is 100 ms in an optimized build; unoptimized ones are some ten times slower.
const LIMIT: Duration = if cfg!(debug_assertions) { Duration::from_secs(3) } else { Duration::from_millis(100) };

fn bombs() -> Vec<(&'static str, String)> {
    let nested = |open: &str, n: usize| open.repeat(n);
    let indented = |line: &str, n: usize| (0..n).map(|i| format!("{}{line}\n", " ".repeat(i))).collect::<String>();
    let mut laughs = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for i in 1..10 {
        let previous = format!("*a{}", i - 1);
        laughs.push_str(&format!("a{i}: &a{i} [{}]\n", [previous.as_str(); 9].join(", ")));
    }
    vec![
        ("aliases", laughs),
        ("open maps", nested("{a: ", 50_000)),
        ("open maps without space", nested("{a:", 80_000)),
        ("open lists", nested("[", 200_000)),
        ("list items", nested("- ", 100_000)),
        ("explicit keys", nested("? ", 20_000)),
        ("deep block maps", indented("a:", 3000)),
        ("deep block lists", indented("-", 3000)),
        ("anchors", nested("&a ", 100_000)),
        ("tags", nested("!a ", 100_000)),
        ("quotes", nested("\"", 200_000)),
        ("long plain", format!("a: {}", "x".repeat(2_000_000))),
        ("long key", format!("{}: 1", "x".repeat(2_000_000))),
        ("duplicate keys", "k: 1\n".repeat(5_000)),
        ("empty items", "-\n".repeat(200_000)),
        ("commas", nested("[,", 100_000)),
        ("tabs", nested("\t", 500_000)),
        ("comments", nested("#\n", 500_000)),
        ("unknown steps", format!("flows:\n  default:\n{}", "    - lag: 1\n".repeat(5_000))),
        ("very many unknown steps", format!("flows:\n  default:\n{}", "    - lag: 1\n".repeat(60_000))),
        ("nested steps", {
            let mut text = String::from("flows:\n  default:\n");
            for i in 0..480 {
                text.push_str(&format!("{}- block:\n", " ".repeat(4 + 4 * i)));
            }
            text + &format!("{}- log: a\n", " ".repeat(4 + 4 * 480))
        }),
        ("too large", "a".repeat(4_000_000)),
        ("merge keys", format!("a: &a {{b: 1}}\n{}", "c:\n  <<: *a\n".repeat(2))),
    ]
}

/// Unoptimized code needs far more stack.
const STACK: usize = if cfg!(debug_assertions) { 16 << 20 } else { 1 << 20 };

/// Plain data at the limit of size: read in proportion to it, and bounded in memory by the limit of values.
fn large() -> Vec<(&'static str, String)> {
    vec![
        ("list of nothing", "-\n".repeat(1_500_000)),
        ("list of letters", format!("[{}]", "a,".repeat(1_500_000))),
        ("empty lists", format!("[[]{}]", ",[]".repeat(1_000_000))),
        ("many keys", (0..20_000).map(|i| format!("k{i}: 1\n")).collect()),
    ]
}

#[test]
fn every_bomb_ends_soon() {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(end_soon).expect("a thread");
    thread.join().expect("every bomb ends soon");
}

fn end_soon() {
    let mut slow = Vec::new();
    let limited =
        |texts: Vec<(&'static str, String)>, limit| texts.into_iter().map(move |(name, text)| (name, text, limit));
    for (name, text, limit) in limited(bombs(), LIMIT).chain(limited(large(), LIMIT * 5)) {
        let source = Source::new(FileId(0), "concord.yml", text);
        let start = Instant::now();
        drop(parse(&source));
        let took = start.elapsed();
        if took > limit {
            slow.push(format!("{name}: {took:?}"));
        }
    }
    assert!(slow.is_empty(), "{slow:?}");
}

/// Concord's limit is 1,000 levels; a step takes two or three of them.
#[test]
fn steps_nested_as_deep_as_the_limit_allows_parse_on_a_small_stack() {
    let mut text = String::from("flows:\n  default:\n");
    for i in 0..490 {
        text.push_str(&format!("{}- block:\n", " ".repeat(4 + 4 * i)));
    }
    text.push_str(&format!("{}- log: a\n", " ".repeat(4 + 4 * 490)));
    let parse = move || parse(&Source::new(FileId(0), "concord.yml", text)).diagnostics.len();
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(parse).expect("a thread");
    assert_eq!(thread.join().expect("no overflow"), 0);
}
