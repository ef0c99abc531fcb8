use std::sync::Arc;

use accord_value::{Map, Value};

use super::{by_first_name, by_path};

fn entries(pairs: &[(&str, Value)]) -> Vec<(Arc<str>, Value)> {
    pairs.iter().map(|(name, value)| (Arc::from(*name), value.clone())).collect()
}

fn shown(entries: Vec<(Arc<str>, Value)>) -> String {
    let all: Vec<String> = entries.iter().map(|(name, value)| format!("{name}={}", value.to_text().as_str())).collect();
    all.join(" ")
}

#[test]
fn dotted_names_reach_into_maps() {
    let cfg = Value::Map(Map::from_pairs([("host", Value::from("h1")), ("port", Value::Int(80))]));
    let variable = |name: &str| (name == "cfg").then(|| cfg.clone());
    let set = |pairs: &[(&str, Value)]| shown(by_first_name(entries(pairs), variable));
    assert_eq!(set(&[("cfg.host", Value::from("h2"))]), "cfg={host=h2, port=80}");
    assert_eq!(set(&[("cfg.a.b", Value::Int(1)), ("cfg.a.c", Value::Int(2))]), "cfg={host=h1, port=80, a={b=1, c=2}}");
    assert_eq!(set(&[("new.a", Value::Int(1)), ("new.b", Value::Int(2)), ("x", Value::Int(3))]), "new={a=1, b=2} x=3");
    assert_eq!(set(&[("cfg.host.deep", Value::Int(1))]), "cfg={host={deep=1}, port=80}");
    assert_eq!(cfg.to_text().as_str(), "{host=h1, port=80}");
}

#[test]
fn a_name_that_only_looks_dotted_is_one_name() {
    assert_eq!(shown(by_first_name(entries(&[("a.", Value::Int(1))]), |_| None)), "a.=1");
}

#[test]
fn paths_read_maps() {
    let map = Value::Map(Map::from_pairs([("k", Value::from("v"))]));
    let variable = |name: &str| (name == "mp").then(|| map.clone());
    assert_eq!(by_path("mp.k", variable), Some(Value::from("v")));
    assert_eq!(by_path("mp.k.x", variable), None);
    assert_eq!(by_path("nope", variable), None);
}
