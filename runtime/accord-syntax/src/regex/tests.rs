use super::*;

fn finds(java: &str, text: &str) -> bool {
    compile(java).unwrap_or_else(|e| panic!("{java}: {e}")).is_match(text).unwrap()
}

fn matches(java: &str, text: &str) -> bool {
    compile_whole(java).unwrap_or_else(|e| panic!("{java}: {e}")).is_match(text).unwrap()
}

#[test]
fn patterns_match_what_java_matches() {
    let cases: &[(&str, &str, bool)] = &[
        ("a+", "aaa", true),
        (r"\d+", "12", true),
        (r"\d+", "١٢", false),
        (r"\w+", "ä", false),
        (r"\s", "\u{a0}", false),
        (r"\h", "\u{a0}", true),
        (r"\R", "\r\n", true),
        (r"\R\n", "\r\n", false),
        ("a.c", "a\u{2028}c", false),
        ("(?s)a.c", "a\nc", true),
        ("(?s:a.)c.", "a\nc\n", false),
        (r"\Qa.b*\Ec", "a.b*c", true),
        (r"\Qa.b", "axb", false),
        ("a++a", "aaa", false),
        ("(?>a+)b", "aab", true),
        (r"(a)(b)\2\1", "abba", true),
        (r"(a)\11", "aa1", true),
        (r"(?<x>a)\k<x>", "aa", true),
        ("[a-c&&[^b]]", "b", false),
        ("[a-c&&[^b]]", "a", true),
        ("[a[0-9]]", "7", true),
        ("[^-a]", "-", false),
        ("[a-]", "-", true),
        ("[a~~b&-]", "~", true),
        ("[]a]", "]", true),
        (r"[\w.]+", "a.b_9", true),
        (r"[^\s]+", "a b", false),
        (r"[\Q-]\E]", "]", true),
        (r"\x41\u0042\0103", "ABC", true),
        (r"\ud83d\ude00", "😀", true),
        (r"\p{Alpha}\p{Lu}\P{Digit}", "aÄx", true),
        (r"\p{IsLatin}", "é", true),
        ("(?i)ABC", "abc", true),
        ("(?x) a b # c", "ab", true),
        ("a{2}", "aa", true),
        ("a{2,3}+", "aaa", true),
        ("(?!)", "", false),
        ("", "", true),
        (r"a\-b\#", "a-b#", true),
        ("a]b}", "a]b}", true),
        ("(?<=a)b|ab", "ab", true),
    ];
    for (java, text, expected) in cases {
        assert_eq!(matches(java, text), *expected, "{java:?} on {text:?} became {:?}", translate(java));
    }
}

/// Named classes of POSIX are none in Java.
#[test]
fn brackets_with_colons_are_plain_classes() {
    assert!(matches("[[:alpha:]]+", "alpha:"));
    assert!(!matches("[[:alpha:]]+", "xyz"));
    assert!(matches("[:-@]", ";"));
}

#[test]
fn anchors_see_a_final_line_terminator() {
    assert!(finds("a$", "a\n"));
    assert!(finds("a$", "a\r\n"));
    assert!(!finds("a$", "a\nb"));
    assert!(finds("(?m)a$", "a\nb"));
    assert!(finds("(?m)^b", "a\nb"));
    assert!(!finds(r"a\z", "a\n"));
    assert!(finds(r"a\Z", "a\n"));
    assert!(finds(r"\bb", "äb"), "word boundaries are ASCII");
    assert!(!finds(r"\Bb", "äb"));
}

#[test]
fn errors_are_those_of_java() {
    let cases = [
        ("a(b", "Unclosed group near index 3"),
        ("*a", "Dangling meta character '*' near index 0"),
        ("a**", "Dangling meta character '*' near index 2"),
        ("[a", "Unclosed character class near index 1"),
        (r"\y", "Illegal/unsupported escape sequence near index 1"),
        ("(?<n>a)(?<n>b)", "Named capturing group <n> is already defined near index 11"),
        (r"(?<n>a)\k<m>", "named capturing group <m> does not exist near index 11"),
        ("a{1,3000000000}", "Illegal repetition range near index 13"),
        ("ab\\", "Unescaped trailing backslash near index 3"),
        ("(?k)", "Unknown inline modifier near index 2"),
        ("[b-a]", "Illegal character range near index 3"),
        ("a)", "Unmatched closing ')' near index 0"),
        ("a{x}", "Illegal repetition near index 2"),
        ("a{3,2}", "Illegal repetition range near index 5"),
    ];
    for (java, message) in cases {
        assert_eq!(translate(java).unwrap_err().to_string(), message, "{java:?}");
    }
    let error = translate("ab(").unwrap_err();
    assert_eq!(error.java_message(), "Unclosed group near index 3\nab(");
    assert_eq!(translate("*a").unwrap_err().java_message(), "Dangling meta character '*' near index 0\n*a\n^");
}

#[test]
fn replacements_follow_java() {
    let pattern = compile("(a)(?<n>b)?").unwrap();
    let expand = |text: &str, on: &str| {
        let replacement = Replacement::parse(text, &pattern)?;
        let mut out = String::new();
        replacement.expand(&pattern.captures(on).unwrap().unwrap(), &mut out);
        Ok::<_, ReplacementError>(out)
    };
    assert_eq!(expand("<$0|$1|${n}>", "ab").unwrap(), "<ab|a|b>");
    assert_eq!(expand(r"\$1 $13 \\", "ab").unwrap(), r"$1 a3 \");
    assert_eq!(expand("[$2]", "a").unwrap(), "[]");
    assert_eq!(expand("$9", "a").unwrap_err().to_string(), "No group 9");
    assert_eq!(expand("$x", "a").unwrap_err().to_string(), "Illegal group reference");
    assert_eq!(expand("${zz}", "a").unwrap_err().to_string(), "No group with name {zz}");
    assert_eq!(expand("a\\", "a").unwrap_err().to_string(), "character to be escaped is missing");
}
