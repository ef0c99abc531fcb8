//! No text makes the parser panic, and what it says about one has a place in it.

use accord_syntax::regex;
use accord_syntax::render::{self, Picture};
use accord_syntax::{Sources, parse};
use proptest::prelude::*;

fn check(text: &str) {
    let mut sources = Sources::new();
    let source = sources.add("concord.yml", text);
    for diagnostic in parse(&source).diagnostics {
        for span in diagnostic.span.into_iter().chain(diagnostic.focus) {
            assert!(span.start <= span.end && span.end as usize <= text.len(), "{span:?} in {text:?}");
        }
        assert!(!render::concord(&diagnostic, &sources).is_empty());
        assert!(!render::picture(&diagnostic, &sources, &Picture::default()).is_empty());
        assert!(render::json(&diagnostic, &sources).is_object());
    }
}

/// Pieces that make texts look like flows.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "flows:",
        "configuration:",
        "forms:",
        "triggers:",
        "imports:",
        "profiles:",
        "default:",
        "- log: a",
        "- task: t",
        "- if: ${x}",
        "then:",
        "else:",
        "- switch: ${x}",
        "- block:",
        "in:",
        "out: [a, 1]",
        "loop: {items: [1]}",
        "~",
        "arguments:",
        "a: 1",
        "- ",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "?",
        "|",
        ">",
        "&a",
        "*a",
        "!!int",
        "\"",
        "'",
        "#",
        "\t",
        "\n",
        "\n  ",
        "\n    ",
        "\n      ",
        " ",
        "é",
        "\u{2028}",
        "\r\n",
        "0x7fffffffff",
        "type: string?",
        "- git:",
        "%",
        "---",
        "...",
        "\u{feff}",
        "${a}",
        "name: n",
        "- github:",
        "conditions:",
        "version: 2",
        "- exit",
        "\0",
        "<<: *x",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Texts that once led to a place outside of them.
#[test]
fn places_are_in_the_text() {
    check("n:\n c: t:");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_text_ends(text in ".{0,200}") {
        check(&text);
    }

    #[test]
    fn anything_like_a_flow_ends(text in pieces()) {
        check(&text);
    }

    #[test]
    fn recorded_files_with_a_hole_end(at in 0usize..2000, length in 0usize..40, which in 0usize..228) {
        let cases = crate::load::cases("parse-errors");
        let folder = &cases[which % cases.len()].1;
        if let Ok(text) = std::fs::read_to_string(folder.join("concord.yml")) {
            let kept: String = text.chars().enumerate().filter(|(i, _)| *i < at || *i >= at + length).map(|(_, c)| c).collect();
            check(&kept);
        }
    }

    #[test]
    fn any_pattern_translates_or_is_refused(java in "[a-c.*+?(){}\\[\\]|^$\\\\QEdwbpkR<>=!:&,0-9-]{0,24}") {
        if let Ok(translated) = regex::translate(&java) {
            let _ = regex::compile(&java);
            assert!(!translated.contains('\0'));
        }
    }
}
