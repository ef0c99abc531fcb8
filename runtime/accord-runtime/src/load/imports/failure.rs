//! Git's messages for people who wrote an import: what of them matters, and how to mend it.

use super::address::{Address, Transport};
use super::program::{Failure, LARGEST_PACK};

/// What to say about a failure, and the way out of it.
pub(super) struct Words {
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

/// Lines of git that tell nothing about this import.
const NOISE: &[&str] = &[
    "Please make sure you have the correct access rights",
    "and the repository exists.",
    "warning:",
    "hint:",
    "@@@@",
    "remote: Enumerating",
    "remote: Counting",
    "remote: Compressing",
    "remote: Total",
];

/// A failure in words.
pub(super) fn words(failure: &Failure, address: &Address, secret: Option<&str>) -> Words {
    let of = |message: String, hint: &str| Words { message, hint: (!hint.is_empty()).then(|| hint.to_owned()) };
    match failure {
        Failure::NoGit(error) if error.kind() == std::io::ErrorKind::NotFound => {
            of("the program 'git' is not there".to_owned(), "Install git, and check that it is found by PATH.")
        }
        Failure::NoGit(error) => of(format!("the program 'git' does not run: {error}"), ""),
        Failure::Time => {
            of("git took longer than 30 minutes".to_owned(), "Check the network, or use a smaller repository.")
        }
        Failure::TooLarge => of(
            format!("the repository has more than {} GiB", LARGEST_PACK >> 30),
            "Keep what flows share in a repository of its own.",
        ),
        Failure::Cancelled => of("cancelled".to_owned(), ""),
        Failure::Git(said) => Words { message: shortened(said), hint: hint(said, address, secret) },
    }
}

/// The lines that say what is wrong, on one.
fn shortened(said: &str) -> String {
    let lines = said.lines().filter(|line| !NOISE.iter().any(|noise| line.starts_with(noise)));
    let lines = lines.map(|line| line.strip_prefix("fatal: ").or_else(|| line.strip_prefix("error: ")).unwrap_or(line));
    let mut kept: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    kept.dedup();
    let kept: Vec<String> =
        kept.iter().take(4).map(|line| line.trim_end_matches('.').chars().take(300).collect()).collect();
    if kept.is_empty() { "git failed without a word".to_owned() } else { format!("git says: {}", kept.join("; ")) }
}

fn hint(said: &str, address: &Address, secret: Option<&str>) -> Option<String> {
    let has = |parts: &[&str]| parts.iter().any(|part| said.contains(part));
    let host = &address.host;
    let hint = if has(&["Host key verification failed", "host key is known"]) {
        let host = host.split(':').next().unwrap_or_default();
        format!(
            "The key of the host is not known or has changed: `ssh-keyscan {host}` shows it; compare it with the one \
             that the host publishes, and add it to ~/.ssh/known_hosts."
        )
    } else if has(&["Permission denied (", "Too many authentication failures", "Load key"]) {
        match secret {
            Some(name) => format!(
                "The host does not take the key of the secret {name}: add its public key there, and check the user in \
                 the address (git@…)."
            ),
            None => "Name a secret with a key pair: 'secret: {name: NAME}', made by `accord secret create NAME \
                     --key-pair --generate`."
                .to_owned(),
        }
    } else if has(&[
        "could not read Username",
        "could not read Password",
        "Authentication failed",
        "returned error: 401",
        "returned error: 403",
    ]) {
        match secret {
            Some(name) => format!("{host} does not take the user name and password of the secret {name}."),
            None => "The repository is private, or not there: name a secret with a user name and password by \
                     'secret: {name: NAME}', made by `accord secret create NAME --username USER`."
                .to_owned(),
        }
    } else if has(&[
        "Could not resolve host",
        "Connection refused",
        "Connection timed out",
        "Failed to connect",
        "unreachable",
    ]) {
        "Check the host's name and the network; a proxy is taken from https_proxy and http_proxy.".to_owned()
    } else if has(&["returned error: 30"]) {
        "The server names another address, and imports follow to none: write that one.".to_owned()
    } else if has(&["SSL certificate", "certificate verify failed", "server certificate"]) {
        "Name the file of the authority's certificate by the environment variable GIT_SSL_CAINFO.".to_owned()
    } else if has(&["dubious ownership"]) {
        "Another user owns the directory: allow it by `git config --global --add safe.directory DIRECTORY`.".to_owned()
    } else if has(&["not found", "does not exist", "does not appear to be a git repository", "not a git repository"]) {
        match (secret, address.transport) {
            (None, Transport::Https | Transport::Http | Transport::Ssh) => {
                "Check the address; for a private repository name a secret: 'secret: {name: NAME}'.".to_owned()
            }
            _ => "Check the address.".to_owned(),
        }
    } else {
        return None;
    };
    Some(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cause_has_its_way_out() {
        let web = Address::parse("https://example.com/a").unwrap();
        let ssh = Address::parse("git@example.com:a").unwrap();
        for (said, address, secret, message, part) in [
            (
                "remote: Repository not found.\nfatal: repository 'https://example.com/a/' not found",
                &web,
                None,
                "git says: remote: Repository not found; repository 'https://example.com/a/' not found",
                "private",
            ),
            (
                "Host key verification failed.\nfatal: Could not read from remote repository.",
                &ssh,
                None,
                "Host key",
                "ssh-keyscan example.com",
            ),
            ("git@example.com: Permission denied (publickey).", &ssh, Some("Default/k"), "Permission", "Default/k"),
            ("git@example.com: Permission denied (publickey).", &ssh, None, "Permission", "--key-pair"),
            (
                "fatal: could not read Username for 'https://example.com': terminal prompts disabled",
                &web,
                None,
                "Username",
                "--username",
            ),
            (
                "fatal: Authentication failed for 'https://example.com/a/'",
                &web,
                Some("Default/k"),
                "failed",
                "Default/k",
            ),
            (
                "fatal: unable to access 'x': The requested URL returned error: 301",
                &web,
                None,
                "301",
                "another address",
            ),
            ("fatal: unable to access 'x': Could not resolve host: example.com", &web, None, "resolve", "network"),
        ] {
            let words = words(&Failure::Git(said.to_owned()), address, secret);
            assert!(words.message.contains(message), "{said}: {}", words.message);
            assert!(words.hint.as_deref().unwrap_or_default().contains(part), "{said}: {:?}", words.hint);
        }
        assert_eq!(shortened(""), "git failed without a word");
    }
}
