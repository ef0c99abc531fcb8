//! Texts that a process itself asks for.

use std::time::{Duration, Instant};

use accord_sdk::TaskContext;
use accord_sdk::testing::World;

use super::server::{Server, answer, closed_port, redirect, silent_port};
use crate::fetch_text;

fn fetched(address: &str) -> String {
    let world = World::default();
    let cx = TaskContext::new("script", &world.flow, &world.services);
    match fetch_text(address, &cx) {
        Ok(text) => text.as_str().to_owned(),
        Err(error) => format!("! {}", error.masked_message()),
    }
}

#[test]
fn a_text_is_fetched_or_it_is_said_why_not() {
    let server = Server::start(|got| match got.path.as_str() {
        "/a.js" => answer("200 OK", &["Content-Type: text/javascript"], "1 + 1"),
        "/moved.js" => redirect("302 Found", "/a.js"),
        "/large.js" => answer("200 OK", &[], vec![b'x'; (4 << 20) + 1]),
        _ => answer("404 Not Found", &[], "nothing here"),
    });
    assert_eq!(fetched(&server.url("/a.js")), "1 + 1");
    assert_eq!(fetched(&server.url("/moved.js")), "1 + 1");
    assert_eq!(
        fetched(&server.url("/none.js")),
        format!("! {} cannot be fetched: the server answered 404 Not Found", server.url("/none.js"))
    );
    assert_eq!(fetched(&server.url("/large.js")), "! The response is larger than 4194304 bytes, which is the limit");
    let nowhere = format!("http://127.0.0.1:{}/a.js", closed_port());
    assert!(fetched(&nowhere).contains("Connection refused"), "{}", fetched(&nowhere));
}

#[test]
fn credentials_of_the_address_stay_with_its_host_and_are_masked() {
    let other = Server::start(|_| answer("200 OK", &[], "elsewhere"));
    let target = other.url_at("localhost", "/b.js");
    let server = Server::start(move |got| match got.path.as_str() {
        "/a.js" => redirect("302 Found", &target),
        _ => answer("403 Forbidden", &[], ""),
    });
    let address = |path: &str| server.url(path).replace("http://", "http://user:pa55word@");
    assert_eq!(fetched(&address("/a.js")), "elsewhere");
    assert_eq!(server.only().header("authorization"), "Basic dXNlcjpwYTU1d29yZA==");
    assert_eq!(other.only().header("authorization"), "");
    let refused = fetched(&address("/b.js"));
    assert!(refused.contains("403") && !refused.contains("pa55word"), "{refused}");
}

#[test]
fn a_server_that_does_not_answer_ends_with_the_process() {
    let world = World::default();
    world.services.cancel();
    let begun = Instant::now();
    let cx = TaskContext::new("script", &world.flow, &world.services);
    let error = fetch_text(&format!("http://127.0.0.1:{}/a.js", silent_port()), &cx).unwrap_err();
    assert_eq!(error.masked_message(), "The process was cancelled.");
    assert!(begun.elapsed() < Duration::from_secs(5));
}
