//! What is sent: methods, headers, the query, authentication and bodies.

use accord_sdk::testing::World;
use accord_value::{Map, Value};

use super::server::{Got, Server, answer};
use super::{data, map, refused, run, run_in};

fn server() -> Server {
    Server::start(|_| answer("200 OK", &[], "fine"))
}

/// What a call with these inputs sends.
fn sent(input: &[(&str, Value)]) -> Got {
    let server = server();
    let mut all = vec![("url", Value::from(server.url("/")))];
    all.extend_from_slice(input);
    run(&all).unwrap();
    server.only()
}

#[test]
fn methods() {
    for (written, expected) in
        [("GET", "GET"), ("post", "POST"), ("Put", "PUT"), ("PATCH", "PATCH"), ("delete", "DELETE")]
    {
        let got = sent(&[("method", written.into()), ("request", "string".into()), ("body", "x".into())]);
        assert_eq!(got.method, expected);
        assert_eq!(got.text(), if expected == "GET" { "" } else { "x" }, "{written}");
    }
    assert_eq!(sent(&[]).method, "GET");
    let message = refused(&[("url", "http://x".into()), ("method", "FETCH".into())]);
    assert_eq!(message, "Unknown 'method': 'FETCH'. Expected one of: GET, POST, PUT, PATCH, DELETE");
}

#[test]
fn headers() {
    let got = sent(&[("headers", data(r#"{"X-One": "1", "x-number": 2, "X-Two": ["a", "b"], "X-None": null}"#))]);
    assert_eq!((got.header("X-One").as_str(), got.header("X-Number").as_str()), ("1", "2"));
    assert_eq!((got.header("X-Two").as_str(), got.header("X-None").as_str()), ("a|b", ""));
    assert_eq!((got.header("User-Agent").as_str(), got.header("Accept").as_str()), ("accord", "*/*"));
    // What the flow writes goes before what follows from other parameters.
    let written =
        data(r#"{"User-Agent": "me", "Accept": "image/png", "Content-Type": "a/b", "Authorization": "Bearer t"}"#);
    let got = sent(&[
        ("headers", written),
        ("response", "string".into()),
        ("request", "json".into()),
        ("auth", data(r#"{"basic": {"token": "other"}}"#)),
    ]);
    for (name, expected) in
        [("User-Agent", "me"), ("Accept", "image/png"), ("Content-Type", "a/b"), ("Authorization", "Bearer t")]
    {
        assert_eq!(got.header(name), expected);
    }
    for (headers, expected) in [
        (r#"{"a b": "x"}"#, "Invalid header 'a b': a name consists of letters, digits and '-'"),
        (r#"{"a": "x\r\nB: y"}"#, "Invalid header 'a': a value has no line breaks or other control characters"),
        (r#"{"Content-Length": 3}"#, "Invalid header 'Content-Length': it follows from the body; leave it out"),
    ] {
        assert_eq!(refused(&[("url", "http://x".into()), ("headers", data(headers))]), expected);
    }
}

#[test]
fn accept_follows_from_response_and_content_type_from_request() {
    for (response, accept) in
        [("string", "text/plain"), ("json", "application/json"), ("file", "application/octet-stream"), ("any", "*/*")]
    {
        let server = Server::start(|_| answer("200 OK", &[], "{}"));
        run(&[("url", server.url("/").into()), ("response", response.into())]).unwrap();
        assert_eq!(server.only().header("Accept"), accept);
    }
    for (request, content_type) in [
        ("string", "text/plain; charset=UTF-8"),
        ("json", "application/json"),
        ("file", "application/octet-stream"),
        ("form", "application/x-www-form-urlencoded"),
    ] {
        assert_eq!(sent(&[("request", request.into())]).header("Content-Type"), content_type);
    }
    let message = refused(&[("url", "http://x".into()), ("response", "xml".into())]);
    assert_eq!(message, "Unknown 'response': 'xml'. Expected one of: string, json, file, any");
}

#[test]
fn query() {
    let query = data(r#"{"param": "Hello Concord", "a&b": "ü=1", "list": [1, "2"], "none": null}"#);
    let cases = [
        ("/", "/?param=Hello+Concord&a%26b=%C3%BC%3D1&list=1&list=2"),
        ("/p?x=1", "/p?x=1&param=Hello+Concord&a%26b=%C3%BC%3D1&list=1&list=2"),
        ("/p?", "/p?param=Hello+Concord&a%26b=%C3%BC%3D1&list=1&list=2"),
        ("/p#part", "/p?param=Hello+Concord&a%26b=%C3%BC%3D1&list=1&list=2"),
        ("", "/?param=Hello+Concord&a%26b=%C3%BC%3D1&list=1&list=2"),
    ];
    for (path, expected) in cases {
        let server = server();
        run(&[("url", server.url(path).into()), ("query", query.clone())]).unwrap();
        assert_eq!(server.only().path, expected);
    }
}

#[test]
fn authentication() {
    let token = data(r#"{"basic": {"token": "dG9rZW4="}}"#);
    assert_eq!(sent(&[("auth", token)]).header("Authorization"), "Basic dG9rZW4=");
    let pair = data(r#"{"basic": {"username": "Aladdin", "password": "open sesame"}}"#);
    assert_eq!(sent(&[("auth", pair)]).header("Authorization"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    let server = server();
    let url = format!("http://Aladdin:open%20sesame@127.0.0.1:{}/", server.port);
    run(&[("url", url.into())]).unwrap();
    assert_eq!(server.only().header("Authorization"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    let takes = "It takes 'basic' with either 'token', or 'username' and 'password'";
    for (auth, why) in [
        ("{}", "'basic' is missing"),
        (r#"{"basic": {}}"#, "'basic' has neither 'token' nor 'username' and 'password'"),
        (r#"{"basic": {"token": ""}}"#, "'token' is empty"),
        (r#"{"basic": {"token": "a\nb"}}"#, "'token' has characters that cannot be in a header"),
        (r#"{"basic": {"username": "u"}}"#, "'password' is missing"),
        (r#"{"basic": {"password": "p"}}"#, "'username' is missing"),
        (r#"{"basic": {"username": "a:b", "password": "p"}}"#, "the user name has a ':', which ends it"),
        (r#"{"basic": {"token": "t", "username": "u"}}"#, "'token' is given together with 'username' or 'password'"),
    ] {
        let message = refused(&[("url", "http://x".into()), ("auth", data(auth))]);
        assert_eq!(message, format!("Invalid 'auth': {why}. {takes}"));
    }
}

#[test]
fn bodies() {
    let cases = [
        ("string", data(r#""sämple""#), "sämple"),
        ("string", Value::Long(12), "12"),
        ("json", data(r#"{"myObject": {"nestedVar": 123}}"#), r#"{"myObject":{"nestedVar":123}}"#),
        ("json", data("[1, null]"), "[1,null]"),
        ("json", "{ \"a\":\n 1 }".into(), "{ \"a\":\n 1 }"),
        ("json", Value::Bool(true), "true"),
        ("form", data(r#"{"a": "1 2", "b&": ["x", "ü"], "n": null}"#), "a=1+2&b%26=x&b%26=%C3%BC"),
    ];
    for (kind, body, expected) in cases {
        let got = sent(&[("method", "POST".into()), ("request", kind.into()), ("body", body)]);
        assert_eq!(got.text(), expected);
        assert_eq!(got.header("Content-Length"), expected.len().to_string());
    }
    // Where PATCH and DELETE name no kind, the body says it.
    let got = sent(&[("method", "PATCH".into()), ("body", data(r#"{"a": 1}"#))]);
    assert_eq!((got.text().as_str(), got.header("Content-Type").as_str()), (r#"{"a":1}"#, "application/json"));
    let got = sent(&[("method", "DELETE".into()), ("body", "plain".into())]);
    assert_eq!((got.text().as_str(), got.header("Content-Type").as_str()), ("plain", "text/plain; charset=UTF-8"));
}

#[test]
fn bodies_that_do_not_fit() {
    let cases = [
        (
            "json",
            "{oops".into(),
            "Incompatible request type: 'request: json' takes data or JSON text, and the body is not JSON: Unexpected character ('o' (code 111)): was expecting double-quote to start field name",
        ),
        (
            "string",
            data(r#"{"a": 1}"#),
            "Incompatible request type: 'request: string' takes a text, and the body is a map; 'request: json' sends data",
        ),
        (
            "file",
            data("[1]"),
            "Incompatible request type: 'request: file' takes the path of a file, and the body is a list",
        ),
        (
            "form",
            "a=b".into(),
            "Incompatible request type: 'request: form' takes a map of fields, and the body is a text; 'request: string' sends a text as it is",
        ),
        (
            "formData",
            Value::Int(1),
            "Incompatible request type: 'request: formData' takes a map of fields, and the body is a number; 'request: string' sends a text as it is",
        ),
        (
            "formData",
            data(r#"{"f": {"type": "text/plain"}}"#),
            "Incompatible request type: 'request: formData' takes texts, '@path' and maps of 'type' and 'data', and the field 'f' is a map without 'data'",
        ),
        (
            "formData",
            data(r#"{"f": {"type": "a\r\nX: y", "data": "d"}}"#),
            "Incompatible request type: 'request: formData' takes texts, '@path' and maps of 'type' and 'data', and the field 'f' is a map whose 'type' is no content type",
        ),
        ("file", "missing.bin".into(), "File not found: missing.bin"),
        ("file", "../x".into(), "Not authorized to access file outside of working directory: ../x"),
        ("formData", data(r#"{"f": "@missing.bin"}"#), "File not found: missing.bin"),
        ("soap", "x".into(), "Unknown 'request': 'soap'. Expected one of: string, json, file, form, formData"),
    ];
    for (kind, body, expected) in cases {
        let input =
            [("url", "http://127.0.0.1:1".into()), ("method", "POST".into()), ("request", kind.into()), ("body", body)];
        let message = refused(&input);
        assert!(message.starts_with(expected), "{message}");
    }
    let url = || ("url", Value::from("http://127.0.0.1:1"));
    for method in ["POST", "PUT"] {
        assert_eq!(
            refused(&[url(), ("method", method.into()), ("body", "x".into())]),
            format!(
                "Mandatory variable 'request' is required for the method {method}. Expected one of: string, json, file, form, formData"
            )
        );
    }
    for method in ["POST", "PUT", "PATCH"] {
        assert_eq!(
            refused(&[url(), ("method", method.into()), ("request", "json".into())]),
            format!(
                "Mandatory variable 'body' is required for the method {method}: write body: \"\" to send an empty one"
            )
        );
    }
}

#[test]
fn files() {
    let world = World::default();
    let bytes: Vec<u8> = (0..=255).collect();
    world.services.files.add("relative_path/file.bin", &bytes, false);
    let server = server();
    let input = [
        ("url", server.url("/").into()),
        ("method", "PUT".into()),
        ("request", "file".into()),
        ("body", "relative_path/file.bin".into()),
    ];
    run_in(&world, &input).unwrap();
    assert_eq!(server.only().body, bytes);
    assert_eq!(server.only().header("Content-Type"), "application/octet-stream");
}

#[test]
fn form_data() {
    let world = World::default();
    world.services.files.add("dir/my\"File.txt", "content", false);
    let server = server();
    let body = map([
        ("field1", "string value".into()),
        ("field2", "@dir/my\"File.txt".into()),
        ("field3", data(r#"{"type": "text/csv", "data": "a,b"}"#)),
        ("field4", data(r#"{"type": "text/x", "data": "@dir/my\"File.txt"}"#)),
        ("fi\"eld\r\n5", data("[1, true]")),
        ("field6", Value::Null),
    ]);
    let input = [
        ("url", server.url("/").into()),
        ("method", "POST".into()),
        ("request", "formData".into()),
        ("body", body),
        // A content type without the boundary would make the parts unreadable.
        ("headers", data(r#"{"Content-Type": "multipart/form-data"}"#)),
    ];
    run_in(&world, &input).unwrap();
    let got = server.only();
    let kind = got.header("Content-Type");
    let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
    let part = |head: &str, content: &str| {
        format!("--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n")
    };
    let plain = "\r\nContent-Type: text/plain; charset=UTF-8";
    let expected = [
        part(&format!("name=\"field1\"{plain}"), "string value"),
        part("name=\"field2\"; filename=\"my%22File.txt\"\r\nContent-Type: application/octet-stream", "content"),
        part("name=\"field3\"\r\nContent-Type: text/csv", "a,b"),
        part("name=\"field4\"; filename=\"my%22File.txt\"\r\nContent-Type: text/x", "content"),
        part(&format!("name=\"fi%22eld%0D%0A5\"{plain}"), "1"),
        part(&format!("name=\"fi%22eld%0D%0A5\"{plain}"), "true"),
        format!("--{boundary}--\r\n"),
    ];
    assert_eq!(got.text(), expected.concat());
}

#[test]
fn proxies() {
    let proxy = server();
    let input = [
        ("url", "http://nowhere.invalid/path?q=1".into()),
        ("proxy", proxy.url("").into()),
        ("proxyAuth", data(r#"{"user": "username", "password": "password"}"#)),
    ];
    run(&input).unwrap();
    let got = proxy.only();
    assert_eq!(got.path, "http://nowhere.invalid/path?q=1");
    assert_eq!(got.header("Proxy-Authorization"), "Basic dXNlcm5hbWU6cGFzc3dvcmQ=");
    assert_eq!(got.header("Authorization"), "");

    // A scheme is not needed, credentials may be in the URL, and https goes through a tunnel.
    let proxy = Server::start(|_| answer("407 Proxy Authentication Required", &[], ""));
    let url = format!("username:password@127.0.0.1:{}", proxy.port);
    let message = refused(&[("url", "https://nowhere.invalid/".into()), ("proxy", url.into())]);
    assert!(message.starts_with(&format!("Connect to 127.0.0.1:{} [/127.0.0.1] failed: ", proxy.port)), "{message}");
    let got = proxy.only();
    assert_eq!((got.method.as_str(), got.path.as_str()), ("CONNECT", "nowhere.invalid:443"));
    assert_eq!(got.header("Proxy-Authorization"), "Basic dXNlcm5hbWU6cGFzc3dvcmQ=");

    for (name, value, expected) in [
        (
            "proxyAuth",
            data(r#"{"user": "u"}"#),
            "Invalid 'proxyAuth': 'password' is missing. It takes 'user' and 'password'",
        ),
        (
            "proxyAuth",
            data(r#"{"password": "p"}"#),
            "Invalid 'proxyAuth': 'user' is missing. It takes 'user' and 'password'",
        ),
        ("proxy", "a b".into(), "Invalid 'proxy': Illegal character in authority at index 7: http://a b"),
        ("proxy", "socks5://x:1".into(), "socks5 protocol is not supported: use a URL with http or https"),
    ] {
        assert_eq!(refused(&[("url", "http://127.0.0.1:1".into()), (name, value)]), expected);
    }
}

#[test]
fn default_variables_fill_in() {
    let server = server();
    let mut world = World::default();
    let defaults =
        Map::from_pairs([("url", Value::from(server.url("/default"))), ("headers", data(r#"{"X-D": "d"}"#))]);
    world.services.defaults.insert("http".to_owned(), defaults);
    run_in(&world, &[]).unwrap();
    run_in(&world, &[("url", server.url("/own").into())]).unwrap();
    let got: Vec<String> = server.requests().iter().map(|got| format!("{} {}", got.path, got.header("X-D"))).collect();
    assert_eq!(got, ["/default d", "/own d"]);
}

#[test]
fn dry_runs_only_read() {
    let server = server();
    let mut world = World::default();
    world.services.dry_run = true;
    let url = Value::from(server.url("/"));
    let post = [("url", url.clone()), ("method", "POST".into()), ("request", "string".into()), ("body", "x".into())];
    run_in(&world, &[("url", url.clone())]).unwrap();
    assert_eq!(super::result(run_in(&world, &post)), "ok=true");
    assert_eq!(world.flow.lines(), [format!("Running in dry-run mode: Skipping POST request to {}", server.url("/"))]);
    assert_eq!(server.only().method, "GET");
    world.flow.set_meta(Map::from_pairs([("dryRunReady", Value::Bool(true))]));
    run_in(&world, &post).unwrap();
    assert_eq!(server.requests().len(), 2);
}
