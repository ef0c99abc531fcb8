use std::sync::Arc;

use num_bigint::BigInt;

use crate::number::{parse_big_decimal, parse_big_int};
use crate::{List, Map, MapKind, Set, SetKind, Value};

fn shown(value: impl Into<Value>) -> String {
    value.into().to_text().as_str().to_owned()
}

fn hash_of<const N: usize>(keys: [&str; N]) -> Map {
    Map::of_kind_from(MapKind::Hash, keys.iter().enumerate().map(|(index, key)| (*key, index as i64 + 1)))
}

/// Each recorded from a JVM.
#[test]
fn a_hash_map_shows_its_entries_in_the_order_of_javas_table() {
    assert_eq!(shown(hash_of(["first", "second", "third", "fourth"])), "{third=3, fourth=4, first=1, second=2}");
    assert_eq!(shown(hash_of(["zebra", "apple", "mango", "kiwi"])), "{zebra=1, apple=2, kiwi=4, mango=3}");
    assert_eq!(
        shown(hash_of(["one", "two", "three", "four", "five", "six", "seven"])),
        "{six=6, four=4, one=1, seven=7, two=2, three=3, five=5}"
    );
    assert_eq!(shown(hash_of(["name", "port", "enabled", "tags"])), "{port=2, name=1, enabled=3, tags=4}");
}

#[test]
fn the_table_grows_as_javas_and_never_shrinks() {
    let map = Map::hash();
    for index in 0..40 {
        map.insert(format!("key-{}", index * 7), index);
    }
    assert_eq!(
        shown(List::new(map.keys())),
        "[key-14, key-35, key-98, key-0, key-56, key-77, key-147, key-224, key-126, key-203, key-189, key-266, key-168, \
         key-245, key-7, key-70, key-105, key-91, key-28, key-161, key-140, key-49, key-182, key-21, key-154, key-231, \
         key-42, key-133, key-210, key-196, key-273, key-175, key-252, key-63, key-112, key-84, key-217, key-119, \
         key-259, key-238]"
    );
    for index in 0..30 {
        map.remove(&format!("key-{}", index * 7));
    }
    let left = "[key-224, key-266, key-245, key-231, key-210, key-273, key-252, key-217, key-259, key-238]";
    assert_eq!(shown(List::new(map.keys())), left);
    let copy = map.copy_as(MapKind::Hash);
    assert_eq!(
        shown(List::new(copy.keys())),
        "[key-231, key-210, key-273, key-252, key-224, key-266, key-245, key-217, key-259, key-238]"
    );
}

#[test]
fn keys_of_every_class_hash_as_in_java() {
    let big: BigInt = parse_big_int("123456789012345678901234567890").unwrap();
    let keys: Vec<Value> = vec![
        1.into(),
        2i64.into(),
        3.5.into(),
        true.into(),
        false.into(),
        "žluť".into(),
        Value::Char(u16::from(b'c'), false),
        big.into(),
        BigInt::from(-5).into(),
        parse_big_decimal("1.50").unwrap().into(),
        parse_big_decimal("-12345678901234567890.5").unwrap().into(),
        List::from_iter([1, 2]).into(),
        Map::from_pairs([("a", 1)]).into(),
        Set::from_iter(["q"]).into(),
        Value::Byte(7),
        Value::Short(-3),
        1.5f32.into(),
        (-1i64).into(),
        (-1).into(),
        Value::Null,
        (-0.0).into(),
        f64::NAN.into(),
        "😀".into(),
    ];
    let map = Map::hash();
    for key in keys {
        let hash = key.hash_code();
        map.insert(key, hash);
    }
    assert_eq!(
        shown(map),
        "{{a=1}=96, 1.5=1069547520, -1=0, -1=-1, null=0, -0.0=-2147483648, 1=1, 2=2, [1, 2]=994, -3=-3, c=99, -5=-5, \
         7=7, 3.5=1074528256, 1.50=4652, true=1231, žluť=11487934, [q]=113, false=1237, \
         123456789012345678901234567890=1915528825, NaN=2146959360, 😀=1772899, -12345678901234567890.5=-1337890913}"
    );
}

#[test]
fn an_empty_map_has_no_table_yet() {
    let twelve = Map::from_pairs((0..12).map(|index| (format!("k{}", index * index), index)));
    let copy = Map::of_kind_from(MapKind::Hash, Vec::<(&str, i32)>::new());
    copy.put_all(&twelve);
    // Made to measure for 12 entries, Java takes 32 places; grown one by one, 16 would do.
    assert_eq!(copy.java_capacity(), 32);
    assert_eq!(Map::of_kind_from(MapKind::Hash, twelve.entries()).java_capacity(), 16);
}

#[test]
fn sets_of_collections_are_made_to_measure() {
    let numbers = [100, 33, 17, 1, 2, 65, 49, 16, 32, 48, 64];
    let one_by_one = Set::of_kind_from(SetKind::Hash, numbers);
    assert_eq!(shown(one_by_one), "[16, 32, 48, 64, 33, 17, 1, 65, 49, 2, 100]");
    let squares = (0..25).map(|index| Value::from(format!("v{}", index * index))).collect();
    assert_eq!(
        shown(Set::of_collection(SetKind::Hash, squares)),
        "[v9, v169, v400, v225, v324, v289, v121, v484, v100, v144, v441, v361, v36, v16, v576, v256, v81, v196, v529, \
         v64, v25, v0, v49, v1, v4]"
    );
}

#[test]
fn a_linked_map_keeps_the_place_of_a_key() {
    let map = Map::from_pairs([("z", 1), ("a", 2), ("z", 3)]);
    assert_eq!(shown(&map), "{z=3, a=2}");
    assert_eq!(map.insert("a", "new"), Some(Value::Int(2)));
    assert_eq!(map.remove("z"), Some(Value::Int(3)));
    map.insert("z", 4);
    assert_eq!(shown(&map), "{a=new, z=4}");
    map.clear();
    assert!(map.is_empty());
}

#[test]
fn a_tree_map_is_in_the_order_of_its_keys() {
    assert_eq!(shown(Map::of_kind_from(MapKind::Tree, [("b", 1), ("B", 2), ("a", 3)])), "{B=2, a=3, b=1}");
}

#[test]
fn an_integer_key_is_not_a_long_key() {
    let map = Map::from_pairs([(1, "int")]);
    assert_eq!(map.get_key(&Value::Int(1)), Some("int".into()));
    assert_eq!(map.get_key(&Value::Long(1)), None);
    assert_eq!(map.get("1"), None);
    assert!(map.contains_key(&Value::Int(1)));
    assert_eq!(map.remove_key(&Value::Long(1)), None);
    assert_eq!(map.remove_key(&Value::Int(1)), Some("int".into()));
}

#[test]
fn the_mark_of_a_key_does_not_count() {
    let map = Map::from_pairs([(crate::Text::sensitive("k"), 1)]);
    assert_eq!(map.get("k"), Some(Value::Int(1)));
    map.insert("k", 2);
    assert_eq!(map.len(), 1);
    // As in Java, the first key stays.
    assert!(Value::from(&map).is_sensitive());
}

#[test]
fn containers_are_keys_by_what_they_held_when_they_went_in() {
    let map = Map::hash();
    for index in 0..500 {
        map.insert(List::from_iter([index]), index);
    }
    for index in 0..500 {
        assert_eq!(map.get_key(&List::from_iter([index]).into()), Some(index.into()), "{index}");
    }
    let key = List::from_iter([1i64]);
    map.insert(&key, "long");
    assert_eq!(map.get_key(&List::from_iter([1i64]).into()), Some("long".into()));
    key.push(2);
    assert_eq!(map.get_key(&List::from_iter([1i64]).into()), None);
    // Two lists with one hash (31 * 1 + 31 = 31 * 2 + 0).
    map.insert(List::from_iter([1, 31]), "a");
    map.insert(List::from_iter([2, 0]), "b");
    assert_eq!(map.get_key(&List::from_iter([1, 31]).into()), Some("a".into()));
    assert_eq!(map.get_key(&List::from_iter([2, 0]).into()), Some("b".into()));
}

#[test]
fn a_map_may_hold_itself_without_locking_itself_out() {
    let map = Map::linked();
    map.insert("self", &map);
    map.insert(&map, "as key");
    assert_eq!(shown(&map), "{self=(this Map), (this Map)=as key}");
    assert_eq!(Value::from(&map), Value::from(&map));
    assert!(map.get_key(&Value::from(&map)).is_none(), "its hash changed when it went into itself");
    let other = Map::linked();
    other.insert("self", &other);
    assert_ne!(Value::from(&map), Value::from(&other));
    Value::from(&map).hash_code();
}

#[test]
fn threads_may_work_on_one_map() {
    let map = Map::hash();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let map = map.clone();
            scope.spawn(move || {
                for index in 0..500 {
                    map.insert(format!("{thread}-{index}"), index);
                    map.insert("shared", &map);
                    assert!(map.get("shared").is_some());
                    let _ = Value::from(&map) == Value::from(Map::linked());
                }
            });
        }
    });
    assert_eq!(map.len(), 2001);
    drop(Arc::new(map));
}
