//! Marked values on their way through a call.

use accord_sdk::testing::World;
use accord_sdk::{FileService, Services};
use accord_value::Value;

use super::server::{Server, answer};
use super::{data, map, marked, run, run_in, shown, value, with_secret};
use crate::tests::registry;

fn echo() -> Server {
    Server::start(|got| answer("200 OK", &["X-Echo: swordfish"], format!("{{\"seen\": \"{} swordfish\"}}", got.path)))
}

#[test]
fn answers_to_marked_values_are_marked_but_for_the_status() {
    let server = echo();
    let world = World::default();
    world.services.files.add("exported", "swordfish", true);
    let post =
        |request: &str, body: Value| vec![("method", "POST".into()), ("request", request.into()), ("body", body)];
    let cases: Vec<Vec<(&str, Value)>> = vec![
        vec![("query", map([("q", marked("swordfish"))]))],
        vec![("headers", map([("X-A", marked("swordfish"))]))],
        vec![("auth", map([("basic", map([("token", marked("swordfish"))]))]))],
        post("string", marked("swordfish")),
        post("json", map([("a", with_secret("x", "swordfish"))])),
        post("file", "exported".into()),
        post("formData", map([("f", "@exported".into())])),
    ];
    for case in cases {
        let mut input = vec![("url", Value::from(server.url("/"))), ("response", "json".into())];
        input.extend(case);
        let result = run_in(&world, &input).unwrap();
        assert_eq!((shown(&result, "ok").as_str(), shown(&result, "statusCode").as_str()), ("true", "200"));
        let content = value(&result, "content").as_map().unwrap().get("seen").unwrap();
        assert_eq!(content.to_text().masked(), "******");
        let headers = value(&result, "headers");
        assert_eq!(headers.as_map().unwrap().get("X-Echo").unwrap().to_text().masked(), "******");
        assert!(headers.to_text().masked().contains("X-Echo=******"));
    }
    let result = run(&[("url", server.url("/").into())]).unwrap();
    assert_eq!(shown(&result, "content"), "{\"seen\": \"/ swordfish\"}");
}

#[test]
fn what_the_server_says_of_a_marked_value_is_marked_too() {
    let server = Server::start(|_| answer("500 Oops", &[], "cannot use swordfish"));
    let result = run(&[("url", server.url("/").into()), ("headers", map([("X", marked("swordfish"))]))]).unwrap();
    assert_eq!(shown(&result, "error"), "******");
}

#[test]
fn files_of_marked_answers_are_read_back_marked() {
    let server = echo();
    let world = World::default();
    let input = [("url", with_secret(&server.url("/?q="), "swordfish")), ("response", "file".into())];
    let result = run_in(&world, &input).unwrap();
    let path = shown(&result, "content");
    assert!(world.services.files.read(&path).unwrap().sensitive);
}

#[test]
fn secret_parameters_become_known_as_secrets() {
    let server = echo();
    let known = |parameter: &'static str, written: Value| {
        let world = World::default();
        let _ =
            run_in(&world, &[("url", server.url("/").into()), (parameter, written), ("proxy", server.url("").into())]);
        world.services.secrets.registered().join(" ")
    };
    assert_eq!(known("auth", data(r#"{"basic": {"token": "t0ken"}}"#)), "t0ken");
    let pair = data(r#"{"basic": {"username": "u", "password": "pa55"}}"#);
    assert_eq!(known("auth", pair), "pa55 u:pa55");
    assert_eq!(known("proxyAuth", data(r#"{"user": "u", "password": "pa55"}"#)), "pa55 u:pa55");
    assert_eq!(known("keystorePassword", "unused".into()), "");
    assert_eq!(known("url", format!("http://u:pa55@127.0.0.1:{}/", server.port).into()), "pa55");
    let info = registry();
    let info = info.info("http").unwrap();
    let expected =
        ["auth.basic.token", "auth.basic.password", "keystorePassword", "proxyAuth.password", "truststorePassword"];
    assert_eq!(info.secret_inputs(), expected);
}

#[test]
fn messages_keep_marks() {
    let port = super::server::closed_port();
    let cases = [
        (with_secret("not a url ", "swordfish"), "Illegal character in path at index 3: not a url ******".to_owned()),
        (with_secret("", "swordfish.example/x"), "URI does not specify a valid host name: ******".to_owned()),
        (
            with_secret(&format!("http://127.0.0.1:{port}/"), "swordfish"),
            format!("Connect to 127.0.0.1:{port} [/127.0.0.1] failed: Connection refused"),
        ),
    ];
    for (url, expected) in cases {
        assert_eq!(run(&[("url", url)]).err().unwrap().masked_message(), expected);
    }
    let server = Server::start(|_| answer("401 Unauthorized", &[], ""));
    let error = run(&[("url", with_secret(&server.url("/?t="), "swordfish"))]).err().unwrap();
    assert_eq!(error.masked_message(), format!("Authorization required for {}", server.url("/?t=******")));
    // A password in a URL is one without a mark, too.
    let url = format!("http://user:pa55word@127.0.0.1:{}/", server.port);
    let error = run(&[("url", url.into())]).err().unwrap();
    assert_eq!(
        error.masked_message(),
        format!("Authorization required for http://user:******@127.0.0.1:{}/", server.port)
    );
}

#[test]
fn a_marked_host_is_not_named() {
    let world = World::default();
    let error = run_in(&world, &[("url", with_secret("http://", "secret-host.invalid"))]).err().unwrap();
    assert_eq!(error.masked_message(), "******: Name or service not known");
    assert!(!world.services.cancelled());
}
