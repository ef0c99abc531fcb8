//! What flows may see of the machine: harmless environment variables and the system properties of a Java program.

use std::sync::Arc;

/// Variables that say where and as whom the process runs, and nothing that a shell keeps tokens in.
const VARIABLES: &[&str] = &[
    "HOME", "HOSTNAME", "LANG", "LC_ALL", "LC_CTYPE", "LOGNAME", "PATH", "PWD", "SHELL", "TERM", "TMPDIR", "TZ", "USER",
];

/// An environment variable that flows may see.
pub(crate) fn variable(name: &str) -> Option<Arc<str>> {
    if !VARIABLES.contains(&name) {
        return None;
    }
    std::env::var(name).ok().map(Arc::from)
}

/// A Java system property, as a Java program on this machine would have it.
pub(crate) fn property(name: &str) -> Option<Arc<str>> {
    let value = match name {
        "file.separator" => "/".into(),
        "path.separator" => ":".into(),
        "line.separator" => "\n".into(),
        "file.encoding" | "native.encoding" | "stdout.encoding" => "UTF-8".into(),
        "java.io.tmpdir" => std::env::temp_dir().display().to_string(),
        "java.version" => "17.0.0".into(),
        "java.specification.version" | "java.vm.specification.version" => "17".into(),
        "os.name" if cfg!(target_os = "macos") => "Mac OS X".into(),
        "os.name" => "Linux".into(),
        "os.arch" if cfg!(target_arch = "x86_64") => "amd64".into(),
        "os.arch" => std::env::consts::ARCH.into(),
        "os.version" => rustix::system::uname().release().to_string_lossy().into_owned(),
        "user.dir" => std::env::current_dir().ok()?.display().to_string(),
        "user.home" => std::env::var("HOME").ok()?,
        "user.name" => std::env::var("USER").or_else(|_| std::env::var("LOGNAME")).ok()?,
        _ => return None,
    };
    Some(value.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flows_see_nothing_that_may_hold_a_token() {
        assert!(variable("PATH").is_some());
        assert!(variable("CARGO_MANIFEST_DIR").is_none(), "it is set in tests, and not ours to show");
        assert_eq!(property("line.separator").as_deref(), Some("\n"));
        assert_eq!(property("nope"), None);
    }
}
