use super::*;

#[test]
fn globs_match_what_java_matches() {
    let default = "concord/{**/,}{*.,}concord.{yml,yaml}";
    let cases: &[(&str, &str, bool)] = &[
        (default, "concord/concord.yml", true),
        (default, "concord/a.concord.yaml", true),
        (default, "concord/x/y/a.concord.yml", true),
        (default, "concord/x/concord.yml", true),
        (default, "concord/a.yml", false),
        (default, "concord/aconcord.yml", false),
        (default, "concord.yml", false),
        ("a/**/*.yml", "a/x.yml", false),
        ("a/**/*.yml", "a/b/x.yml", true),
        ("*.yml", "a/x.yml", false),
        ("**.yml", "a/x.yml", true),
        ("?.yml", "/.yml", false),
        ("?.yml", "ä.yml", true),
        ("[0-9]?", "1x", true),
        ("[!0-9]x", "1x", false),
        ("[!0-9]x", "/x", false),
        ("[-a]", "-", true),
        (r"\*", "*", true),
        (r"\*", "a", false),
        ("{a,b}{c,d}", "bd", true),
        ("{a,}x", "x", true),
        ("a,b", "a,b", true),
        ("a}", "a}", true),
        (".*", ".x", true),
        ("", "", true),
    ];
    for (glob, path, expected) in cases {
        assert_eq!(Glob::parse(glob).unwrap().matches(path), *expected, "{glob} on {path}");
    }
}

#[test]
fn bad_globs_are_refused_as_in_java() {
    for (glob, message) in [
        ("{a", "Missing '} near index 1"),
        ("{a,{b}}", "Cannot nest groups near index 3"),
        ("[a", "Missing '] near index 1"),
        ("[a/]", "Explicit 'name separator' in class near index 2"),
        ("\\", "No character to escape near index 0"),
    ] {
        assert_eq!(Glob::parse(glob).unwrap_err().to_string(), message, "{glob}");
    }
}

#[test]
fn many_stars_take_no_time() {
    let glob = Glob::parse(&"*a".repeat(200)).unwrap();
    assert!(!glob.matches(&"a".repeat(2000).replace("aaaa", "aaab")));
}

#[test]
fn resources_are_globs_regexes_or_paths() {
    let matches = |pattern: &str, path: &str| ResourcePattern::parse(pattern).unwrap().matches(path);
    assert!(matches("glob:extra/*.flow.yml", "extra/a.flow.yml"));
    assert!(matches(r"regex:extra/[a-b]\.yml", "extra/a.yml"));
    assert!(!matches(r"regex:extra/[a-b]\.yml", "extra/ab.yml"));
    assert!(matches("  plain/one.yml ", "plain/one.yml"));
    assert!(matches("/rooted/two.yml", "rooted/two.yml"));
    assert!(ResourcePattern::parse("regex:concord/(a").is_err());
}
