//! Which part of an expression an error is about.

mod support;

use support::World;

#[test]
fn the_innermost_part_is_told() {
    let world = World::with(&[("name", "'ada'"), ("list", "[1, 2]")]);
    for (text, part) in [
        ("${nope}", "nope"),
        ("Hello, ${name} and ${1 + nope}!", "nope"),
        ("${name.toUpper()}", ".toUpper()"),
        ("${nope.x.y}", "nope"),
        ("${name == 'x' ? 1 : 2 * name}", "2 * name"),
        ("${list.stream().map(x -> x + y).toList()}", "y"),
        ("${hasVariable(nope)}", "nope"),
        ("${noFunction(1)}", "noFunction(1)"),
        ("${log.info('a', 'b')}", ".info('a', 'b')"),
        ("${name", ""),
        ("żółć ${nope}", "nope"),
    ] {
        let error = world.eval(text).unwrap_err();
        let found = error.part.unwrap_or_else(|| panic!("{text}: no part"));
        assert_eq!(&*found.text, text);
        assert_eq!(
            text.get(found.start as usize..found.end as usize).unwrap_or("?").trim_start_matches('.'),
            part.trim_start_matches('.'),
            "{text}"
        );
    }
}
