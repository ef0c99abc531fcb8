use super::*;

fn at(text: &str, offset: usize) -> (u32, u32) {
    let source = Source::new(FileId(0), "f.yml", text);
    let LineCol { line, col } = source.line_col(offset as u32);
    (line, col)
}

#[test]
fn lines_and_columns_count_code_points_from_one() {
    assert_eq!(at("", 0), (1, 1));
    assert_eq!(at("a\nbc", 3), (2, 2));
    assert_eq!(at("a\r\nb", 3), (2, 1));
    assert_eq!(at("a\rb", 2), (2, 1));
    assert_eq!(at("äö€x", 7), (1, 4));
    assert_eq!(at("\u{feff}x", 3), (1, 1));
    assert_eq!(at("a\u{feff}x", 4), (1, 3), "within the text it is a character");
    assert_eq!(at("ab", 99), (1, 3));
    assert_eq!(at("ä", 1), (1, 1), "in the middle of a character");
}

/// Columns are counted by blocks; each is the number of characters before it.
#[test]
fn columns_of_long_lines_are_counted_too() {
    for piece in ["a", "é", "\u{feff}", "a€😀\u{feff}"] {
        let text = format!("x\n{}", piece.repeat(20_000 / piece.len()));
        for offset in (0..text.len()).step_by(777).chain([4095, 4096, 4097, 8191, 8192, 8193, text.len()]) {
            let from = if offset < 2 { 0 } else { 2 };
            let end = (from..=offset).rev().find(|end| text.is_char_boundary(*end)).unwrap();
            let before = text[from..end].chars().count() as u32;
            assert_eq!(at(&text, offset).1, before + 1, "{piece:?} {offset}");
        }
    }
}

/// Each case: the source with the scalar from the first `@` to the last character, the decoded text, and a part of
/// it that must be found where it stands in the source.
#[test]
fn parts_of_scalars_are_found_in_the_source() {
    let cases = [
        ("a: @x ${b}", "x ${b}", "b}"),
        ("a: @one\n   two ${b}\n", "one two ${b}", "b}"),
        ("a: @one\n\n   two ${b}\n", "one\ntwo ${b}", "b}"),
        ("a: @one   two \n  ${b}\n", "one   two ${b}", " two"),
        ("a: @\"one   two \n  ${b}\"", "one   two ${b}", " two"),
        ("a: @'it''s ${b}'", "it's ${b}", "b}"),
        ("a: @\"\\tx\\u00e4 ${b}\"", "\txä ${b}", "b}"),
        ("a: @\"x \\\n    y ${b}\"", "x y ${b}", "b}"),
        ("a: @|\n   x\n     y ${b}\n", "x\n  y ${b}\n", "b}"),
        ("a: @>\n   x\n   y\n\n   ${b}\n", "x y\n${b}\n", "b}"),
        ("- a: @|2\n      y ${b}\n", "  y ${b}\n", "b}"),
    ];
    for (marked, decoded, part) in cases {
        let start = marked.find('@').unwrap();
        let text = marked.replacen('@', "", 1);
        let source = Source::new(FileId(0), "f.yml", text.as_str());
        let span = Span::new(FileId(0), start as u32, text.len() as u32);
        let found = source.offset_in_scalar(span, decoded.find(part).unwrap()) as usize;
        assert_eq!(text.find(part), Some(found), "{marked:?}");
        assert!(source.offset_in_scalar(span, 10_000) <= span.end, "{marked:?}");
    }
}

#[test]
fn places_in_a_long_scalar_take_time_in_proportion_to_it() {
    for (open, close) in [("", ""), ("'", "'"), ("\"", "\"")] {
        let text = format!("a: {open}x{}x{close}", " ".repeat(200_000));
        let source = Source::new(FileId(0), "f.yml", text.as_str());
        let span = Span::new(FileId(0), 3, text.len() as u32);
        // By the square of its length it would take a minute.
        let start = std::time::Instant::now();
        let found = source.offset_in_scalar(span, 200_001) as usize;
        assert_eq!(text.get(found..), Some(&*format!("x{close}")));
        assert!(start.elapsed() < std::time::Duration::from_secs(2), "{open}");
    }
}
