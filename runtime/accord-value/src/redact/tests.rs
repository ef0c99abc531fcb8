use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use proptest::prelude::*;

use super::*;

fn knowing(values: &[&str]) -> Redactor {
    let redactor = Redactor::new();
    for value in values {
        redactor.register(value);
    }
    redactor
}

#[test]
fn known_values_are_masked_wherever_they_stand() {
    let redactor = knowing(&["swordfish", "hunter22"]);
    for (text, masked) in [
        ("before: swordfish", "before: ******"),
        ("swordfishes, SWORDFISH", "******es, SWORDFISH"),
        ("swordfishhunter22", "************"),
        ("nothing here", "nothing here"),
        ("", ""),
    ] {
        assert_eq!(redactor.mask(text).as_str(), masked);
    }
}

#[test]
fn without_a_known_value_nothing_is_changed() {
    assert_eq!(Redactor::new().mask("swordfish").as_str(), "swordfish");
}

#[test]
fn short_and_blank_values_are_not_looked_for() {
    let redactor = knowing(&["", "abc", "      ", " x\n"]);
    assert_eq!(redactor.mask("abc      x ").as_str(), "abc      x ");
    assert_eq!(knowing(&["ščřž"]).mask("[ščřž]").as_str(), "[******]");
}

#[test]
fn the_longest_value_wins_and_overlapping_ones_are_masked_as_one() {
    let redactor = knowing(&["pass", "password1", "word1234"]);
    assert_eq!(redactor.mask("password1 pass password1234").as_str(), "****** ****** ******");
}

#[test]
fn a_value_registered_later_is_found_from_the_next_line_on() {
    let redactor = knowing(&["first-one"]);
    let shared = redactor.clone();
    assert_eq!(redactor.mask("first-one second-one").as_str(), "****** second-one");
    shared.register("second-one");
    assert_eq!(redactor.mask("first-one second-one").as_str(), "****** ******");
}

#[test]
fn escaped_and_encoded_forms_are_masked() {
    let value = "pä\"s <s>&'/w$ö\\rd";
    let redactor = knowing(&[value]);
    for (name, form) in [
        ("plain", value.to_owned()),
        ("json", r#"pä\"s <s>&'/w$ö\\rd"#.to_owned()),
        ("json with escaped slashes", r#"pä\"s <s>&'\/w$ö\\rd"#.to_owned()),
        ("ascii json", r#"p\u00e4\"s <s>&'/w$\u00f6\\rd"#.to_owned()),
        ("xml", "pä&quot;s &lt;s&gt;&amp;&apos;/w$ö\\rd".to_owned()),
        ("html", "pä&quot;s &lt;s&gt;&amp;&#39;/w$ö\\rd".to_owned()),
        ("xml text", "pä\"s &lt;s&gt;&amp;'/w$ö\\rd".to_owned()),
        ("url", "p%C3%A4%22s%20%3Cs%3E%26%27%2Fw%24%C3%B6%5Crd".to_owned()),
        ("lower url", "p%c3%a4%22s%20%3cs%3e%26%27%2fw%24%c3%b6%5crd".to_owned()),
        ("form", "p%C3%A4%22s+%3Cs%3E%26%27%2Fw%24%C3%B6%5Crd".to_owned()),
        ("uri component", "p%C3%A4%22s%20%3Cs%3E%26'%2Fw%24%C3%B6%5Crd".to_owned()),
        ("single-quoted shell", "pä\"s <s>&'\\''/w$ö\\rd".to_owned()),
        ("double-quoted shell", "pä\\\"s <s>&'/w\\$ö\\\\rd".to_owned()),
        ("backslashed shell", "pä\\\"s\\ \\<s\\>\\&\\'/w\\$ö\\\\rd".to_owned()),
    ] {
        assert_eq!(redactor.mask(&format!("[{form}]")).as_str(), "[******]", "{name}");
    }
}

#[test]
fn basic_authentication_is_masked() {
    let redactor = Redactor::new();
    redactor.register_credentials("bob", "pw1");
    let header = format!("Authorization: Basic {}", STANDARD.encode("bob:pw1"));
    // The last characters hold bits of nothing else and are left.
    assert!(redactor.mask(&header).as_str().starts_with("Authorization: Basic ******"));
    assert!(!redactor.mask(&header).as_str().contains("Ym9iOnB3"));
}

#[test]
fn values_with_several_lines_are_masked_line_by_line_too() {
    let key =
        "-----BEGIN RSA PRIVATE KEY-----\nMIIabcdef0123456789\r\n  qwertzuiop+/==\n}\n-----END RSA PRIVATE KEY-----";
    let redactor = knowing(&[&format!("{key}\n")]);
    assert_eq!(redactor.mask(&format!("key: {key}")).as_str(), "key: ******");
    assert_eq!(redactor.mask("one line: MIIabcdef0123456789!").as_str(), "one line: ******!");
    assert_eq!(redactor.mask("qwertzuiop+/== }").as_str(), "****** }");
    assert_eq!(redactor.mask("-----BEGIN RSA PRIVATE KEY-----").as_str(), "-----BEGIN RSA PRIVATE KEY-----");
    assert_eq!(redactor.mask("qwertzuiop%2B%2F%3D%3D").as_str(), "******");
}

#[test]
fn bytes_are_masked_in_base64_and_hexadecimal() {
    let redactor = Redactor::new();
    redactor.register_bytes(&[0xff, 0xfe, 1, 2, 3, 250]);
    assert_eq!(redactor.mask("fffe010203fa FFFE010203FA //4BAgP6 __4BAgP6").as_str(), "****** ****** ****** ******");
}

#[test]
fn long_values_are_masked_as_far_as_they_go() {
    let value: String = (0..5000).map(|index| char::from(b'a' + (index * 7 % 26) as u8)).collect();
    let other = format!("{}{}", &value[..2000], "X".repeat(500));
    let redactor = knowing(&[&value, &other]);
    assert_eq!(redactor.mask(&format!("<{value}>")).as_str(), "<******>");
    assert_eq!(redactor.mask(&format!("<{other}>")).as_str(), "<******>");
    assert_eq!(redactor.mask(&format!("<{}#>", &value[..300])).as_str(), "<******#>");
}

#[test]
fn very_long_values_are_masked_in_every_form() {
    let value: String = (0..17_000u32).map(|index| char::from(b' ' + (index * 7 % 90) as u8)).collect();
    let redactor = knowing(&[&format!("a{value}ž")]);
    redactor.register_bytes(&(0..17_000u32).map(|index| (index * 11 % 251) as u8 | 0x80).collect::<Vec<u8>>());
    let value = format!("a{value}ž");
    let bytes: Vec<u8> = (0..17_000u32).map(|index| (index * 11 % 251) as u8 | 0x80).collect();
    for form in [
        value.clone(),
        forms::Encoding::Json.encode(value.as_bytes()),
        forms::Encoding::Hex { upper: true }.encode(value.as_bytes()),
        forms::Encoding::Hex { upper: false }.encode(&bytes),
        forms::Encoding::Base64 { offset: 0, url: false }.encode(value.as_bytes()),
        forms::Encoding::Base64 { offset: 2, url: true }.encode(&bytes),
        forms::Encoding::Url { keep: "-._~", space: "+", upper: true }.encode(value.as_bytes()),
        forms::Encoding::Backslash("\"\\$`").encode(value.as_bytes()),
    ] {
        assert_eq!(redactor.mask(&format!("<{form}>")).as_str(), "<******>");
        let middle = form.floor_char_boundary(form.len() / 2);
        assert_eq!(streamed(&redactor, &["<", &form[..middle], &form[middle..], ">"]), "<******>");
    }
}

#[test]
fn a_value_that_repeats_itself_takes_no_longer() {
    let redactor = knowing(&[&"a".repeat(100_000)]);
    assert_eq!(redactor.mask(&format!("<{}>", "a".repeat(100_000))).as_str(), "<******>");
    assert_eq!(redactor.mask(&format!("<{}b>", "a".repeat(70_000))).as_str(), "<******b>");
}

#[test]
fn marks_and_known_values_are_masked_together() {
    let redactor = knowing(&["swordfish"]);
    let text =
        Text::concat(&["a swordfish, ".into(), Text::sensitive("pw"), "; sword".into(), Text::sensitive("fish")]);
    assert_eq!(redactor.mask_text(&text).as_str(), "a ******, ******; ******");
    assert_eq!(redactor.mask_text(&Text::sensitive("all of swordfish")).as_str(), "******");
    assert_eq!(Redactor::new().mask_text(&text).as_str(), "a swordfish, ******; sword******");
}

fn streamed(redactor: &Redactor, pieces: &[&str]) -> String {
    let mut stream = redactor.stream();
    let mut out = String::new();
    for piece in pieces {
        out.extend(stream.push(piece).map(|line| line.to_string()));
    }
    out.extend(stream.finish().map(|line| line.to_string()));
    out
}

#[test]
fn a_value_split_over_pieces_is_found() {
    let redactor = knowing(&["swordfish"]);
    assert_eq!(streamed(&redactor, &["the sword", "fish", " swam"]), "the ****** swam");
    let long: String = (0..300).map(|index| char::from(b'a' + (index * 11 % 26) as u8)).collect();
    redactor.register(&long);
    let (first, rest) = long.split_at(150);
    assert_eq!(streamed(&redactor, &["<", first, rest, ">"]), "<******>");
    assert_eq!(streamed(&redactor, &["<", first, "."]), "<******.");
}

#[test]
fn a_stream_holds_little_back() {
    let redactor = knowing(&["aaaaaaaa"]);
    let mut stream = redactor.stream();
    let mut given = 0;
    for _ in 0..100 {
        given += stream.push(&"b".repeat(1000)).map_or(0, |line| line.as_str().len());
    }
    assert!(given > 99_000, "{given}");
    // A run without end is one value, masked once and not held.
    let endless: Vec<String> = (0..100).map(|_| "a".repeat(1000)).collect();
    let pieces: Vec<&str> = endless.iter().map(String::as_str).collect();
    assert_eq!(streamed(&redactor, &pieces), "******");
}

proptest! {
    #[test]
    fn every_encoding_is_found_at_every_place(
        value in "[!-~]{1}[ -~äöü]{6,30}[!-~]{1}",
        before in "[a-z]{0,5}",
        after in "[a-z]{0,5}",
    ) {
        let redactor = knowing(&[&value]);
        let whole = format!("{before}{value}{after}");
        for form in [STANDARD.encode(&whole), URL_SAFE.encode(&whole)] {
            let masked = redactor.mask(&form);
            let core = STANDARD.encode(&value);
            prop_assert!(masked.as_str().contains("******"), "{form} {masked}");
            prop_assert!(!masked.as_str().contains(core.get(..core.len() - 4).unwrap()));
        }
        let hex: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
        prop_assert_eq!(redactor.mask(&format!("x{hex}y")).to_string(), "x******y");
        let json = crate::json::to_text(&value.as_str().into()).unwrap();
        prop_assert_eq!(redactor.mask(json.as_str()).to_string(), "\"******\"");
        prop_assert_eq!(redactor.mask(&format!("({value})")).to_string().contains(&value), false);
    }

    #[test]
    fn a_stream_masks_as_one_text_does(
        text in "(abcd|bcde|x|é|\n|secret-value){0,60}",
        cuts in prop::collection::vec(0usize..200, 0..8),
    ) {
        let redactor = knowing(&["abcd", "bcde", "secret-value", "évalue"]);
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| text.floor_char_boundary(cut)).collect();
        cuts.push(0);
        cuts.push(text.len());
        cuts.sort_unstable();
        let pieces: Vec<&str> = cuts.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect();
        prop_assert_eq!(streamed(&redactor, &pieces), redactor.mask(&text).to_string());
    }
}
