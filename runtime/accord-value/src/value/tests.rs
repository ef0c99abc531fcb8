use super::*;

#[test]
fn a_value_fits_three_words() {
    assert!(size_of::<Value>() <= 24, "{}", size_of::<Value>());
}

fn shown(value: &Value) -> String {
    value.to_text().as_str().to_owned()
}

#[test]
fn text_forms_are_javas() {
    let nested = List::from_iter([
        Value::Int(1),
        2.5.into(),
        Value::Null,
        "a".into(),
        Value::Char(u16::from(b'c'), false),
        Map::from_pairs([("k", Value::from(List::new(vec![])))]).into(),
        Set::from_iter([true]).into(),
        Throwable::new("java.lang.Exception", "bad").into(),
        Throwable::user("wrong").into(),
    ]);
    assert_eq!(shown(&nested.into()), "[1, 2.5, null, a, c, {k=[]}, [true], java.lang.Exception: bad, wrong]");
    let text = |class: &str| Throwable::new(class, "prefix: why").with_cause(Throwable::new("java.x", "why")).to_text();
    assert_eq!(text("java.y").as_str(), "java.y: prefix: why");
    assert_eq!(text(Throwable::WRAPPED).as_str(), "prefix: java.x: why");
    let array = Value::List(List::of_kind(crate::ListKind::StringArray, vec!["a".into(), "b".into()]));
    assert!(shown(&array).starts_with("[Ljava.lang.String;@"));
    assert_eq!(array.to_array_text().as_str(), "[a, b]");
    assert!(shown(&vec![1u8].into()).starts_with("[B@"));
}

#[test]
fn text_forms_keep_marks_in_their_places() {
    let map = Map::from_pairs([("user", Text::plain("bob")), ("password", Text::sensitive("hunter22"))]);
    map.insert("list", List::from_iter([Text::sensitive("x")]));
    let value = Value::from(map);
    assert!(value.is_sensitive());
    assert_eq!(value.to_text().masked(), "{user=bob, password=******, list=[******]}");
    assert_eq!(format!("{value:?}"), "LinkedHashMap({user=bob, password=******, list=[******]})");
}

#[test]
fn equality_is_javas() {
    let list = |items: &[i32]| Value::from(List::from_iter(items.iter().copied()));
    for (a, b, equal) in [
        (Value::Int(1), Value::Long(1), false),
        (Value::Double(f64::NAN), Value::Double(f64::NAN), true),
        (Value::Double(0.0), Value::Double(-0.0), false),
        (list(&[1, 2]), list(&[1, 2]), true),
        (list(&[1, 2]), list(&[2, 1]), false),
        (list(&[1]), List::from_iter([1i64]).into(), false),
        (Map::from_pairs([("a", 1), ("b", 2)]).into(), Map::from_pairs([("b", 2), ("a", 1)]).into(), true),
        (Map::from_pairs([("a", 1)]).into(), Map::from_pairs([("a", Value::Null)]).into(), false),
        (Set::from_iter([1, 2]).into(), Set::from_iter([2, 1]).into(), true),
        (Set::from_iter([1]).into(), list(&[1]), false),
        (Text::sensitive("a").into(), "a".into(), true),
        ("a".into(), Value::Char(u16::from(b'a'), false), false),
        (Value::Null, Value::Null, true),
        (vec![1u8].into(), vec![1u8].into(), false),
    ] {
        assert_eq!(a == b, equal, "{a:?} {b:?}");
        if equal {
            assert_eq!(a.hash_code(), b.hash_code(), "{a:?}");
        }
    }
}

#[test]
fn marking_marks_all_texts_and_keeps_kinds_and_cycles() {
    let list = List::from_iter(["a", "b"]);
    list.push(&list);
    let map = Map::hash();
    map.insert("k", &list);
    let marked = Value::from(&map).marked();
    assert_eq!(marked.class_name(), "java.util.HashMap");
    assert_eq!(marked.to_text().masked(), "{******=[******, ******, (this Collection)]}");
    assert!(!Value::from(&map).is_sensitive());
    assert!(Value::from(Throwable::user(Text::sensitive("x"))).is_sensitive());
    assert_eq!(Value::from(5).marked(), Value::from(5));
}

#[test]
fn copies_are_linked_and_share_nothing() {
    let inner = List::of_kind(crate::ListKind::Immutable, vec![1.into()]);
    let map = Map::hash();
    for key in ["first", "second", "third", "fourth"] {
        map.insert(key, &inner);
    }
    let array = List::of_kind(crate::ListKind::StringArray, vec!["a".into()]);
    map.insert("array", &array);
    let copy = Value::from(&map).deep_copy().unwrap();
    let copied = copy.as_map().unwrap();
    assert_eq!(copy.class_name(), "java.util.LinkedHashMap");
    assert_eq!(copy.to_array_text().as_str().split("array").next(), shown(&Value::from(&map)).split("array").next());
    copied.get("first").unwrap().as_list().unwrap().push(2);
    assert_eq!(shown(&copied.get("second").unwrap()), "[1]");
    assert_eq!(shown(&inner.clone().into()), "[1]");
    assert!(copied.get("array").unwrap().is_same(&array.into()));
    let set = Value::from(Set::of_kind_from(crate::SetKind::Hash, [3, 1])).deep_copy().unwrap();
    assert_eq!((set.class_name(), shown(&set).as_str()), ("java.util.LinkedHashSet", "[1, 3]"));
}

#[test]
fn nothing_overflows_the_stack_however_deep_it_is() {
    let mut deep = Value::from(List::new(Vec::new()));
    for _ in 0..200_000 {
        deep = Map::from_pairs([("k", List::from_iter([deep]))]).into();
    }
    let other = deep.clone();
    assert!(shown(&deep).contains("..."));
    assert!(deep == other, "one and the same");
    assert!(deep != List::from_iter([other]).into());
    deep.hash_code();
    assert!(!deep.is_sensitive());
    let _ = deep.marked();
    assert!(deep.deep_copy().is_err());
    assert!(crate::json::to_text(&deep).is_err());
    drop(deep);
}

#[test]
fn what_holds_itself_ends() {
    let list = List::new(Vec::new());
    let map = Map::from_pairs([("list", &list)]);
    list.push(&map);
    list.push(&list);
    let value = Value::from(&list);
    assert_eq!(shown(&value), "[{list=(this Collection)}, (this Collection)]");
    assert!(value.deep_copy().is_err());
    assert!(!value.is_sensitive());
    list.push(Text::sensitive("x"));
    assert!(value.is_sensitive());
    value.hash_code();
    list.clear();
}

#[test]
fn shared_parts_do_not_explode() {
    let mut value = Value::from(List::from_iter([1]));
    for _ in 0..60 {
        value = List::from_iter([value.clone(), value]).into();
    }
    assert!(value.to_text().as_str().len() < 100 << 20);
    assert!(!value.is_sensitive());
}

#[test]
fn simple_names_are_javas() {
    for (value, name) in [
        (Value::from(1), "Integer"),
        (List::of_kind(crate::ListKind::StringArray, vec![]).into(), "String[]"),
        (List::of_kind(crate::ListKind::Fixed, vec![]).into(), "ArrayList"),
        (List::of_kind(crate::ListKind::CharArray, vec![]).into(), "char[]"),
        (vec![1u8].into(), "byte[]"),
    ] {
        assert_eq!(value.simple_name(), name);
    }
}
