//! Where a database is, as a user writes it: `sqlite:PATH` or `postgres://USER@HOST/DATABASE`.
//!
//! Owns: what an address may say, and how safe the way to it is. A password in it is never shown again.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use crate::{Error, Result};

/// What may stand behind the `?` of an address. A mistyped `sslmode` must not pass unseen.
const PARAMETERS: [&str; 17] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "options",
    "application_name",
];

/// Where a database is. Its text forms show no password.
#[derive(Clone)]
pub struct Address {
    pub(crate) kind: Kind,
    shown: String,
    kept: String,
}

#[derive(Clone)]
pub(crate) enum Kind {
    Sqlite(PathBuf),
    Postgres { options: Box<PgConnectOptions>, warning: Option<String> },
}

impl Address {
    /// A SQLite database in a file.
    pub fn sqlite(path: &Path) -> Self {
        let shown = path.display().to_string();
        Self { kind: Kind::Sqlite(path.to_owned()), kept: format!("sqlite:{shown}"), shown }
    }

    /// A PostgreSQL database: `postgres://USER@HOST:PORT/DATABASE`, with libpq's `sslmode`,
    /// `sslrootcert`, `sslcert`, `sslkey`, `host` (a directory for a Unix socket) and `options` behind
    /// a `?`. What is missing comes from `PGHOST`, `PGUSER`, `PGPASSWORD`, `~/.pgpass` and the like
    /// (<https://www.postgresql.org/docs/current/libpq-envars.html>). A server on another machine is
    /// reached over TLS and has to prove its name (`sslmode=verify-full`) where nothing else is said.
    /// Sessions are set up once: a pooler between must not share them between transactions.
    ///
    /// # Errors
    /// The address has another form, or a parameter that is not known.
    pub fn postgres(url: &str) -> Result<Self> {
        let bad = |problem: String| Error::Address { problem };
        let rest = url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://"));
        let Some(rest) = rest else { return Err(bad("it does not begin with postgres://".to_owned())) };
        if rest.contains('#') {
            return Err(bad("it has a #: write it as %23".to_owned()));
        }
        let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = before.split_once('/').unwrap_or((before, ""));
        if authority.matches('@').count() > 1 || path.contains('@') || query.contains('@') {
            return Err(bad("a password in it has to be written with %40 for @, %2F for / and %3F for ?".to_owned()));
        }
        let mut mode_given = std::env::var_os("PGSSLMODE").is_some();
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            let name = parameter.split_once('=').map_or(parameter, |(name, _)| name);
            if !PARAMETERS.contains(&name) {
                return Err(bad(format!("'{name}' is no parameter of it; known are {}", PARAMETERS.join(", "))));
            }
            mode_given |= matches!(name, "sslmode" | "ssl-mode");
        }
        // What the parser says can quote the address, and with it a password.
        let options = PgConnectOptions::from_str(url).map_err(|_| {
            bad("expected postgres://USER@HOST:PORT/DATABASE?sslmode=verify-full, with % before the codes of other \
                 characters"
                .to_owned())
        })?;
        let mut options = options.application_name("accord").disable_statement_logging();
        let local = is_local(&options);
        if !local && !mode_given {
            options = options.ssl_mode(PgSslMode::VerifyFull);
        }
        let shown = shown(&options);
        let warning = (!local).then(|| warning(&options, &shown)).flatten();
        let kept = without_password(authority, before, query);
        Ok(Self { kind: Kind::Postgres { options: Box::new(options), warning }, shown, kept })
    }

    /// The address as it was given, but for its password: to be written down.
    pub fn without_password(&self) -> &str {
        &self.kept
    }

    /// The file, if it is a SQLite database.
    pub fn file(&self) -> Option<&Path> {
        match &self.kind {
            Kind::Sqlite(path) => Some(path),
            Kind::Postgres { .. } => None,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

fn without_password(authority: &str, before: &str, query: &str) -> String {
    let (user, host) = authority.rsplit_once('@').map_or(("", authority), |(user, host)| (user, host));
    let user = user.split_once(':').map_or(user, |(user, _)| user);
    let at = if user.is_empty() { "" } else { "@" };
    let path = before.strip_prefix(authority).unwrap_or_default();
    let is_password = |parameter: &&str| parameter.split_once('=').is_some_and(|(name, _)| name == "password");
    let query: Vec<_> = query.split('&').filter(|one| !one.is_empty() && !is_password(one)).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("postgres://{user}{at}{host}{path}{mark}{}", query.join("&"))
}

/// Whether no network lies between this process and the server.
fn is_local(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn shown(options: &PgConnectOptions) -> String {
    let user = options.get_username();
    let database = options.get_database().unwrap_or(user);
    match options.get_socket() {
        Some(socket) => format!("postgres://{user}@/{database}?host={}", socket.display()),
        None if options.get_host().starts_with('/') => {
            format!("postgres://{user}@/{database}?host={}", options.get_host())
        }
        None => format!("postgres://{user}@{}:{}/{database}", options.get_host(), options.get_port()),
    }
}

fn warning(options: &PgConnectOptions, shown: &str) -> Option<String> {
    match options.get_ssl_mode() {
        PgSslMode::VerifyFull => None,
        PgSslMode::Require | PgSslMode::VerifyCa => Some(format!(
            "The connection to {shown} is encrypted, but whether it is that server is not checked: use \
             sslmode=verify-full, with sslrootcert=FILE for an authority of your own"
        )),
        PgSslMode::Disable | PgSslMode::Allow | PgSslMode::Prefer => Some(format!(
            "The connection to {shown} may be in clear: who listens learns names and who uses what, and may \
             change what is read. Use sslmode=verify-full"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(url: &str) -> (PgSslMode, bool) {
        match Address::postgres(url).unwrap().kind {
            Kind::Postgres { options, warning } => (options.get_ssl_mode(), warning.is_some()),
            Kind::Sqlite(_) => panic!("{url}"),
        }
    }

    #[test]
    fn a_way_over_the_network_is_safe_unless_told_otherwise() {
        for (url, expected, warned) in [
            ("postgres://u@db.example.com/d", PgSslMode::VerifyFull, false),
            ("postgresql://u@10.0.0.7:5433/d", PgSslMode::VerifyFull, false),
            ("postgres://u@db.example.com/d?sslmode=require", PgSslMode::Require, true),
            ("postgres://u@db.example.com/d?ssl-mode=verify-ca", PgSslMode::VerifyCa, true),
            ("postgres://u@db.example.com/d?sslmode=disable", PgSslMode::Disable, true),
            ("postgres://u@db.example.com/d?sslmode=prefer", PgSslMode::Prefer, true),
            ("postgres://u@localhost/d?host=db.example.com", PgSslMode::VerifyFull, false),
            ("postgres://u@localhost/d", PgSslMode::Prefer, false),
            ("postgres://u@127.0.0.2/d?sslmode=disable", PgSslMode::Disable, false),
            ("postgres://u@[::1]/d", PgSslMode::Prefer, false),
            ("postgres://u@%2Frun%2Fpg/d", PgSslMode::Prefer, false),
            ("postgres://u@x/d?host=/run/pg", PgSslMode::Prefer, false),
        ] {
            let (found, warns) = mode(url);
            assert_eq!(format!("{found:?} {warns}"), format!("{expected:?} {warned}"), "{url}");
        }
    }

    #[test]
    fn passwords_are_not_shown() {
        for url in [
            "postgres://user:pa%40ss-word@host:5433/db",
            "postgres://user@host:5433/db?password=pa%40ss-word",
            "postgres://user:pa%40ss-word@host:5433/db?sslmode=disable",
        ] {
            let address = Address::postgres(url).unwrap();
            assert_eq!(format!("{address} {address:?}"), "postgres://user@host:5433/db postgres://user@host:5433/db");
            let Kind::Postgres { warning, .. } = &address.kind else { panic!() };
            assert!(!format!("{warning:?}").contains("word"), "{warning:?}");
        }
    }

    #[test]
    fn an_address_is_kept_without_its_password() {
        for (url, kept) in [
            ("postgres://u:hidden@h:1/d?sslmode=require&password=hidden", "postgres://u@h:1/d?sslmode=require"),
            ("postgresql://u@h?password=hidden", "postgres://u@h"),
            ("postgres://:hidden@h/d", "postgres://h/d"),
            ("postgres:///d?host=/run/pg", "postgres:///d?host=/run/pg"),
        ] {
            let address = Address::postgres(url).unwrap();
            assert_eq!(address.without_password(), kept);
            assert_eq!(Address::postgres(kept).unwrap().to_string(), address.to_string());
        }
    }

    #[test]
    fn what_is_wrong_with_an_address_is_said_without_its_password() {
        for (url, problem) in [
            ("postgres:user:hidden@host/db", "does not begin with postgres://"),
            ("postgres://user:hid@den@host/db", "%40 for @"),
            ("postgres://user:12/hid@host/db", "%40 for @"),
            ("postgres://user:12?hid@host/db", "%40 for @"),
            ("postgres://user:12#hid@host/db", "%23"),
            ("postgres://user:hidden@host:port/db", "expected postgres://USER"),
            ("postgres://user:hidden@host/db?sslmod=verify-full", "'sslmod' is no parameter"),
            ("postgres://user:hidden@host/db?sslmode=hidden", "expected postgres://USER"),
        ] {
            let error = Address::postgres(url).unwrap_err().to_string();
            assert!(error.contains(problem) && !error.contains("hid"), "{error}");
        }
    }
}
