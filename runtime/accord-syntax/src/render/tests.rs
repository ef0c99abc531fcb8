use super::*;
use crate::parse;
use crate::source::Span;

const TEXT: &str = "flows:\n  default:\n    - task: log\n      inn:\n        msg: \"geheim\"\n";

fn first(text: &str) -> (Diagnostic, Sources) {
    let mut sources = Sources::new();
    let source = sources.add_with_path("concord.yml", "my.yml", text);
    (parse(&source).diagnostics.remove(0), sources)
}

#[test]
fn concords_form_has_place_and_trail() {
    let (diagnostic, sources) = first(TEXT);
    let text = concord(&diagnostic, &sources);
    let expected = "(concord.yml): Error @ line: 5, col: 9. 'inn' is no option of 'task'";
    assert!(text.starts_with(expected), "{text}");
    let trail = "\n\twhile processing steps:\n\t'task' @ line: 3, col: 7\n\t\t'default' @ line: 2, col: 3\n\t\t\t'flows' @ line: 1, col: 1";
    assert!(text.ends_with(trail), "{text}");
    assert!(text.contains("Did you mean 'in'?"), "{text}");
}

#[test]
fn json_has_the_fields_of_the_contract() {
    let (diagnostic, sources) = first(TEXT);
    let json = json(&diagnostic, &sources);
    assert_eq!(json["severity"], "error");
    assert_eq!(json["file"], "concord.yml");
    assert_eq!((json["line"].as_i64(), json["col"].as_i64()), (Some(5), Some(9)));
    assert_eq!(json["trace"][0]["name"], "task");
}

#[test]
fn pictures_show_the_line_and_name_the_real_file() {
    let (diagnostic, sources) = first(TEXT);
    let text = picture(&diagnostic, &sources, &Picture::default());
    assert!(text.contains("--> my.yml:4:7"), "{text}");
    assert!(text.contains("4 |       inn:"), "{text}");
    assert!(text.contains("^^^"), "{text}");
    assert!(!text.contains('\u{1b}'), "{text}");
}

#[test]
fn long_lines_are_cut_round_the_place() {
    let many = "ä, ".repeat(100_000);
    let text = format!("publicFlows: [{many}{{}}, {many}]\n");
    let (diagnostic, sources) = first(&text);
    let start = std::time::Instant::now();
    let picture = picture(&diagnostic, &sources, &Picture::default());
    assert!(start.elapsed() < std::time::Duration::from_millis(500), "{:?}", start.elapsed());
    assert!(picture.len() < 5000 && picture.contains("{}, ä"), "{picture}");
    assert!(picture.contains("--> my.yml:1:300015"), "{picture}");
    assert!(concord(&diagnostic, &sources).contains("line: 1, col: 300015"));
}

#[test]
fn notes_stand_before_the_hints() {
    let (diagnostic, sources) = first(TEXT);
    let diagnostic = diagnostic.note("in the flow 'a'");
    let text = picture(&diagnostic, &sources, &Picture::default());
    let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part}: {text}"));
    assert!(at("note: in the flow 'a'") < at("help: Did you mean 'in'?"));
    assert_eq!(json(&diagnostic, &sources)["notes"][0], "in the flow 'a'");
}

#[test]
fn hidden_parts_are_not_drawn_wherever_the_mark_is() {
    let (diagnostic, sources) = first(TEXT);
    let at = TEXT.find("\"geheim\"").unwrap() as u32;
    let hidden = [Span { start: at, end: at + 8, ..diagnostic.span.unwrap() }];
    for start in 0..TEXT.len() as u32 {
        for end in [start, start + 3, TEXT.len() as u32] {
            let focus = Span { start, end, ..hidden[0] };
            let text = picture(&diagnostic.clone().focus(focus), &sources, &Picture { color: true, hidden: &hidden });
            assert!(!text.contains("geheim"), "{text}");
        }
    }
    let text = picture(&diagnostic, &sources, &Picture { color: false, hidden: &hidden });
    assert!(text.contains("msg: ******"), "{text}");
}
