//! A web server for git repositories on the loopback, for tests: Basic authentication in front of `git http-backend`.

use std::convert::Infallible;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// A running server; it ends when this is dropped.
pub struct GitServer {
    address: SocketAddr,
    requests: Arc<AtomicUsize>,
    _runtime: tokio::runtime::Runtime,
}

/// What a server answers.
enum Answer {
    /// Repositories below a directory, to whoever knows the `user:password` in base64. Who asks for `NAME` where there
    /// is `NAME.git` is sent there.
    Repositories(PathBuf, String),
    /// Another place, for everything.
    Redirect(String),
}

impl GitServer {
    /// Serves the repositories in `root` to this user.
    ///
    /// # Errors
    /// Where no server can be started.
    pub fn start(root: &Path, user: &str, password: &str) -> io::Result<Self> {
        let login = STANDARD.encode(format!("{user}:{password}"));
        Self::serve(Answer::Repositories(root.to_path_buf(), login))
    }

    /// Serves the files in `root` as they are: a web server that knows nothing of git.
    ///
    /// # Errors
    /// Where no server can be started.
    pub fn plain(root: &Path) -> io::Result<Self> {
        Self::serve(Answer::Repositories(root.to_path_buf(), String::new()))
    }

    /// Redirects every request to the same path below `base`.
    ///
    /// # Errors
    /// Where no server can be started.
    pub fn redirecting(base: &str) -> io::Result<Self> {
        Self::serve(Answer::Redirect(base.trim_end_matches('/').to_owned()))
    }

    fn serve(answer: Answer) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0)))?;
        let address = listener.local_addr()?;
        let (requests, answer) = (Arc::new(AtomicUsize::new(0)), Arc::new(answer));
        let counted = Arc::clone(&requests);
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, counted) = (Arc::clone(&answer), Arc::clone(&counted));
                let service = service_fn(move |request| {
                    counted.fetch_add(1, Ordering::Relaxed);
                    let answer = Arc::clone(&answer);
                    async move { Ok::<_, Infallible>(respond(&answer, request).await.unwrap_or_else(|_| failed())) }
                });
                let server = hyper::server::conn::http1::Builder::new();
                tokio::spawn(server.serve_connection(TokioIo::new(stream), service));
            }
        });
        Ok(Self { address, requests, _runtime: runtime })
    }

    /// The address of a repository.
    pub fn url(&self, name: &str) -> String {
        format!("http://{}/{name}", self.address)
    }

    /// How many requests there were.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }
}

async fn respond(
    answer: &Answer,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Box<dyn std::error::Error + Send + Sync>> {
    let (head, body) = request.into_parts();
    let (root, login) = match answer {
        Answer::Redirect(base) => {
            let to = format!("{base}{}", head.uri);
            return Ok(Response::builder().status(StatusCode::FOUND).header("Location", to).body(Full::default())?);
        }
        Answer::Repositories(root, login) => (root.clone(), login),
    };
    let (name, rest) = head.uri.path().trim_start_matches('/').split_once('/').unwrap_or_default();
    if !root.join(name).exists() && root.join(format!("{name}.git")).exists() {
        let to = format!("/{name}.git/{rest}?{}", head.uri.query().unwrap_or_default());
        let moved = Response::builder().status(StatusCode::MOVED_PERMANENTLY);
        return Ok(moved.header("Location", to).body(Full::default())?);
    }
    if login.is_empty() {
        return Ok(match std::fs::read(root.join(head.uri.path().trim_start_matches('/'))) {
            Ok(bytes) => Response::new(Full::from(bytes)),
            Err(_) => Response::builder().status(StatusCode::NOT_FOUND).body(Full::default())?,
        });
    }
    let given = head.headers.get("Authorization").and_then(|value| value.to_str().ok());
    if given != Some(&format!("Basic {login}")) {
        let refused = Response::builder().status(StatusCode::UNAUTHORIZED);
        return Ok(refused.header("WWW-Authenticate", "Basic realm=\"git\"").body(Full::default())?);
    }
    let body = body.collect().await?.to_bytes();
    let header =
        |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let mut backend = Command::new("git");
    backend.arg("http-backend").env("GIT_PROJECT_ROOT", &root).env("GIT_HTTP_EXPORT_ALL", "1");
    backend.env("REQUEST_METHOD", head.method.as_str()).env("PATH_INFO", head.uri.path());
    backend.env("QUERY_STRING", head.uri.query().unwrap_or_default()).env("CONTENT_TYPE", header("Content-Type"));
    backend.env("HTTP_CONTENT_ENCODING", header("Content-Encoding")).env("CONTENT_LENGTH", body.len().to_string());
    backend.env("GIT_PROTOCOL", header("Git-Protocol")).env("REMOTE_USER", "user");
    let said = tokio::task::spawn_blocking(move || call(backend, &body)).await??;
    let end = said.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(said.len());
    let mut response = Response::builder();
    for line in String::from_utf8_lossy(said.get(..end).unwrap_or_default()).lines() {
        match line.split_once(": ") {
            Some(("Status", status)) => response = response.status(status.get(..3).unwrap_or("500").parse::<u16>()?),
            Some((name, value)) => response = response.header(name, value),
            None => {}
        }
    }
    Ok(response.body(Full::from(said.get(end + 4..).unwrap_or_default().to_vec()))?)
}

fn call(mut backend: Command, body: &[u8]) -> io::Result<Vec<u8>> {
    let mut child = backend.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // It may answer before it has read all.
        let _ = input.write_all(body);
    }
    Ok(child.wait_with_output()?.stdout)
}

fn failed() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}
