//! A small web server on the loopback interface that keeps what it was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::thread;

use parking_lot::Mutex;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A request that came.
#[derive(Clone, Debug, Default)]
pub(super) struct Got {
    pub(super) method: String,
    /// Path and query, or the whole URL where a proxy was asked.
    pub(super) path: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Got {
    /// The values of a header.
    pub(super) fn header(&self, name: &str) -> String {
        let found = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str()).collect::<Vec<_>>().join("|")
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A server; it ends with the tests' process.
#[derive(Clone)]
pub(super) struct Server {
    pub(super) port: u16,
    scheme: &'static str,
    requests: Arc<Mutex<Vec<Got>>>,
}

impl Server {
    /// A server that answers with what `answer` makes of a request: a whole answer, head and body.
    pub(super) fn start(answer: impl Fn(&Got) -> Vec<u8> + Send + Sync + 'static) -> Server {
        Server::with_tls(None, answer)
    }

    pub(super) fn with_tls(
        tls: Option<Arc<ServerConfig>>,
        answer: impl Fn(&Got) -> Vec<u8> + Send + Sync + 'static,
    ) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests: Arc<Mutex<Vec<Got>>> = Arc::default();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let server = Server { port, scheme, requests: requests.clone() };
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, requests, tls) = (answer.clone(), requests.clone(), tls.clone());
                thread::spawn(move || {
                    let stream = stream.unwrap();
                    // A client that does not like us goes away: no failure of the server.
                    let _ = match tls {
                        None => serve(stream, &*answer, &requests),
                        Some(tls) => {
                            let connection = ServerConnection::new(tls).unwrap();
                            serve(StreamOwned::new(connection, stream), &*answer, &requests)
                        }
                    };
                });
            }
        });
        server
    }

    /// The URL of a path under a name for the loopback interface.
    pub(super) fn url_at(&self, host: &str, path: &str) -> String {
        format!("{}://{host}:{}{path}", self.scheme, self.port)
    }

    pub(super) fn url(&self, path: &str) -> String {
        self.url_at("127.0.0.1", path)
    }

    /// What came, in order.
    pub(super) fn requests(&self) -> Vec<Got> {
        self.requests.lock().clone()
    }

    /// The only request that came.
    pub(super) fn only(&self) -> Got {
        let all = self.requests();
        assert_eq!(all.len(), 1, "{all:?}");
        all[0].clone()
    }
}

fn serve(
    stream: impl Read + Write,
    answer: &dyn Fn(&Got) -> Vec<u8>,
    requests: &Mutex<Vec<Got>>,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (Some(method), Some(path)) = (words.next(), words.next()) else { return Ok(()) };
    let mut got = Got { method, path, ..Got::default() };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) => got.headers.push((name.to_owned(), value.to_owned())),
            None => break,
        }
    }
    got.body = vec![0; got.header("content-length").parse().unwrap_or(0)];
    reader.read_exact(&mut got.body)?;
    requests.lock().push(got.clone());
    reader.get_mut().write_all(&answer(&got))?;
    reader.get_mut().flush()
}

/// A whole answer of a status with further header lines and a body.
pub(super) fn answer(status: &str, headers: &[&str], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut out = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n", body.len());
    for header in headers {
        out.push_str(&format!("{header}\r\n"));
    }
    out.push_str("\r\n");
    [out.as_bytes(), body].concat()
}

/// A redirect.
pub(super) fn redirect(status: &str, location: &str) -> Vec<u8> {
    answer(status, &[&format!("Location: {location}")], "")
}

/// A port where nothing listens.
pub(super) fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A port whose first connection gets these bytes, whatever it sends, and stays open until `hold` comes to its end.
pub(super) fn raw_port(bytes: &'static [u8], hold: Receiver<()>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        stream.write_all(bytes).unwrap();
        let _ = hold.recv();
    });
    port
}

/// A listener whose connections are taken and never answered.
pub(super) fn silent_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let all: Vec<TcpStream> = listener.incoming().flatten().collect();
        drop(all);
    });
    port
}
