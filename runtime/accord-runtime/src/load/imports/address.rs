//! Where a repository is: which addresses are taken, and what of them may be shown.
//!
//! An address reaches the program `git` as an argument that all users of a machine can see, so that user names and
//! passwords in it are taken out first. Nothing that `git` would take for an option or for a command passes.

use accord_value::SecretString;

/// How a repository is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    Https,
    Http,
    Ssh,
    /// A directory of this machine.
    File,
}

impl Transport {
    /// The transports that git may use for it: a redirect leads to no other.
    pub(super) const fn allowed(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Http => "http:https",
            Self::Ssh => "ssh",
            Self::File => "file",
        }
    }
}

/// The address of a repository.
#[derive(Debug)]
pub(super) struct Address {
    /// What git is given and people are shown: no password stands in it.
    pub(super) url: String,
    pub(super) transport: Transport,
    /// Host and port, as they are written.
    pub(super) host: String,
    /// The user name and the password that the address held, decoded.
    pub(super) user: Option<(SecretString, SecretString)>,
}

/// Why something is no address; nothing of it is quoted that may be secret.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) message: String,
    pub(super) hint: &'static str,
}

const KINDS: &str = "Write https://HOST/PATH, ssh://HOST/PATH, git@HOST:PATH or file:///PATH.";

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// Where it is of another kind, or git could take it for something else.
    pub(super) fn parse(text: &str) -> Result<Self, Refused> {
        let text = text.trim();
        if text.is_empty() {
            return Err(refused("the address is empty", KINDS));
        }
        if text.starts_with('-') {
            return Err(refused("an address does not begin with '-'", KINDS));
        }
        let helper = text.split("::").next().filter(|helper| helper.len() < text.len());
        if let Some(helper) = helper.filter(|helper| helper.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')) {
            return Err(refused(
                &format!("addresses that begin with '{helper}' and two colons run commands and are not taken"),
                KINDS,
            ));
        }
        if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(refused("an address has no blanks and no control characters", KINDS));
        }
        if let Some((scheme, rest)) = text.split_once("://") {
            return Self::with_scheme(scheme, rest);
        }
        if let Some((host, path)) = text.split_once(':').filter(|(host, _)| !host.contains('/')) {
            return Self::like_scp(host, path);
        }
        if !text.starts_with('/') {
            return Err(refused(
                "a repository on this machine is named by its absolute path",
                "Write file:///PATH, or import a directory of the project with 'dir'.",
            ));
        }
        let url = text.to_owned();
        Ok(Self { url, transport: Transport::File, host: String::new(), user: None })
    }

    fn with_scheme(scheme: &str, rest: &str) -> Result<Self, Refused> {
        let scheme = scheme.to_ascii_lowercase();
        let transport = match scheme.as_str() {
            "https" => Transport::Https,
            "http" => Transport::Http,
            "ssh" => Transport::Ssh,
            "file" => Transport::File,
            _ => {
                let shown: String = scheme.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
                return Err(refused(&format!("addresses of the kind '{shown}' are not taken"), KINDS));
            }
        };
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        check_host(host)?;
        match transport {
            Transport::File if !authority.is_empty() || path.is_empty() => {
                Err(refused("a repository on this machine is named by its absolute path", "Write file:///PATH."))
            }
            Transport::File => Ok(Self { url: format!("file://{path}"), transport, host: String::new(), user: None }),
            _ if host.is_empty() => Err(refused("the address names no host", KINDS)),
            Transport::Ssh => {
                // A password has no use there, and would be seen.
                let name = user.map(|user| user.split(':').next().unwrap_or_default()).filter(|name| !name.is_empty());
                check_host(name.unwrap_or_default())?;
                let at = name.map(|name| format!("{name}@")).unwrap_or_default();
                let user = user
                    .and_then(|user| user.split_once(':'))
                    .map(|(name, password)| (decoded(name), decoded(password)));
                Ok(Self { url: format!("ssh://{at}{host}{path}"), transport, host: host.to_owned(), user })
            }
            Transport::Https | Transport::Http => {
                let user = user.filter(|user| !user.is_empty()).map(|user| match user.split_once(':') {
                    Some((name, password)) => (decoded(name), decoded(password)),
                    None => (decoded(user), SecretString::new(String::new())),
                });
                Ok(Self { url: format!("{scheme}://{host}{path}"), transport, host: host.to_owned(), user })
            }
        }
    }

    /// `git@github.com:org/name.git`.
    fn like_scp(host: &str, path: &str) -> Result<Self, Refused> {
        let name = host.rsplit_once('@').map_or(host, |(_, name)| name);
        check_host(host)?;
        check_host(name)?;
        if name.is_empty() || path.is_empty() {
            return Err(refused("the address names no host or no path", KINDS));
        }
        Ok(Self { url: format!("{host}:{path}"), transport: Transport::Ssh, host: name.to_owned(), user: None })
    }

    /// The name of the repository, of characters that a file's name may have.
    pub(super) fn name(&self) -> String {
        let last = self.url.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
        let last = last.strip_suffix(".git").unwrap_or(last);
        last.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).take(40).collect()
    }

    /// Whether the address leads to this machine.
    pub(super) fn is_loopback(&self) -> bool {
        let host = self.host.strip_prefix('[').map_or_else(
            || self.host.split(':').next().unwrap_or_default(),
            |rest| rest.split(']').next().unwrap_or_default(),
        );
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

/// A repository's address from its `name` and where such repositories are: `https://github.com` and `org/name`.
pub(super) fn expand(source: &str, name: &str) -> String {
    let joint = if source.ends_with(['/', ':']) { "" } else { "/" };
    format!("{source}{joint}{}", name.trim_start_matches('/'))
}

fn check_host(host: &str) -> Result<(), Refused> {
    if host.starts_with('-') {
        return Err(refused("neither a host nor a user begins with '-'", KINDS));
    }
    Ok(())
}

fn refused(message: &str, hint: &'static str) -> Refused {
    Refused { message: message.to_owned(), hint }
}

/// The text with `%XX` resolved.
fn decoded(text: &str) -> SecretString {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = (*first == b'%').then(|| after.get(..2)).flatten().and_then(|two| std::str::from_utf8(two).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    SecretString::new(String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned()))
}

/// The text with everything but letters, digits and `-._~` as `%XX`, for an address.
pub(super) fn encoded(text: &str, into: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            into.push(char::from(byte));
        } else {
            into.push('%');
            for half in [byte >> 4, byte & 15] {
                into.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_kinds_are_taken() {
        for (text, url, transport, host) in [
            ("https://example.com/a/b.git", "https://example.com/a/b.git", Transport::Https, "example.com"),
            ("HTTP://example.com:80/a", "http://example.com:80/a", Transport::Http, "example.com:80"),
            ("ssh://git@example.com:2222/a", "ssh://git@example.com:2222/a", Transport::Ssh, "example.com:2222"),
            ("git@example.com:a/b.git", "git@example.com:a/b.git", Transport::Ssh, "example.com"),
            ("host:a", "host:a", Transport::Ssh, "host"),
            (" /srv/a ", "/srv/a", Transport::File, ""),
            ("file:///srv/a", "file:///srv/a", Transport::File, ""),
        ] {
            let address = Address::parse(text).unwrap();
            assert_eq!((address.url.as_str(), address.transport, address.host.as_str()), (url, transport, host));
            assert!(address.user.is_none(), "{text}");
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the values are the test's own")]
    fn nobody_stands_in_an_address() {
        for (text, url, name, password) in [
            ("https://me:p%40ss@h/a", "https://h/a", "me", "p@ss"),
            ("https://token@h/a", "https://h/a", "token", ""),
            ("https://me:a@b@h/a", "https://h/a", "me", "a@b"),
            ("ssh://git:pw@h/a", "ssh://git@h/a", "git", "pw"),
        ] {
            let address = Address::parse(text).unwrap();
            let (found, word) = address.user.as_ref().unwrap();
            assert_eq!((address.url.as_str(), found.expose().as_str(), word.expose().as_str()), (url, name, password));
        }
    }

    #[test]
    fn what_git_could_take_for_something_else_is_refused() {
        for text in [
            "",
            "-u/bin/sh",
            "--upload-pack=x",
            "ext::sh -c id",
            "ext::sh",
            "fd::7",
            "git://example.com/a",
            "https://",
            "ssh://-oProxyCommand=x/a",
            "ssh://-x@h/a",
            "-x@host:a",
            "git@-oProxyCommand=x:a",
            "a\nb",
            "https://h/a b",
            "../other",
            "other",
            "host:",
            "file://host/a",
            "javascript://x",
        ] {
            assert!(Address::parse(text).is_err(), "{text:?}");
        }
        let message = Address::parse("ftp://me:hunter2@h/a").unwrap_err().message;
        assert!(message.contains("'ftp'") && !message.contains("hunter2"), "{message}");
    }

    #[test]
    fn names_are_expanded() {
        for (source, url) in [
            ("https://github.com", "https://github.com/a/b"),
            ("https://github.com/", "https://github.com/a/b"),
            ("git@host:", "git@host:a/b"),
        ] {
            assert_eq!(expand(source, "a/b"), url);
        }
        assert_eq!(Address::parse("https://h/org/my.repo.git/").unwrap().name(), "myrepo");
        assert!(Address::parse("http://[::1]:80/a").unwrap().is_loopback());
        assert!(!Address::parse("http://10.0.0.1/a").unwrap().is_loopback());
    }
}
