//! The methods; what patterns mean is tested where they are.

use accord_sdk::Services;
use accord_sdk::testing::World;
use accord_value::Value;
use accord_value::date::Date;

use crate::tests::{registry, shown};

#[test]
fn methods() {
    let registry = registry();
    let world = World::default();
    let call = |method: &str, args: &[Value]| world.call(&registry, "datetime", method, args);
    let now = call("current", &[]).unwrap();
    assert_eq!(now.class_name(), "java.util.Date");
    assert_eq!(now.as_object::<Date>().unwrap().millis(), world.services.now_millis());
    assert_eq!(shown(call("current", &["'at' yyyy".into()])), "at 2023");
    let zoned = [Value::from("America/Chicago"), Value::from("yyyy-MM-dd HH:mm Z")];
    assert_eq!(shown(call("currentWithZone", &zoned)), "2023-11-14 16:13 -0600");
    assert_eq!(
        shown(call("currentWithZone", &["Mars/Base".into(), "yyyy".into()])),
        "! Unknown time-zone ID: Mars/Base"
    );
    let parsed = call("parse", &["2020/02/18 UTC".into(), "yyyy/MM/dd z".into()]).unwrap();
    assert_eq!(shown(call("format", &[parsed.clone(), "MMM yyyy".into()])), "Feb 2020");
    assert_eq!(shown(call("parse", &["x".into(), "yyyy".into()])), "! Unparseable date: \"x\"");
    assert_eq!(shown(call("current", &["b".into()])), "! Illegal pattern character 'b'");
    assert_eq!(
        shown(call("format", &["x".into(), "yyyy".into()])),
        "! Expected a date, such as 'datetime.parse' gives, got: class java.lang.String"
    );
    let Value::Object(parsed) = parsed else { panic!("no date") };
    assert_eq!(parsed.call("getTime", &[]).unwrap().unwrap().as_i64(), Some(1_581_984_000_000));
    assert_eq!(parsed.call("before", std::slice::from_ref(&now)).unwrap().unwrap().as_bool(), Some(true));
    assert!(parsed.call("setTime", &[Value::Long(1)]).is_none());
}
