use accord_value::{Map, Value};

use super::{by_path, merged};

#[test]
fn maps_are_merged_and_all_else_is_replaced() {
    let inner = |pairs: &[(&str, i32)]| Value::Map(Map::from_pairs(pairs.iter().copied()));
    let old = Map::from_pairs([("m", inner(&[("x", 1), ("y", 1)])), ("l", Value::from(vec![Value::Int(1)]))]);
    let new = Map::from_pairs([("m", inner(&[("y", 2), ("z", 3)])), ("l", Value::from(vec![Value::Int(2)]))]);
    assert_eq!(Value::Map(merged(&old, &new, 0)).to_text().as_str(), "{m={x=1, y=2, z=3}, l=[2]}");
    assert_eq!(Value::Map(old).to_text().as_str(), "{m={x=1, y=1}, l=[1]}");
}

#[test]
fn paths_read_maps() {
    let map = Value::Map(Map::from_pairs([("k", "v")]));
    let variable = |name: &str| (name == "mp").then(|| map.clone());
    assert_eq!(by_path("mp.k", variable), Some(Value::from("v")));
    assert_eq!(by_path("mp.k.x", variable), None);
    assert_eq!(by_path("nope", variable), None);
}
