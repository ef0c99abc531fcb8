use super::*;

fn secret(text: &str) -> Text {
    Text::sensitive(text)
}

#[test]
fn joining_keeps_the_marks_in_their_places() {
    let joined = Text::concat(&["user ".into(), "bob".into(), ", password ".into(), secret("hunter22"), "!".into()]);
    assert_eq!(joined.as_str(), "user bob, password hunter22!");
    assert_eq!(joined.masked(), "user bob, password ******!");
    assert!(joined.is_sensitive());
    assert_eq!(joined.sensitive_parts(), ["hunter22"]);
    let twice = Text::concat(&[joined.clone(), joined]);
    assert_eq!(twice.masked(), "user bob, password ******!user bob, password ******!");
    assert_eq!(Text::concat(&[secret("a"), secret("b")]).masked(), "************");
    assert!(!Text::concat(&["a".into(), secret(""), "b".into()]).is_sensitive());
}

#[test]
fn a_slice_has_the_marks_that_are_in_it() {
    let text = Text::concat(&["ab ".into(), secret("čd"), " ef".into()]);
    assert_eq!(text.masked(), "ab ****** ef");
    for (range, masked) in [
        (0..3, Some("ab ")),
        (0..5, Some("ab ******")),
        (5..9, Some("****** ef")),
        (6..9, Some(" ef")),
        (3..6, Some("******")),
        (4..6, None),
        (0..99, None),
        (5..5, Some("")),
    ] {
        assert_eq!(text.slice(range.clone()).map(|part| part.masked().into_owned()).as_deref(), masked, "{range:?}");
    }
    assert!(text.slice(0..3).is_some_and(|part| !part.is_sensitive()));
    assert_eq!(secret("abc").slice(1..2).map(|part| part.is_sensitive()), Some(true));
}

#[test]
fn ranges_are_widened_to_characters_and_overlapping_ones_joined() {
    assert_eq!(normal_ranges("aččb", vec![2..4, 0..1, 4..99, 3..3]), [0..1, 1..6]);
    assert_eq!(normal_ranges("abcd", vec![0..2, 2..4]), [0..2, 2..4]);
    assert!(normal_ranges("abc", vec![7..9, 8..8]).is_empty());
}

#[test]
fn segments_say_where_the_mark_changes() {
    let text = Text::concat(&["a".into(), secret("b"), secret("c"), "d".into()]);
    assert_eq!(text.segments(), [("a", false), ("b", true), ("c", true), ("d", false)]);
    assert_eq!(secret("x").segments(), [("x", true)]);
    assert_eq!(Text::plain("").segments(), []);
}

#[test]
fn debug_never_prints_what_is_marked() {
    assert_eq!(format!("{:?}", secret("hunter22")), "\"******\"");
    assert_eq!(format!("{:?}", Text::concat(&["a ".into(), secret("b")])), "\"a ******\"");
}

#[test]
fn a_builder_can_be_cut_back() {
    let mut builder = TextBuilder::new();
    builder.push_str("ab");
    builder.push_marked("čd", true);
    builder.truncate(3);
    assert_eq!(builder.len(), 2);
    assert!(!builder.finish().is_sensitive());
}
