//! Where secret values come from: a file, standard input, an environment variable or a prompt. Never an argument.

use std::io::{self, IsTerminal, Read};
use std::path::Path;

use accord_value::{Secret, SecretBytes, SecretString};

use crate::args::PasswordFrom;
use crate::exit::Exit;
use crate::output;

/// The largest value that is read.
const LIMIT: u64 = 64 * 1024 * 1024;

/// Where one value is to come from.
pub(crate) struct From<'a> {
    /// This file; `-` is standard input.
    pub(crate) file: Option<&'a Path>,
    /// This environment variable.
    pub(crate) env: Option<&'a str>,
    /// What the prompt says, where neither is given.
    pub(crate) prompt: &'a str,
    /// Asks twice, for values that nobody can look at afterwards.
    pub(crate) confirm: bool,
    /// Never asks.
    pub(crate) no_prompt: bool,
    /// The option that a message recommends where nobody can be asked.
    pub(crate) option: &'a str,
}

/// Reads bytes as they are; a prompt's and a variable's are texts.
pub(crate) fn bytes(from: &From<'_>) -> Result<SecretBytes, Exit> {
    if let Some(file) = from.file {
        return read(file).map_err(|error| {
            output::error(&format!("cannot read {}: {error}", file.display()));
            Exit::Failed
        });
    }
    text(from).map(Secret::<String>::into_bytes)
}

/// Reads a text; one line break at its end is a file's, not the value's.
pub(crate) fn text(from: &From<'_>) -> Result<SecretString, Exit> {
    if let Some(file) = from.file {
        let bytes = bytes(from)?;
        return line(bytes).map_err(|()| {
            output::error(&format!("{} is not text", file.display()));
            Exit::Failed
        });
    }
    if let Some(name) = from.env {
        return match std::env::var(name) {
            Ok(value) => Ok(Secret::new(value)),
            Err(_) => {
                output::error(&format!("the environment variable {name} is not set, or is not text"));
                Err(Exit::Usage)
            }
        };
    }
    ask(from)
}

fn ask(from: &From<'_>) -> Result<SecretString, Exit> {
    if from.no_prompt || !io::stdin().is_terminal() {
        output::error(&format!("nobody can be asked for the {}: give it with {}", from.prompt, from.option));
        return Err(Exit::NoTerminal);
    }
    let prompt = |text: String| {
        rpassword::prompt_password(text).map(Secret::new).map_err(|error| {
            output::error(&format!("cannot read from the terminal: {error}"));
            Exit::NoTerminal
        })
    };
    let value = prompt(format!("Enter the {}: ", from.prompt))?;
    if from.confirm && !same(&value, &prompt(format!("Enter the {} again: ", from.prompt))?) {
        output::error("the two differ");
        return Err(Exit::Failed);
    }
    Ok(value)
}

#[expect(clippy::disallowed_methods, reason = "two texts that the user has just typed are compared")]
fn same(a: &SecretString, b: &SecretString) -> bool {
    a.expose() == b.expose()
}

fn line(bytes: SecretBytes) -> Result<SecretString, ()> {
    let text = bytes.into_text().map_err(|_| ())?;
    Ok(text.map(|text| {
        let text = text.strip_suffix('\n').unwrap_or(text);
        text.strip_suffix('\r').unwrap_or(text).to_owned()
    }))
}

fn read(file: &Path) -> io::Result<SecretBytes> {
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        io::stdin().lock().take(LIMIT + 1).read_to_end(&mut bytes)?;
    } else {
        let opened = std::fs::File::open(file)?;
        // Room for all of it at once: a growing buffer would leave copies behind.
        bytes.reserve(usize::try_from(opened.metadata()?.len().min(LIMIT)).unwrap_or(0) + 1);
        opened.take(LIMIT + 1).read_to_end(&mut bytes)?;
    }
    let bytes = SecretBytes::new(bytes);
    if bytes.len() as u64 > LIMIT {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("larger than {LIMIT} bytes")));
    }
    Ok(bytes)
}

/// The store password, if one of its options is given.
pub(crate) fn password(from: &PasswordFrom, no_prompt: bool, confirm: bool) -> Result<Option<SecretString>, Exit> {
    if !from.password && from.password_file.is_none() && from.password_env.is_none() {
        return Ok(None);
    }
    text(&From {
        file: from.password_file.as_deref(),
        env: from.password_env.as_deref(),
        prompt: "store password",
        confirm,
        no_prompt,
        option: "--password-file or --password-env",
    })
    .map(Some)
}

/// Asks for a text that anybody may see.
pub(crate) fn visible(prompt: &str, no_prompt: bool) -> Result<String, Exit> {
    if no_prompt || !io::stdin().is_terminal() {
        return Err(Exit::NoTerminal);
    }
    output::prompt(prompt);
    let mut line = String::new();
    io::stdin().read_line(&mut line).map_err(|_| Exit::NoTerminal)?;
    Ok(line.trim_end().to_owned())
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the tests look at what was read")]
mod tests {
    use super::*;

    fn from<'a>(file: Option<&'a Path>, env: Option<&'a str>) -> From<'a> {
        From { file, env, prompt: "value", confirm: false, no_prompt: true, option: "--file" }
    }

    #[test]
    fn files_are_bytes_and_texts_end_without_a_line_break() {
        let path = std::env::temp_dir().join(format!("accord-input-{}", std::process::id()));
        std::fs::write(&path, "a\r\n").unwrap();
        assert_eq!(bytes(&from(Some(&path), None)).unwrap().expose(), b"a\r\n");
        assert_eq!(text(&from(Some(&path), None)).unwrap().expose(), "a");
        std::fs::write(&path, [0xff, 0xfe]).unwrap();
        assert_eq!(bytes(&from(Some(&path), None)).unwrap().len(), 2);
        assert_eq!(text(&from(Some(&path), None)).unwrap_err(), Exit::Failed);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(bytes(&from(Some(&path), None)).unwrap_err(), Exit::Failed);
    }

    #[test]
    fn variables_and_nobody_to_ask() {
        assert!(!text(&from(None, Some("PATH"))).unwrap().is_empty());
        assert_eq!(text(&from(None, Some("ACCORD_NOT_SET"))).unwrap_err(), Exit::Usage);
        assert_eq!(text(&from(None, None)).unwrap_err(), Exit::NoTerminal);
    }
}
