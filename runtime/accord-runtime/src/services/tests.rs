//! What processes share, over a real store: two handles stand for two processes, and some tests start further ones.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use accord_sdk::{JsonStoreService, KvService, LockScope, LockService, ProjectInfo};
use accord_value::{List, Map, Text, Value};

use super::{Masking, Shared, Sharer};
use crate::cancel::CancelToken;
use crate::home::Home;
use crate::log::NoLog;
use crate::store::StoreHandle;

const SECRET: &str = "s3cr3t-v4lue-of-the-test";

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn home(&self) -> PathBuf {
        self.0.path().join("home")
    }

    fn handle(&self) -> StoreHandle {
        StoreHandle::new(&Home::at(self.home(), None), None).unwrap()
    }

    /// A process of its own.
    fn process(&self) -> Shared {
        process(&self.home(), None)
    }

    fn process_of(&self, project: &str) -> Shared {
        let opened = self.handle().open().unwrap();
        let found = opened.wait(opened.store().project(opened.caller(), "Default", project));
        if found.is_err() {
            opened.wait(opened.store().create_project(opened.caller(), "Default", project)).unwrap();
        }
        process(&self.home(), Some(opened.project("Default", project).unwrap()))
    }

    /// The files of the installation that hold the text, or begin so in base64.
    fn holding(&self, text: &str) -> Vec<PathBuf> {
        let mut open = vec![self.home()];
        let mut found = Vec::new();
        while let Some(dir) = open.pop() {
            for entry in std::fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                    continue;
                }
                let content = std::fs::read(&path).unwrap();
                if content.windows(text.len()).any(|part| part == text.as_bytes()) {
                    found.push(path);
                }
            }
        }
        found
    }
}

fn process(home: &Path, project: Option<ProjectInfo>) -> Shared {
    let store = StoreHandle::new(&Home::at(home, None), None).unwrap();
    let of = Sharer { project, ..Sharer::default() };
    Shared::new(store, Arc::new(Masking::new(Arc::new(NoLog))), CancelToken::default(), of)
}

fn plain(text: &str) -> Text {
    Text::plain(text)
}

fn string(found: Option<Text>) -> Option<String> {
    found.map(|text| text.masked().into_owned())
}

#[test]
fn values_under_keys_stay_for_the_next_process() {
    let place = Place::new();
    let first = place.process();
    first.put_string("k", &plain("väl\u{0}ue")).unwrap();
    first.put_string("empty", &plain("")).unwrap();
    first.put_long("n", i64::MIN).unwrap();
    let next = place.process();
    assert_eq!(string(next.get_string("k").unwrap()).as_deref(), Some("väl\u{0}ue"));
    assert_eq!(string(next.get_string("empty").unwrap()).as_deref(), Some(""));
    assert_eq!(next.get_long("n").unwrap(), Some(i64::MIN));
    // A text is no number, and the other way round.
    assert_eq!((next.get_long("k").unwrap(), string(next.get_string("n").unwrap())), (None, None));
    next.put_long("k", 7).unwrap();
    assert_eq!((first.get_long("k").unwrap(), string(first.get_string("k").unwrap())), (Some(7), None));
    first.remove("k").unwrap();
    first.remove("k").unwrap();
    assert_eq!(next.get_long("k").unwrap(), None);
}

#[test]
fn numbers_are_counted_up() {
    let place = Place::new();
    let shared = place.process();
    assert_eq!((shared.increment("id").unwrap(), shared.increment("id").unwrap()), (1, 2));
    shared.put_long("id", -1).unwrap();
    assert_eq!(shared.increment("id").unwrap(), 0);
    shared.put_string("text", &plain("5")).unwrap();
    shared.put_long("last", i64::MAX).unwrap();
    for key in ["text", "last"] {
        let error = shared.increment(key).unwrap_err().to_string();
        assert!(error.contains(&format!("'{key}'")) && error.contains("putLong"), "{error}");
    }
    assert_eq!(shared.get_long("last").unwrap(), Some(i64::MAX));
}

#[test]
fn a_project_has_its_own_keys() {
    let place = Place::new();
    let (none, shop, garden) = (place.process(), place.process_of("shop"), place.process_of("garden"));
    for (process, value) in [(&none, "none"), (&shop, "shop"), (&garden, SECRET)] {
        process.put_string("k", &plain(value)).unwrap();
    }
    assert_eq!(string(none.get_string("k").unwrap()).as_deref(), Some("none"));
    assert_eq!(string(place.process_of("shop").get_string("k").unwrap()).as_deref(), Some("shop"));
    garden.put_string("k", &Text::sensitive(SECRET)).unwrap();
    assert!(place.process_of("garden").get_string("k").unwrap().unwrap().is_sensitive());
}

#[test]
fn looking_makes_no_store() {
    let place = Place::new();
    let shared = place.process();
    assert_eq!(shared.get_long("k").unwrap(), None);
    shared.remove("k").unwrap();
    assert!(!shared.store_exists(None, "docs").unwrap());
    assert!(!shared.exists(None, "docs", "a").unwrap() && !shared.delete(None, "docs", "a").unwrap());
    shared.lock("l", LockScope::Project).unwrap();
    assert!(!place.home().join("store.db").exists());
}

#[test]
fn marked_values_lie_sealed_and_come_back_marked() {
    let place = Place::new();
    let shared = place.process_of("shop");
    shared.put_string("whole", &Text::sensitive(SECRET)).unwrap();
    shared.put_string("part", &Text::concat([&plain("user bob, password "), &Text::sensitive(SECRET)])).unwrap();
    // Known to be secret, though the mark was lost on the way.
    shared.masking.register(SECRET);
    shared.put_string("unmarked", &plain(&format!("<{SECRET}>"))).unwrap();
    shared.put_string("plain", &plain("a text that anybody may read")).unwrap();
    assert_eq!(place.holding(SECRET), Vec::<PathBuf>::new());
    assert!(!place.holding("a text that anybody may read").is_empty(), "the search finds what is there");

    let next = place.process_of("shop");
    for (key, value, masked) in [
        ("whole", SECRET.to_owned(), "******"),
        ("part", format!("user bob, password {SECRET}"), "user bob, password ******"),
        ("unmarked", format!("<{SECRET}>"), "******"),
    ] {
        let found = next.get_string(key).unwrap().unwrap();
        assert_eq!((found.as_str(), &*found.masked()), (value.as_str(), masked), "{key}");
        assert!(!next.masking.mask_str(&value).as_str().contains(SECRET), "{key}: the process knows it");
        assert_eq!(next.get_long(key).unwrap(), None);
        assert!(next.increment(key).is_err());
    }
    // Somebody moves a sealed value to another key.
    let opened = place.handle().open().unwrap();
    opened.wait(async {
        let mut tx = opened.store().database().begin().await.unwrap();
        let id = next.project_id().unwrap();
        let mut row = tx.kv(id, "whole").await.unwrap().unwrap();
        row.key = "plain".to_owned();
        tx.put_kv(&row).await.unwrap();
        tx.commit().await.unwrap();
    });
    let error = next.get_string("plain").unwrap_err().to_string();
    assert!(error.contains("'plain' cannot be opened"), "{error}");
    next.put_string("plain", &plain("mended")).unwrap();
    assert_eq!(string(next.get_string("plain").unwrap()).as_deref(), Some("mended"));
}

fn document(password: Text) -> Value {
    let map =
        Map::from_pairs([("user", Value::from("bob")), ("n", Value::Long(5)), ("password", Value::Text(password))]);
    map.insert("roles", Value::List(List::new(vec!["a".into(), Value::Null, Value::Double(1.5)])));
    Value::Map(map)
}

#[test]
fn documents_are_kept_and_queried() {
    let place = Place::new();
    let shared = place.process();
    let error = shared.put(None, "docs", "a", &document(plain("x")), false).unwrap_err().to_string();
    assert!(error.contains("JSON store 'docs' not found in the organization 'Default'"), "{error}");
    shared.put(None, "docs", "a", &document(plain("x")), true).unwrap();
    shared.put(Some("Default"), "docs", "b/c", &document(plain("y")), false).unwrap();
    let next = place.process_of("shop");
    assert!(next.store_exists(None, "docs").unwrap() && !next.store_exists(None, "other").unwrap());
    assert!(next.exists(None, "docs", "b/c").unwrap() && !next.exists(None, "docs", "b").unwrap());
    let found = next.get(None, "docs", "a").unwrap().unwrap();
    assert_eq!(found.to_text().as_str(), "{user=bob, n=5, password=x, roles=[a, null, 1.5]}");
    assert!(next.get(None, "docs", "nope").unwrap().is_none() && next.get(None, "nope", "a").unwrap().is_none());

    let text = "select item_path from json_store_data where item_data @> ?::jsonb";
    next.put_query(None, "docs", "by", text).unwrap();
    let parameters = Map::from_pairs([("password", "y")]);
    let rows = shared.execute_query(None, "docs", "by", Some(&parameters)).unwrap();
    assert_eq!(Value::List(List::new(rows)).to_text().as_str(), "[b/c]");
    for (outcome, part) in [
        (shared.put_query(None, "docs", "bad", "drop table secrets").map(drop), "expected select"),
        (shared.put_query(None, "nope", "by", text).map(drop), "JSON store 'nope' not found"),
        (shared.execute_query(None, "docs", "nope", None).map(drop), "Query 'nope' not found"),
        (shared.execute_query(None, "docs", "by", None).map(drop), "none were given"),
        (shared.put(None, "no", "a", &Value::Null, true), "not a valid JSON store name"),
        (shared.put(None, "docs", " ", &Value::Null, true), "path"),
        (shared.get(Some("Nowhere"), "docs", "a").map(drop), "Organization not found: Nowhere"),
    ] {
        let error = outcome.unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
    let own = Map::linked();
    own.insert("self", Value::Map(own.clone()));
    assert!(shared.put(None, "docs", "a", &Value::Map(own.clone()), true).is_err());
    own.clear();
    assert!(shared.delete(None, "docs", "a").unwrap() && !shared.delete(None, "docs", "a").unwrap());
    assert!(next.get(None, "docs", "a").unwrap().is_none());
}

#[test]
fn marked_documents_lie_sealed_and_come_back_marked() {
    let place = Place::new();
    let shared = place.process();
    let value = document(Text::sensitive(SECRET));
    value.as_map().unwrap().insert(Text::sensitive(SECRET), Value::from("under a secret key"));
    shared.put(None, "docs", "a", &value, true).unwrap();
    shared.put(None, "docs", "b", &document(plain("open")), true).unwrap();
    assert_eq!(place.holding(SECRET), Vec::<PathBuf>::new());
    assert!(!place.holding("{\"user\":\"bob\",\"n\":5,\"password\":\"******\"").is_empty(), "what is open can be read");

    let next = place.process();
    let found = next.get(None, "docs", "a").unwrap().unwrap();
    let shown = found.to_text();
    assert_eq!(shown.masked(), "{user=bob, n=5, password=******, roles=[a, null, 1.5], ******=under a secret key}");
    assert!(shown.as_str().contains(SECRET));
    assert!(!next.masking.mask_str(SECRET).as_str().contains(SECRET));
    assert!(!next.get(None, "docs", "b").unwrap().unwrap().is_sensitive());
    next.put_query(None, "docs", "all", "select item_data->>'password' from json_store_data").unwrap();
    let rows = place.process().execute_query(None, "docs", "all", None).unwrap();
    assert_eq!(Value::List(List::new(rows)).to_text().masked(), "[******, open]");
}

#[test]
fn a_lock_is_waited_for_and_ends_with_its_process() {
    let place = Place::new();
    let first = place.process();
    first.lock("l", LockScope::Project).unwrap();
    first.lock("l", LockScope::Project).unwrap();
    // Of another scope or project, it is another lock.
    place.process_of("shop").lock("l", LockScope::Project).unwrap();
    place.process().lock("l", LockScope::Org).unwrap();
    place.process_of("shop").lock("l", LockScope::Org).unwrap();

    let waiting = place.process();
    let cancel = waiting.cancel.clone();
    let waiter = std::thread::spawn(move || waiting.lock("l", LockScope::Project).map_err(|error| error.to_string()));
    cancel.cancel();
    assert!(waiter.join().unwrap().unwrap_err().contains("cancelled"));

    let waiting = place.process();
    let waiter = std::thread::spawn(move || waiting.lock("l", LockScope::Project).is_ok());
    drop(first);
    assert!(waiter.join().unwrap());
    for name in ["", &"n".repeat(101)] {
        assert!(place.process().lock(name, LockScope::Project).is_err());
    }
    place.process().unlock("never taken", LockScope::Project).unwrap();
}

#[test]
fn branches_of_one_process_share_its_locks() {
    let place = Place::new();
    let other = place.process();
    other.lock("../l", LockScope::Project).unwrap();
    let shared = place.process();
    std::thread::scope(|scope| {
        let branches: Vec<_> =
            (0..2).map(|_| scope.spawn(|| shared.lock("../l", LockScope::Project).is_ok())).collect();
        other.unlock("../l", LockScope::Project).unwrap();
        for branch in branches {
            assert!(branch.join().unwrap());
        }
    });
    assert!(!place.home().join("l").exists() && !place.home().join("locks/l").exists());
}

/// Variables by which a test gives another process its work.
const HOME: &str = "ACCORD_TEST_SHARED_HOME";
const WORK: &str = "ACCORD_TEST_SHARED_WORK";

/// Starts this test program again, for [`another_process`].
fn start(home: &Path, work: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "services::tests::another_process", "--nocapture"])
        .env(HOME, home)
        .env(WORK, work)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// What another process does; nothing where the tests are run as usual.
#[test]
fn another_process() {
    let (Some(home), Ok(work)) = (std::env::var_os(HOME), std::env::var(WORK)) else { return };
    let shared = process(Path::new(&home), None);
    match work.as_str() {
        "count" => (0..25).for_each(|_| assert!(shared.increment("id").unwrap() > 0)),
        "read" => assert_eq!(shared.get_string("k").unwrap().unwrap().as_str(), SECRET),
        _ => {
            shared.lock("l", LockScope::Project).unwrap();
            shared.put_long("has the lock", 1).unwrap();
            std::thread::sleep(Duration::from_secs(600));
        }
    }
}

#[test]
fn processes_share_values_and_count_without_losing_one() {
    let place = Place::new();
    let children: Vec<Child> = (0..3).map(|_| start(&place.home(), "count")).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let shared = place.process();
    assert_eq!(shared.get_long("id").unwrap(), Some(75));
    shared.put_string("k", &Text::sensitive(SECRET)).unwrap();
    assert!(start(&place.home(), "read").wait().unwrap().success());
}

#[test]
fn the_lock_of_a_killed_process_is_free() {
    let place = Place::new();
    let shared = place.process();
    shared.put_long("has the lock", 0).unwrap();
    let mut child = start(&place.home(), "lock");
    while shared.get_long("has the lock").unwrap() != Some(1) {
        assert!(child.try_wait().unwrap().is_none(), "the other process ended");
        assert!(shared.cancel.sleep(Duration::from_millis(10)));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    shared.lock("l", LockScope::Project).unwrap();
}
