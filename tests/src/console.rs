//! Documents whose examples are run: each ```` ```console ```` block holds commands (`$ …`, given to a shell, so that pipes
//! work as a reader types them) and what they print, standard error included. `? 3` before the output is the exit
//! code where it is not 0.

use std::path::Path;
use std::process::Command;

use fancy_regex::Regex;

use crate::binary::accord;

/// What differs from run to run, replaced by words: times, ids, the place of the run.
#[expect(clippy::expect_used, reason = "the patterns are constants of this function")]
pub fn normal(text: &str, place: &Path) -> String {
    let mut text = text.replace(&place.display().to_string(), "<place>");
    for (pattern, word) in [
        (r"(?m)^\d\d:\d\d:\d\d\.\d{3} ", "HH:MM:SS.mmm "),
        (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "<uuid>"),
        (r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?Z?", "<time>"),
        (r"\b\d+\.\d{3}s\b", "<seconds>"),
        (r"\baccord:v1:\S+", "<encrypted>"),
        (r"\bssh-ed25519 AAAA\S+", "ssh-ed25519 <key>"),
    ] {
        text = Regex::new(pattern).expect("a valid pattern").replace_all(&text, word).into_owned();
    }
    text
}

/// The document with the output of its commands as it is now. They run one after the other in `folder`, with `home`.
///
/// # Errors
/// Where no shell can be started.
pub fn run(document: &str, folder: &Path, home: &Path) -> std::io::Result<String> {
    let (mut text, mut in_block, mut skipping) = (String::new(), false, false);
    for line in document.lines() {
        let fence = line.trim_start().starts_with("```");
        if fence {
            in_block = line.trim() == "```console";
            skipping = false;
        }
        if let Some(command) = line.strip_prefix("$ ").filter(|_| in_block) {
            text.push_str(line);
            text.push('\n');
            text.push_str(&output(command, folder, home)?);
            skipping = true;
        } else if !in_block || !skipping || line.is_empty() {
            text.push_str(line);
            text.push('\n');
        }
    }
    Ok(text)
}

fn output(command: &str, folder: &Path, home: &Path) -> std::io::Result<String> {
    let bin = accord().parent().map(|p| p.display().to_string()).unwrap_or_default();
    let path = format!("{bin}:{}", std::env::var("PATH").unwrap_or_default());
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("{{ {command}; }} 2>&1")).current_dir(folder).env_clear();
    shell.envs([("LANG", "C.UTF-8"), ("TZ", "UTC"), ("NO_COLOR", "1"), ("PATH", &path)]).env("HOME", home);
    let output = shell.stdin(std::process::Stdio::null()).output()?;
    let mut text = match output.status.code() {
        Some(0) => String::new(),
        code => format!("? {}\n", code.unwrap_or(-1)),
    };
    text.push_str(&String::from_utf8_lossy(&output.stdout));
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    // an empty line would end the output where the document is read again
    Ok(text.replace("\n\n", "\n \n"))
}
