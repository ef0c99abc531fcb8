//! What becomes of answers.

use std::io::Write;

use accord_sdk::testing::World;
use accord_value::Value;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::server::{Server, answer};
use super::{data, map, refused, run, run_in, shown, value};

/// The result of asking for `response` and getting this.
fn got(response: &str, status: &'static str, headers: &'static [&'static str], body: &'static [u8]) -> String {
    let server = Server::start(move |_| answer(status, headers, body));
    let mut input = vec![("url", Value::from(server.url("/"))), ("ignoreErrors", Value::Bool(true))];
    if !response.is_empty() {
        input.push(("response", response.into()));
    }
    let result = run(&input).unwrap();
    let content = value(&result, "content");
    let error = value(&result, "error");
    let error = if error.is_null() { String::new() } else { format!(" error: {}", error.to_text().as_str()) };
    format!(
        "{} {} {}: {}{error}",
        shown(&result, "ok"),
        shown(&result, "statusCode"),
        content.simple_name(),
        shown(&result, "content")
    )
}

/// `response`, status, headers and body of the answer, and the result (the beginning of it, where it ends in `: `).
type Case = (&'static str, &'static str, &'static [&'static str], &'static [u8], &'static str);

#[test]
fn contents() {
    let cases: [Case; 21] = [
        ("", "200 OK", &[], b"plain", "true 200 String: plain"),
        ("string", "201 Created", &[], b"", "true 201 String: "),
        ("string", "204 No Content", &[], b"", "true 204 String: "),
        ("any", "200 OK", &["Content-Type: application/json"], b"{\"a\": 1}", "true 200 String: {\"a\": 1}"),
        ("json", "200 OK", &[], b"{\"a\": [1, 2.5, null]}", "true 200 LinkedHashMap: {a=[1, 2.5, null]}"),
        ("json", "200 OK", &[], b"12", "true 200 Integer: 12"),
        ("json", "204 No Content", &[], b"", "true 204 null: null"),
        ("json", "200 OK", &[], b"<html>", "false 200 String: <html> error: The response is not JSON: "),
        (
            "json",
            "404 Not Found",
            &[],
            b"{\"why\": \"gone\"}",
            "false 404 LinkedHashMap: {why=gone} error: {\"why\": \"gone\"}",
        ),
        ("json", "500 Internal Server Error", &[], b"<html>", "false 500 String: <html> error: <html>"),
        ("string", "500 Oops", &[], b"", "false 500 String:  error: HTTP 500 Internal Server Error"),
        ("file", "404 Not Found", &[], b" no such file\n", "false 404 String:  no such file\n error: no such file"),
        ("string", "401 Unauthorized", &[], b"who?", "false 401 String: who? error: who?"),
        ("string", "304 Not Modified", &[], b"", "false 304 String:  error: HTTP 304 Not Modified"),
        ("string", "200 OK", &[], "grüße".as_bytes(), "true 200 String: grüße"),
        ("string", "200 OK", &[], b"gr\xfc\xdfe", "true 200 String: grüße"),
        ("string", "200 OK", &["Content-Type: text/plain; charset=\"iso-8859-2\""], b"\xb1", "true 200 String: ą"),
        (
            "string",
            "200 OK",
            &["Content-Type: text/plain;charset=Shift_JIS"],
            b"\x93\xfa\x96{",
            "true 200 String: 日本",
        ),
        ("string", "200 OK", &["Content-Type: text/plain; charset=utf-16le"], b"h\0i\0", "true 200 String: hi"),
        ("string", "200 OK", &["Content-Type: text/plain; charset=nonsense"], b"hi", "true 200 String: hi"),
        ("string", "200 OK", &[], b"\xef\xbb\xbfhi", "true 200 String: hi"),
    ];
    for (response, status, headers, body, expected) in cases {
        let result = got(response, status, headers, body);
        assert!(result.starts_with(expected), "{response} {status}: {result}");
        assert!(expected.ends_with(": ") || result == expected, "{result}");
    }
}

#[test]
fn failures_of_the_server_are_no_errors_but_for_401() {
    let server = Server::start(|got| match got.path.as_str() {
        "/401" => answer("401 Unauthorized", &[], "who?"),
        "/bad" => answer("200 OK", &[], "<html>"),
        _ => answer("500 Oops", &[], "broken"),
    });
    let result = run(&[("url", server.url("/").into())]).unwrap();
    assert_eq!((shown(&result, "ok"), shown(&result, "error")), ("false".to_owned(), "broken".to_owned()));
    let error = run(&[("url", server.url("/401").into())]).err().unwrap();
    assert!(error.throwable().class.ends_with("UnauthorizedException"));
    assert_eq!(error.masked_message(), format!("Authorization required for {}", server.url("/401")));
    let message = refused(&[("url", server.url("/bad").into()), ("response", "json".into())]);
    assert!(message.starts_with("The response is not JSON: "), "{message}");
}

#[test]
fn headers_have_both_spellings() {
    let lines: &[&str] =
        &["x-request-ID: 7", "etag: \"1\"", "Set-Cookie: a=1", "Set-Cookie: b=2", "Vary: A", "vary: B"];
    let server = Server::start(move |_| answer("200 OK", lines, ""));
    let result = run(&[("url", server.url("/").into())]).unwrap();
    let headers = value(&result, "headers");
    let get = |name: &str| headers.as_map().unwrap().get(name).unwrap_or_default().to_text().as_str().to_owned();
    for (name, expected) in [
        ("X-Request-Id", "7"),
        ("x-request-id", "7"),
        ("ETag", "\"1\""),
        ("etag", "\"1\""),
        ("Set-Cookie", "a=1\nb=2"),
        ("Vary", "A, B"),
        ("Content-Length", "0"),
    ] {
        assert_eq!(get(name), expected, "{name}");
    }
}

#[test]
fn files() {
    let bytes: Vec<u8> = (0..600_000u32).map(|n| n.to_le_bytes()[(n % 3) as usize]).collect();
    let sent = bytes.clone();
    let server = Server::start(move |_| answer("200 OK", &[], &sent));
    let world = World::default();
    let result = run_in(&world, &[("url", server.url("/").into()), ("response", "file".into())]).unwrap();
    let path = shown(&result, "content");
    assert!(path.starts_with(".concord_tmp/http_"), "{path}");
    let file = accord_sdk::FileService::read(&world.services.files, &path).unwrap();
    assert!(file.bytes == bytes && !file.sensitive);
}

#[test]
fn compressed_answers_are_unpacked() {
    let server = Server::start(|got| {
        assert!(got.header("Accept-Encoding").contains("gzip"), "{got:?}");
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(b"squeezed").unwrap();
        answer("200 OK", &["Content-Encoding: gzip"], encoder.finish().unwrap())
    });
    let result = run(&[("url", server.url("/").into())]).unwrap();
    assert_eq!(shown(&result, "content"), "squeezed");
}

#[test]
fn answers_in_memory_have_a_limit() {
    // Small on the wire, large when unpacked.
    let server = Server::start(|_| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        let zeros = vec![0; 1 << 20];
        for _ in 0..65 {
            encoder.write_all(&zeros).unwrap();
        }
        answer("200 OK", &["Content-Encoding: gzip"], encoder.finish().unwrap())
    });
    let message = refused(&[("url", server.url("/").into())]);
    let expected =
        "The response is larger than 67108864 bytes, which is the limit: 'response: file' takes one of any size";
    assert_eq!(message, expected);
}

#[test]
fn as_string() {
    let server = Server::start(|_| answer("200 OK", &[], "text"));
    let call = |args: &[Value]| World::default().call(&crate::tests::registry(), "http", "asString", args);
    assert_eq!(crate::tests::shown(call(&[server.url("/test.txt").into()])), "text");
    assert_eq!(server.only().header("Accept"), "text/plain");
    let message = crate::tests::shown(call(&["not a url".into()]));
    assert_eq!(message, "! Illegal character in path at index 3: not a url");
    let marked = crate::tests::shown(call(&[super::with_secret(&server.url("/?t="), "swordfish")]));
    assert_eq!(marked, "******");
}

#[test]
fn debug_logs_requests_and_answers() {
    let server = Server::start(|got| match got.path.as_str() {
        "/old" => answer("302 Found", &["Location: /new"], ""),
        _ => answer("200 OK", &["Set-Cookie: id=1"], "the answer"),
    });
    let world = World::default();
    let input = [
        ("url", server.url("/old").into()),
        ("method", "POST".into()),
        ("request", "json".into()),
        ("body", map([("user", "me".into()), ("password", super::marked("swordfish"))])),
        ("headers", data(r#"{"X-A": "a"}"#)),
        ("auth", data(r#"{"basic": {"username": "u", "password": "literal-password"}}"#)),
        ("debug", Value::Bool(true)),
    ];
    run_in(&world, &input).unwrap();
    let lines = world.flow.lines();
    let head = format!(
        "Request: POST {}\nx-a: a\nuser-agent: accord\naccept: */*\nauthorization: ******\ncontent-type: application/json",
        server.url("/old")
    );
    assert_eq!(lines[0], format!("{head}\n\n{{\"user\":\"me\",\"password\":\"******\"}}"));
    assert!(lines[1].starts_with("Response: 302 Found\n") && lines[1].contains("location: ******"), "{}", lines[1]);
    assert!(lines[2].starts_with(&format!("Request: GET {}\nx-a: a\n", server.url("/new"))), "{}", lines[2]);
    assert!(lines[3].starts_with("Response: 200 OK\n") && lines[3].ends_with("\n\n******"), "{}", lines[3]);
    assert_eq!(lines.len(), 4);
    // Without a marked value the answer can be read, but for what logs somebody in.
    let world = World::default();
    run_in(&world, &[("url", server.url("/").into()), ("debug", Value::Bool(true))]).unwrap();
    let lines = world.flow.lines();
    assert!(lines[1].contains("set-cookie: ******") && lines[1].ends_with("\n\nthe answer"), "{}", lines[1]);
    // Nothing is logged unless asked for.
    let world = World::default();
    run_in(&world, &[("url", server.url("/").into())]).unwrap();
    assert!(world.flow.lines().is_empty());
}
