//! The tables in `tests/cases`: an expression, ` ==> ` and what it gives. A line `@vars` begins a table's variables
//! (`name = expression`), which end with an empty line. `<e>` stands for the part of an error's message that quotes the
//! text.

#![allow(clippy::unwrap_used, reason = "a broken table is a failed test")]

mod support;

use std::path::Path;

use support::World;

fn run(table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(table);
    let text = std::fs::read_to_string(&path).unwrap();
    let mut lines = text.lines().enumerate().peekable();
    let mut variables = Vec::new();
    while let Some((_, line)) = lines.next_if(|(_, line)| !line.contains(" ==> ")) {
        if let Some((name, expression)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
            variables.push((name, expression));
        }
    }
    let world = World::with(&variables);
    let mut failures = Vec::new();
    let mut cases = 0;
    for (number, line) in lines {
        let line = line.replace("\\n", "\n");
        let Some((expression, expected)) = line.split_once(" ==>").filter(|_| !line.starts_with('#')) else { continue };
        let expected = expected.strip_prefix(' ').unwrap_or(expected);
        let text = if expression.contains("${") { expression.to_owned() } else { format!("${{{expression}}}") };
        cases += 1;
        let shown = world.show(&text);
        if shown != expected {
            failures.push(format!("{table}:{}: {expression}\n  gives    {shown}\n  expected {expected}", number + 1));
        }
    }
    assert!(cases > 0, "{table} has no cases");
    assert!(failures.is_empty(), "{} of {cases} failed\n{}", failures.len(), failures.join("\n"));
}

macro_rules! tables {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            // Deep evaluations need more stack without optimization than the threads of tests have.
            let table = concat!(stringify!($name), ".txt");
            std::thread::Builder::new().stack_size(16 << 20).spawn(|| run(table)).unwrap().join().unwrap();
        })*
    };
}

tables! { operators collections streams lambdas strings numbers statics errors functions }

/// Every table has its test.
#[test]
fn all_tables_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 9);
}
