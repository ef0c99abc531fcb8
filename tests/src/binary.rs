//! Where the command under test is, and how it is called.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or_else(|| Path::new("."))
}

/// The `accord` command: `ACCORD_BIN` where it is set (as `tests/run` does), else a build of the test's own profile.
///
/// # Panics
/// Where the command cannot be built: nothing can be tested then.
pub fn accord() -> &'static Path {
    static BIN: OnceLock<PathBuf> = OnceLock::new();
    BIN.get_or_init(|| match std::env::var_os("ACCORD_BIN") {
        Some(bin) => root().join(bin),
        None => build(),
    })
}

fn build() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "-p", "accord-cli", "--message-format", "json"])
        .current_dir(root())
        .stderr(Stdio::inherit())
        .output();
    let output = match built {
        Ok(output) if output.status.success() => output,
        other => panic!("the accord command does not build: {other:?}"),
    };
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .unwrap_or_else(|| panic!("cargo names no executable of accord-cli"))
}

/// `accord` with an environment of its own: nothing of the caller's but the path, and `home` for everything it keeps.
pub fn command(home: &Path) -> Command {
    let mut command = Command::new(accord());
    command.env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.envs([("LANG", "C.UTF-8"), ("TZ", "UTC")]);
    command.env("HOME", home);
    command.stdin(Stdio::null());
    command
}
