//! Calls without an answer.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use accord_sdk::testing::World;
use accord_value::Value;
use parking_lot::Mutex;

use super::server::{Server, closed_port, raw_port, silent_port};
use super::{data, refused, run, run_in};
use crate::tests::result;

#[test]
fn urls() {
    for (url, expected) in [
        ("not a url", "Illegal character in path at index 3: not a url"),
        ("example.com/x", "URI does not specify a valid host name: example.com/x"),
        ("http:///x", "URI does not specify a valid host name: http:///x"),
        ("/path://x", "URI does not specify a valid host name: /path://x"),
        ("ftp://example.com", "ftp protocol is not supported: use a URL with http or https"),
        ("http://[::1/", "Illegal URL: http://[::1/ (invalid IPv6 address)"),
        ("http://x:99999/", "Illegal URL: http://x:99999/ (invalid port number)"),
    ] {
        assert_eq!(refused(&[("url", url.into())]), expected);
        let ignored = result(run(&[("url", url.into()), ("ignoreErrors", Value::Bool(true))]));
        assert_eq!(ignored, format!("ok=false, error={expected}"));
    }
    assert_eq!(refused(&[]), "Mandatory variable 'url' is required");
    assert_eq!(
        refused(&[("url", Value::Int(1))]),
        "Invalid variable 'url' type, expected: class java.lang.String, got: class java.lang.Integer"
    );
}

#[test]
fn mistakes_in_parameters_are_not_ignored() {
    for (name, value) in [
        ("method", "FETCH".into()),
        ("headers", "text".into()),
        ("query", "text".into()),
        ("auth", data("{}")),
        ("connectTimeout", "soon".into()),
        ("debug", "yes".into()),
        ("strictSsl", Value::Int(1)),
        ("proxy", Value::Int(1)),
    ] {
        let input = [("url", "http://127.0.0.1:1".into()), ("ignoreErrors", Value::Bool(true)), (name, value)];
        assert!(run(&input).is_err(), "{name}");
    }
}

#[test]
fn nobody_there() {
    let port = closed_port();
    let url = Value::from(format!("http://127.0.0.1:{port}/x"));
    let expected = format!("Connect to 127.0.0.1:{port} [/127.0.0.1] failed: Connection refused");
    assert_eq!(refused(&[("url", url.clone())]), expected);
    let ignored = result(run(&[("url", url), ("ignoreErrors", Value::Bool(true))]));
    assert_eq!(ignored, format!("ok=false, error={expected}"));
    assert_eq!(refused(&[("url", "http://nowhere.invalid/".into())]), "nowhere.invalid: Name or service not known");
}

#[test]
fn broken_answers() {
    for (bytes, expected) in [
        (&b""[..], "failed to respond: it closed the connection"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "failed: invalid HTTP version parsed"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "closed the connection in the middle of the answer"),
    ] {
        let server = Server::start(move |_| bytes.to_vec());
        let message = refused(&[("url", server.url("/").into())]);
        assert!(message.contains(expected) && message.contains(&format!("127.0.0.1:{}", server.port)), "{message}");
    }
}

#[test]
fn no_tls_there() {
    let (end, hold) = channel();
    let port = raw_port(b"HTTP/1.1 400 Bad Request\r\n\r\n", hold);
    let message = refused(&[("url", format!("https://127.0.0.1:{port}/").into())]);
    drop(end);
    let expected = "failed: Unsupported or unrecognized SSL message: the server does not speak TLS at this port";
    assert!(message.ends_with(expected), "{message}");
}

#[test]
fn time_limits() {
    let port = silent_port();
    let peer = format!("127.0.0.1:{port}");
    let cases = [
        // Greetings of TLS are part of connecting.
        (
            "https",
            "connectTimeout",
            format!("Connect to {peer} [/127.0.0.1] failed: Connect timed out after 50 ms (connectTimeout)"),
        ),
        ("http", "socketTimeout", format!("Read timed out: no data from {peer} for 50 ms (socketTimeout)")),
        ("http", "requestTimeout", format!("Request to {peer} timed out after 50 ms (requestTimeout)")),
    ];
    for (scheme, name, expected) in cases {
        let input = [("url", format!("{scheme}://{peer}/").into()), (name, Value::Int(50))];
        assert_eq!(refused(&input), expected);
    }
}

#[test]
fn a_stop_in_the_middle_of_an_answer_counts() {
    let (end, hold) = channel();
    let port = raw_port(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", hold);
    let input = [("url", format!("http://127.0.0.1:{port}/").into()), ("socketTimeout", Value::Int(50))];
    assert_eq!(refused(&input), format!("Read timed out: no data from 127.0.0.1:{port} for 50 ms (socketTimeout)"));
    drop(end);
}

#[test]
fn a_cancelled_process_does_not_wait() {
    let world = Arc::new(World::default());
    let cancelled_at: Arc<Mutex<Option<Instant>>> = Arc::default();
    let (end, wait) = channel::<()>();
    let wait = Mutex::new(wait);
    let (seen, at) = (world.clone(), cancelled_at.clone());
    let server = Server::start(move |_| {
        seen.services.cancel();
        *at.lock() = Some(Instant::now());
        let _ = wait.lock().recv();
        Vec::new()
    });
    // Not even a flow that ignores errors goes on.
    let input = [("url", server.url("/").into()), ("ignoreErrors", Value::Bool(true))];
    let error = run_in(&world, &input).err().unwrap();
    let waited = cancelled_at.lock().unwrap().elapsed();
    assert_eq!(error.masked_message(), "The process was cancelled.");
    assert!(waited < Duration::from_secs(1), "{waited:?}");
    drop(end);
}

#[test]
fn calls_work_on_the_threads_of_a_runtime() {
    let server = Server::start(|_| super::server::answer("200 OK", &[], "fine"));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let answer = runtime.block_on(async { run(&[("url", server.url("/").into())]) });
    assert_eq!(super::shown(&answer.unwrap(), "content"), "fine");
}
