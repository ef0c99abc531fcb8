//! Redirects, and what stays with the first host.

use accord_sdk::testing::World;
use accord_value::Value;

use super::server::{Server, answer, redirect};
use super::{data, map, marked, refused, run, run_in, shown};

/// A server that sends everything but `/end` to `location` with `status`.
fn redirecting(status: &'static str, location: String) -> Server {
    Server::start(move |got| match got.path.as_str() {
        "/end" => answer("200 OK", &[], "end"),
        _ => redirect(status, &location),
    })
}

fn post(server: &Server, more: &[(&'static str, Value)]) -> Vec<(&'static str, Value)> {
    let mut input = vec![
        ("url", Value::from(server.url("/start"))),
        ("method", "POST".into()),
        ("request", "string".into()),
        ("body", "the body".into()),
    ];
    input.extend_from_slice(more);
    input
}

#[test]
fn methods_and_bodies() {
    for (status, expected) in [
        ("301 Moved Permanently", "GET "),
        ("302 Found", "GET "),
        ("303 See Other", "GET "),
        ("307 Temporary Redirect", "POST the body"),
        ("308 Permanent Redirect", "POST the body"),
    ] {
        let server = redirecting(status, "end".to_owned());
        let result = run(&post(&server, &[])).unwrap();
        assert_eq!(shown(&result, "content"), "end");
        let got = server.requests();
        assert_eq!(format!("{} {}", got[1].method, got[1].text()), expected, "{status}");
        assert_eq!(got[1].header("Content-Type").is_empty(), expected == "GET ", "{status}");
    }
    for method in ["GET", "DELETE"] {
        let server = redirecting("301 Moved Permanently", "/end".to_owned());
        run(&[("url", server.url("/").into()), ("method", method.into())]).unwrap();
        assert_eq!(server.requests().len(), 2);
    }
}

#[test]
fn redirects_are_not_followed_when_told_so() {
    let server = redirecting("301 Moved Permanently", "/end".to_owned());
    let result = run(&[("url", server.url("/").into()), ("followRedirects", Value::Bool(false))]).unwrap();
    assert_eq!((shown(&result, "ok").as_str(), shown(&result, "statusCode").as_str()), ("false", "301"));
    assert_eq!(server.requests().len(), 1);
    // Neither are those that lead nowhere.
    let server = Server::start(|_| answer("302 Found", &[], "no place"));
    let result = run(&[("url", server.url("/").into())]).unwrap();
    assert_eq!(shown(&result, "statusCode"), "302");
}

#[test]
fn redirects_end() {
    let server = redirecting("302 Found", "/again".to_owned());
    assert_eq!(refused(&[("url", server.url("/").into())]), "Maximum redirects (50) exceeded");
    assert_eq!(server.requests().len(), 51);
    for (location, expected) in [
        ("ftp://x/y", "Cannot follow the redirect to 'ftp://x/y': only http and https URLs can be followed"),
        (
            "file:///etc/passwd",
            "Cannot follow the redirect to 'file:///etc/passwd': only http and https URLs can be followed",
        ),
        ("http://", "Cannot follow the redirect to 'http://': empty host"),
    ] {
        let server = redirecting("302 Found", location.to_owned());
        assert_eq!(refused(&[("url", server.url("/").into())]), expected);
    }
}

#[test]
fn secrets_stay_with_the_first_host() {
    let headers = map([
        ("Authorization", "Bearer literal".into()),
        ("Cookie", "id=1".into()),
        ("Proxy-Authorization", "Basic x".into()),
        ("X-Marked", marked("swordfish")),
        ("X-Plain", "plain".into()),
        ("Host", "first.example".into()),
    ]);
    // Another port and another name are another host; the same server under the same name is not.
    let other = Server::start(|_| answer("200 OK", &[], "other"));
    for (location, same) in [(other.url("/end"), false), ("/end".to_owned(), true)] {
        let first = redirecting("307 Temporary Redirect", location);
        let before = other.requests().len();
        run(&post(&first, &[("headers", headers.clone())])).unwrap();
        let got = if same { first.requests()[1].clone() } else { other.requests()[before].clone() };
        for (name, value) in [
            ("Authorization", "Bearer literal"),
            ("Cookie", "id=1"),
            ("Proxy-Authorization", "Basic x"),
            ("X-Marked", "swordfish"),
        ] {
            assert_eq!(got.header(name), if same { value } else { "" }, "{name}");
        }
        assert_eq!(got.header("X-Plain"), "plain");
        assert_eq!(got.text(), "the body");
        assert_eq!(got.header("Host") == "first.example", same);
    }
}

#[test]
fn another_name_for_the_same_server_is_another_host() {
    let auth = || ("auth", data(r#"{"basic": {"username": "u", "password": "pass-word"}}"#));
    let server = Server::start(|got| match got.path.as_str() {
        "/start" => {
            redirect("302 Found", &format!("http://localhost:{}/end", got.header("Host").rsplit(':').next().unwrap()))
        }
        _ => answer("200 OK", &[], "end"),
    });
    run(&[("url", server.url("/start").into()), auth()]).unwrap();
    let got = server.requests();
    assert_eq!((got[0].header("Authorization").is_empty(), got[1].header("Authorization").as_str()), (false, ""));
}

#[test]
fn what_left_does_not_come_back() {
    let away = Server::start(|got| redirect("302 Found", &got.header("X-Back")));
    let location = away.url("/");
    let first = redirecting("302 Found", location);
    let input = [
        ("url", first.url("/start").into()),
        ("auth", data(r#"{"basic": {"token": "token-value"}}"#)),
        ("headers", map([("X-Back", first.url("/end").into())])),
    ];
    run(&input).unwrap();
    let got = first.requests();
    assert_eq!(got.len(), 2);
    assert_eq!(
        (got[0].header("Authorization").as_str(), got[1].header("Authorization").as_str()),
        ("Basic token-value", "")
    );
}

#[test]
fn a_marked_body_is_not_sent_on() {
    let other = Server::start(|_| answer("200 OK", &[], "other"));
    let world = World::default();
    world.services.files.add("exported", "secret content", true);
    let kinds = [
        ("string", marked("swordfish")),
        ("json", map([("a", marked("swordfish"))])),
        ("form", map([("a", marked("swordfish"))])),
        ("formData", map([("a", marked("swordfish"))])),
        ("formData", map([("a", "@exported".into())])),
        ("file", "exported".into()),
    ];
    for (kind, body) in kinds {
        for (location, arrives) in [(other.url("/end"), false), ("/end".to_owned(), true)] {
            let first = redirecting("308 Permanent Redirect", location);
            let input = [
                ("url", first.url("/").into()),
                ("method", "PUT".into()),
                ("request", kind.into()),
                ("body", body.clone()),
            ];
            let outcome = run_in(&world, &input);
            if arrives {
                assert_eq!(shown(&outcome.unwrap(), "statusCode"), "200");
                assert_eq!(first.requests()[0].body, first.requests()[1].body);
            } else {
                let message = outcome.err().unwrap().masked_message().into_owned();
                let expected = format!(
                    "The body carries a sensitive value and is not sent on: 127.0.0.1:{} answered 308 with a redirect to 127.0.0.1:{}",
                    first.port, other.port
                );
                assert_eq!(message, expected, "{kind}");
            }
        }
    }
    assert!(other.requests().is_empty());
    // Where the redirect asks for no body, it is followed.
    let first = redirecting("303 See Other", other.url("/end"));
    run(&post(&first, &[("body", marked("swordfish"))])).unwrap();
    assert_eq!(other.only().text(), "");
}

#[test]
fn cookies_of_the_way_go_back_to_their_host() {
    let other = Server::start(|_| answer("200 OK", &[], ""));
    let elsewhere = other.url_at("localhost", "/");
    let first = Server::start(move |got| match got.path.as_str() {
        "/login" => answer("302 Found", &["Location: /home", "Set-Cookie: session=abc; Path=/"], ""),
        _ => redirect("302 Found", &elsewhere),
    });
    run(&[("url", first.url("/login").into())]).unwrap();
    assert_eq!(first.requests()[1].header("Cookie"), "session=abc");
    assert_eq!(other.only().header("Cookie"), "");
}
