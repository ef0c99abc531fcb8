use std::sync::Arc;

use accord_value::Value;

use super::Variables;

fn name(name: &str) -> Arc<str> {
    name.into()
}

fn number(variables: &Variables, name: &str) -> Option<i32> {
    match variables.get(name) {
        Some(Value::Int(number)) => Some(*number),
        _ => None,
    }
}

fn names(pairs: Vec<(Arc<str>, Value)>) -> Vec<String> {
    pairs.into_iter().map(|(name, _)| name.to_string()).collect()
}

#[test]
fn inner_scopes_shadow_and_give_back() {
    let mut v = Variables::with_root([(name("a"), Value::Int(1)), (name("b"), Value::Int(2))]);
    v.push(true);
    v.set(&name("a"), Value::Int(10));
    v.set(&name("c"), Value::Int(30));
    assert_eq!((number(&v, "a"), number(&v, "b"), number(&v, "c")), (Some(10), Some(2), Some(30)));
    assert!(v.own("b").is_none());
    assert_eq!(names(v.own_variables()), ["a", "c"]);
    assert_eq!(names(v.visible()), ["a", "b", "c"]);
    v.pop();
    assert_eq!((number(&v, "a"), number(&v, "c")), (Some(1), None));
    assert_eq!(names(v.visible()), ["a", "b"]);
}

#[test]
fn set_writes_below_a_scope_that_is_no_root() {
    let mut v = Variables::with_root([]);
    v.push(false);
    v.set_innermost(&name("lastError"), Value::Int(7));
    v.set(&name("lastError"), Value::Int(1));
    v.set(&name("x"), Value::Int(2));
    assert_eq!((number(&v, "lastError"), number(&v, "x")), (Some(7), Some(2)));
    v.pop();
    assert_eq!((number(&v, "lastError"), number(&v, "x")), (Some(1), Some(2)));
    assert_eq!(names(v.outermost_variables()), ["lastError", "x"]);
}

#[test]
fn reset_empties_only_the_innermost() {
    let mut v = Variables::with_root([(name("item"), Value::Int(0))]);
    v.push(true);
    for n in 1..4 {
        v.reset();
        v.set(&name("item"), Value::Int(n));
        v.set(&name(&format!("only{n}")), Value::Int(n));
        assert_eq!(number(&v, "item"), Some(n));
    }
    assert_eq!(names(v.visible()), ["item", "only3"]);
    v.pop();
    assert_eq!(number(&v, "item"), Some(0));
    assert!(!v.has("only3"));
}

#[test]
fn two_scopes_may_have_bound_the_same_name_last() {
    let mut v = Variables::with_root([(name("a"), Value::Int(1)), (name("x"), Value::Int(1))]);
    v.push(true);
    v.set(&name("b"), Value::Int(2));
    v.set(&name("x"), Value::Int(2));
    let scopes: Vec<Vec<String>> = v.scopes().into_iter().map(|scope| names(scope.variables)).collect();
    assert_eq!(scopes, [["a", "x"], ["b", "x"]]);
}
