//! How a call fails: which failures `ignoreErrors` covers, and their wording.
//!
//! The wording starts as the reference's client has it, and ends with what the flow can do about it.

use std::error::Error;
use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use accord_sdk::{Cancelled, TaskError};
use accord_value::Text;

use super::target::Target;

/// A call that did not come to an answer.
pub(super) struct Failure {
    error: TaskError,
    /// Whether `ignoreErrors` makes a result of it. Mistakes in the parameters and a cancelled process it does not cover.
    ignorable: bool,
}

impl Failure {
    /// A failure on the way to the answer.
    pub(super) fn new(class: &'static str, message: Text) -> Failure {
        Failure { error: TaskError::of(class, message), ignorable: true }
    }

    /// A URL that cannot be used.
    pub(super) fn url(message: Text) -> Failure {
        Failure::new(TaskError::ILLEGAL_ARGUMENT, message)
    }

    /// The error, where it is one of those that `ignoreErrors` covers.
    pub(super) fn ignored(&self) -> Option<&TaskError> {
        self.ignorable.then_some(&self.error)
    }

    /// The error of the step.
    pub(super) fn into_error(self) -> TaskError {
        self.error
    }
}

impl From<TaskError> for Failure {
    fn from(error: TaskError) -> Failure {
        Failure { error, ignorable: false }
    }
}

impl From<Cancelled> for Failure {
    fn from(cancelled: Cancelled) -> Failure {
        TaskError::from(cancelled).into()
    }
}

/// The time limits of a call, for messages about them.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// Until a connection is there.
    pub(super) connect: Option<Duration>,
    /// Between two pieces of data.
    pub(super) socket: Option<Duration>,
    /// For the whole call.
    pub(super) request: Option<Duration>,
}

/// The call took longer than `requestTimeout`.
pub(super) fn too_slow(target: &Target, limit: Duration) -> Failure {
    let host = target.host_and_port();
    let rest = format!(" timed out after {} ms (requestTimeout)", limit.as_millis());
    Failure::new("java.net.SocketTimeoutException", Text::concat([&"Request to ".into(), &host, &rest.into()]))
}

/// The failure of a request to `target` by way of `peer`: the same, or a proxy.
pub(super) fn of(error: &reqwest::Error, target: &Target, peer: &Target, limits: Limits) -> Failure {
    let connecting = error.is_connect();
    let chain = Chain::of(error);
    let around =
        |before: &str, host: &Text, after: String| Text::concat([&Text::plain(before), host, &Text::plain(after)]);
    if chain.is_about_certificate() {
        let after = format!(
            " cannot be verified: {}. Name the authority that signed it with 'truststorePath', or write \
             'strictSsl: false' to go without the check",
            chain.innermost
        );
        let message = around("The TLS certificate of ", &target.host_and_port(), after);
        return Failure::new("javax.net.ssl.SSLHandshakeException", message);
    }
    if connecting && chain.unknown_host {
        let message = around("", &peer.host(), ": Name or service not known".to_owned());
        return Failure::new("java.net.UnknownHostException", message);
    }
    if connecting {
        let mut after = String::new();
        // Java names the addresses it tried; known here where the URL names one.
        if let Some(address) = address(peer) {
            let _ = write!(after, " [/{address}]");
        }
        let _ = match (error.is_timeout(), limits.connect) {
            (true, Some(limit)) => {
                write!(after, " failed: Connect timed out after {} ms (connectTimeout)", limit.as_millis())
            }
            _ => write!(after, " failed: {}", chain.reason()),
        };
        let message = around("Connect to ", &peer.host_and_port(), after);
        return Failure::new("java.net.ConnectException", message);
    }
    if error.is_timeout() {
        let after = match limits.socket {
            Some(limit) => format!(" for {} ms (socketTimeout)", limit.as_millis()),
            None => String::new(),
        };
        let message = around("Read timed out: no data from ", &peer.host_and_port(), after);
        return Failure::new("java.net.SocketTimeoutException", message);
    }
    if chain.closed {
        let what = if error.is_body() || error.is_decode() {
            " closed the connection in the middle of the answer"
        } else {
            " failed to respond: it closed the connection"
        };
        let message = around("", &peer.host_and_port(), what.to_owned());
        return Failure::new("java.net.SocketException", message);
    }
    let message = around("The request to ", &target.host_and_port(), format!(" failed: {}", chain.reason()));
    Failure::new(TaskError::IO, message)
}

fn address(target: &Target) -> Option<String> {
    let host = target.url.host_str()?;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<std::net::IpAddr>().ok().map(|ip| ip.to_string())
}

/// What an error and those below it say.
struct Chain {
    innermost: String,
    io: Option<io::ErrorKind>,
    unknown_host: bool,
    closed: bool,
}

impl Chain {
    fn of(error: &reqwest::Error) -> Chain {
        let mut chain = Chain { innermost: String::new(), io: None, unknown_host: false, closed: false };
        let mut next: Option<&(dyn Error + 'static)> = error.source();
        while let Some(error) = next {
            let text = error.to_string();
            chain.unknown_host |= text == "dns error";
            chain.closed |= text.contains("connection closed before message completed");
            if let Some(io) = error.downcast_ref::<io::Error>() {
                chain.io = Some(io.kind());
                chain.closed |= matches!(io.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof);
            }
            if !text.is_empty() {
                chain.innermost = text;
            }
            next = error.source();
        }
        if chain.innermost.is_empty() {
            // The message of the outermost error names the URL, which may hold a secret.
            chain.innermost = if error.is_builder() { "the request cannot be made" } else { "no answer" }.to_owned();
        }
        chain
    }

    fn is_about_certificate(&self) -> bool {
        self.innermost.starts_with("invalid peer certificate")
    }

    /// Why, in Java's words where they differ.
    fn reason(&self) -> String {
        match self.io {
            Some(io::ErrorKind::ConnectionRefused) => "Connection refused".to_owned(),
            Some(io::ErrorKind::NetworkUnreachable) => "Network is unreachable".to_owned(),
            Some(io::ErrorKind::HostUnreachable) => "No route to host".to_owned(),
            _ if self.innermost.contains("InvalidContentType") => {
                "Unsupported or unrecognized SSL message: the server does not speak TLS at this port".to_owned()
            }
            _ => self.innermost.split(" (os error").next().unwrap_or_default().to_owned(),
        }
    }
}
