use std::any::Any;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::{Bytes, List, Map, MapKind, Object, Set, SetKind, Text, Throwable, Value};

/// Through JSON, as a state goes.
fn round(value: &Value) -> Value {
    let mut writer = SnapshotWriter::new();
    let stored = writer.store("v", value).unwrap();
    let json = serde_json::to_string(&(writer.finish(), stored)).unwrap();
    let (snapshot, stored): (Snapshot, Stored) = serde_json::from_str(&json).unwrap();
    SnapshotReader::new(snapshot, &restore).unwrap().value(&stored).unwrap()
}

struct Date(i64);

impl Object for Date {
    fn class_name(&self) -> &str {
        "java.util.Date"
    }

    fn text(&self) -> Text {
        Text::plain(self.0.to_string())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn snapshot(&self) -> Option<Value> {
        Some(List::from_iter([self.0]).into())
    }
}

struct Stream;

impl Object for Stream {
    fn class_name(&self) -> &str {
        "com.sun.el.stream.Stream"
    }

    fn text(&self) -> Text {
        Text::plain("stream")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn restore(class: &str, data: Value) -> Option<Arc<dyn Object>> {
    let millis = data.as_list()?.get(0)?.as_i64()?;
    (class == "java.util.Date").then(|| Arc::new(Date(millis)) as Arc<dyn Object>)
}

#[test]
fn what_was_shared_is_shared_again() {
    let list = List::from_iter([1, 2]);
    let map = Map::from_pairs([("a", &list), ("b", &list)]);
    map.insert("self", &map);
    let back = round(&map.into());
    let back = back.as_map().unwrap();
    let (a, b) = (back.get("a").unwrap(), back.get("b").unwrap());
    a.as_list().unwrap().push(3);
    assert_eq!(b.to_text().as_str(), "[1, 2, 3]");
    assert!(back.get("self").unwrap().as_map().unwrap().same(back));
}

#[test]
fn several_values_share_one_table() {
    let list = List::from_iter(["x"]);
    let mut writer = SnapshotWriter::new();
    let first = writer.store("first", &Value::from(&list)).unwrap();
    let second = writer.store("second", &Map::from_pairs([("l", &list)]).into()).unwrap();
    let reader = SnapshotReader::new(writer.finish(), &restore).unwrap();
    let first = reader.value(&first).unwrap();
    let second = reader.value(&second).unwrap();
    assert!(first.is_same(&second.as_map().unwrap().get("l").unwrap()));
}

#[test]
fn kinds_order_and_marks_are_kept() {
    let map = Map::hash();
    for index in 0..40 {
        map.insert(format!("key-{}", index * 7), index);
    }
    for index in 0..30 {
        map.remove(&format!("key-{}", index * 7));
    }
    let set = Set::of_kind_from(SetKind::Hash, [100, 33, 17, 1]);
    let text = Text::concat(&["a ".into(), Text::sensitive("b"), " c".into()]);
    let values = List::from_iter([
        Value::from(&map),
        Value::from(&set),
        Value::from(text),
        Value::character(u16::from(b'x'), true),
        Value::Bytes(Bytes::sensitive(vec![1, 2])),
        Value::Map(Map::of_kind_from(MapKind::Immutable, [(1i64, "one")])),
    ]);
    let back = round(&values.clone().into());
    assert_eq!(back.to_text().as_str().split("[B@").next(), Value::from(values).to_text().as_str().split("[B@").next());
    let items = back.as_list().unwrap().snapshot();
    let classes: Vec<&str> = items.iter().map(Value::simple_name).collect();
    assert_eq!(classes, ["HashMap", "HashSet", "String", "Character", "byte[]", "MapN"]);
    assert_eq!(items[2].to_text().masked(), "a ****** c");
    assert!(items[3].is_sensitive() && items[4].is_sensitive());
    // The table is as long as it was, so new keys come where they would have come.
    map.insert("new", 1);
    items[0].as_map().unwrap().insert("new", 1);
    assert_eq!(items[0].to_text(), Value::from(&map).to_text());
}

#[test]
fn errors_and_objects_are_made_again() {
    let payload = Map::linked();
    let cause = Throwable::user(Text::sensitive("hidden"));
    let error = Arc::new(Throwable::user("m").with_cause(cause).with_payload(&payload));
    payload.insert("error", Value::Throwable(error.clone()));
    payload.insert("date", Value::object(Date(42)));
    let back = round(&Value::Throwable(error));
    let back = back.as_throwable().unwrap();
    assert_eq!((&*back.class, back.to_string().as_str()), (Throwable::USER_DEFINED, "m"));
    assert!(back.cause.as_ref().unwrap().message.as_ref().unwrap().is_sensitive());
    let payload = back.payload.as_ref().unwrap().as_map().unwrap();
    assert!(Arc::ptr_eq(payload.get("error").unwrap().as_throwable().unwrap(), back));
    assert_eq!(payload.get("date").unwrap().as_object::<Date>().unwrap().0, 42);
}

#[test]
fn what_lives_only_in_the_process_is_refused_by_its_path() {
    let list = List::from_iter([Value::Int(1), Map::from_pairs([("s", Value::object(Stream))]).into()]);
    let error = SnapshotWriter::new().store("vars", &Map::from_pairs([("list", list)]).into()).unwrap_err().to_string();
    assert!(error.starts_with("The variable 'vars.list[1].s' cannot be stored"), "{error}");
    assert!(error.contains("com.sun.el.stream.Stream"), "{error}");
}

#[test]
fn a_damaged_table_is_an_error() {
    let json = |text: &str| {
        let snapshot: Snapshot = serde_json::from_str(text).unwrap();
        SnapshotReader::new(snapshot, &restore).map(drop).unwrap_err().to_string()
    };
    for text in [
        r#"{"nodes":[{"List":{"kind":"Array","items":[{"Node":7}]}}]}"#,
        r#"{"nodes":[{"Object":{"class":"java.util.Date","data":{"Node":0}}}]}"#,
        r#"{"nodes":[{"Object":{"class":"gone","data":"Null"}}]}"#,
        r#"{"nodes":[{"List":{"kind":"Array","items":[{"BigInt":"x"}]}}]}"#,
        r#"{"nodes":[{"Bytes":{"bytes":"?","sensitive":false}}]}"#,
    ] {
        assert!(json(text).starts_with("The stored state "), "{text}");
    }
}

#[test]
fn a_value_nested_very_deep_goes_there_and_back() {
    let mut value = Value::from(List::new(Vec::new()));
    for _ in 0..100_000 {
        value = List::from_iter([value]).into();
    }
    let mut writer = SnapshotWriter::new();
    let stored = writer.store("deep", &value).unwrap();
    let back = SnapshotReader::new(writer.finish(), &restore).unwrap().value(&stored).unwrap();
    assert!(back.to_text().as_str().starts_with("[[[["));
}

proptest! {
    #[test]
    fn what_was_stored_is_read_again(value in crate::json::any_json()) {
        let back = round(&value);
        prop_assert_eq!(back.to_text(), value.to_text());
        prop_assert_eq!(back, value);
    }
}
