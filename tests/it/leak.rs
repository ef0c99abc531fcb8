//! No secret leaves: random secrets of every kind through every door, then a search of all that was written.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use accord_tests::binary;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// An installation with its secrets, in a folder that holds everything that it can write to.
struct Installation {
    folder: tempfile::TempDir,
    /// The plain values: what must not be found.
    secrets: Vec<Vec<u8>>,
}

impl Installation {
    fn new() -> Installation {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["home", "tmp", "runtime", "flow"] {
            fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        Installation { folder, secrets: Vec::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = binary::command(&self.path("home"));
        command.env("TMPDIR", self.path("tmp")).env("XDG_RUNTIME_DIR", self.path("runtime"));
        command.args(args).current_dir(self.path("flow"));
        command
    }

    fn accord(&self, args: &[&str], input: &str) -> Output {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the command starts");
        child.stdin.take().expect("its input").write_all(input.as_bytes()).expect("its input is read");
        child.wait_with_output().expect("the command ends")
    }

    fn done(&self, args: &[&str], input: &str) -> Output {
        let output = self.accord(args, input);
        let shown = [&output.stdout[..], &output.stderr].concat();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&shown));
        output
    }

    /// A random value that looks different once it is written as JSON, in a URL or in base64.
    fn random(&mut self) -> String {
        let mut bytes = [0_u8; 18];
        fs::File::open("/dev/urandom").and_then(|mut f| f.read_exact(&mut bytes)).expect("random bytes");
        let value = format!("{}\"<&\\ä/{}", STANDARD.encode(&bytes[..9]), STANDARD.encode(&bytes[9..]));
        self.secrets.push(value.clone().into_bytes());
        value
    }

    /// One secret of each kind, with and without a store password and a project.
    fn with_all_kinds(mut self) -> Installation {
        self.done(&["project", "create", "shop"], "");
        let (text, scoped, locked, password, login) =
            (self.random(), self.random(), self.random(), "Str0ngEnough", self.random());
        let lines = format!("{}\n{}\n", self.random(), self.random());
        self.done(&["secret", "create", "text", "--file", "-"], &text);
        self.done(&["secret", "create", "scoped", "--file", "-", "--project", "shop"], &scoped);
        fs::write(self.path("tmp/password"), password).expect("a file");
        let password_file = self.path("tmp/password").display().to_string();
        self.done(&["secret", "create", "locked", "--file", "-", "--password-file", &password_file], &locked);
        fs::remove_file(self.path("tmp/password")).expect("a file");
        self.done(&["secret", "create", "lines", "--file", "-"], &lines);
        let mut create = self.command(&["secret", "create", "login", "--username", "ada", "--value-env", "LOGIN"]);
        assert!(create.env("LOGIN", &login).output().expect("the command ends").status.success());
        self.done(&["secret", "create", "key", "--key-pair", "--generate"], "");
        let key = self.done(&["secret", "export", "key", "--output", "../exported-key"], "");
        assert!(key.status.success());
        let private = fs::read_to_string(self.path("exported-key")).expect("the private key");
        fs::remove_file(self.path("exported-key")).expect("a file");
        let body = private.lines().filter(|l| !l.starts_with("-----")).map(str::to_string);
        self.secrets.extend(body.filter(|l| l.len() > 40).map(String::into_bytes));
        let sealed = self.random();
        let encrypted = self.done(&["secret", "encrypt", "--project", "shop", "--file", "-"], &sealed);
        fs::write(self.path("flow/encrypted.txt"), encrypted.stdout).expect("a file");
        self
    }

    /// What must not be found: each value plain, in base64 at each offset, for URLs and in JSON.
    fn forms(&self) -> Vec<Vec<u8>> {
        let mut forms = Vec::new();
        for secret in &self.secrets {
            forms.push(secret.clone());
            for offset in 0..3 {
                let padded = [&vec![b'x'; offset][..], secret].concat();
                let encoded = STANDARD.encode(padded).into_bytes();
                // edges depend on what stands around
                let from = [0, 2, 3][offset];
                forms.push(encoded[from..encoded.len() - 4].to_vec());
            }
            let url: String = secret
                .iter()
                .map(|b| if b.is_ascii_alphanumeric() { char::from(*b).to_string() } else { format!("%{b:02X}") })
                .collect();
            forms.push(url.clone().into_bytes());
            forms.push(url.to_lowercase().into_bytes());
            if let Ok(text) = std::str::from_utf8(secret) {
                let json = serde_json::to_string(text).expect("JSON");
                forms.push(json.trim_matches('"').as_bytes().to_vec());
            }
        }
        forms
    }

    /// Every file that lies in the installation's folder, and where a secret is in it.
    fn found_in_files(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut open = vec![self.folder.path().to_path_buf()];
        while let Some(folder) = open.pop() {
            for path in fs::read_dir(folder).expect("a folder").flatten().map(|e| e.path()) {
                if path.is_dir() && !path.is_symlink() {
                    open.push(path);
                } else if let Ok(bytes) = fs::read(&path) {
                    found.extend(self.found_in(&bytes, &path.display().to_string()));
                }
            }
        }
        found
    }

    fn found_in(&self, bytes: &[u8], what: &str) -> Vec<String> {
        let has = |form: &[u8]| bytes.windows(form.len()).any(|w| w == form);
        self.forms().iter().filter(|f| has(f)).map(|f| format!("{} in {what}", String::from_utf8_lossy(f))).collect()
    }
}

/// Exports everything, shows it in every way a flow can, and fails with it.
const EVERY_DOOR: &str = r#"
flows:
  default:
    - set:
        text: ${crypto.exportAsString('Default', 'text', null)}
        scoped: ${crypto.exportAsString('Default', 'scoped', null)}
        locked: ${crypto.exportAsString('Default', 'locked', 'Str0ngEnough')}
        lines: ${crypto.exportAsString('Default', 'lines', null)}
        login: ${crypto.exportCredentials('Default', 'login', null)}
        file: ${crypto.exportAsFile('Default', 'text', null)}
        placed: ${crypto.exportAsFile('my/dir', 'Default', 'lines', null)}
        key: ${crypto.exportKeyAsFile('Default', 'key', null)}
        opened: ${crypto.decryptString(resource.asString('encrypted.txt').trim())}
    - log: "${text} ${scoped} ${locked} ${lines} ${login} ${opened}"
    - log: "${resource.asString(file)} ${resource.asString(placed)} ${resource.asString(key.private)}"
    - log: {all: ["${text}", {deep: "${login}"}]}
    - logYaml: {all: ["${text}", {deep: "${login}"}]}
    - log: "${[text, lines].toString()} ${resource.prettyPrintJson(login)}"
    - name: "segment ${text}"
      log: "${base64.encode(text)} ${base64.encode('x' += text)}"
    - set: {copy: {of: "${text}"}}
    - log: "${allVariables()}"
    - try:
        - throw: "thrown ${text} ${locked}"
      error:
        - log: "${lastError} ${lastError.message}"
    - try:
        - throw: {payload: "${scoped}"}
      error:
        - log: "${lastError.cause.payload}"
    - try:
        - log: "${crypto.exportAsString('Default', 'locked', text)}"
      error:
        - log: "${lastError.message}"
    - try:
        - parallel:
            - throw: "one ${lines}"
            - throw: "two ${opened}"
      error:
        - log: "${lastError.message}"
    - call: ${text}
      error:
        - log: "${lastError.message}"
    - throw: "the end of ${text}"
"#;

#[test]
fn no_secret_is_found_in_anything_that_was_written() {
    for format in ["text", "json"] {
        let installation = Installation::new().with_all_kinds();
        fs::write(installation.path("flow/concord.yml"), EVERY_DOOR).expect("a flow");
        let args =
            ["run", "-vvv", "--org", "Default", "--project", "shop", "--log-format", format, "--out", "out.json"];
        let output = installation.accord(&args, "");
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(1), "{stdout}\n{}", String::from_utf8_lossy(&output.stderr));
        assert!(stdout.contains("******") && stdout.contains("the end of"), "the flow ran to its end: {stdout}");
        let mut found = installation.found_in(&output.stdout, "stdout");
        found.extend(installation.found_in(&output.stderr, "stderr"));
        found.extend(installation.found_in_files());
        assert!(found.is_empty(), "{format}:\n{}", found.join("\n"));
    }
}

/// A suspended process keeps what it knows in a sealed state, and none of its exported files.
#[test]
fn a_saved_state_is_sealed() {
    let installation = Installation::new().with_all_kinds();
    let flow = r#"
flows:
  default:
    - set:
        text: ${crypto.exportAsString('Default', 'text', null)}
        all: ["${crypto.exportAsString('Default', 'scoped', null)}", {login: "${crypto.exportCredentials('Default', 'login', null)}"}]
        file: ${crypto.exportAsFile('Default', 'lines', null)}
        key: ${crypto.exportKeyAsFile('Default', 'key', null)}
    - set: {derived: "${text.toUpperCase()}"}
    - suspend: go
    - log: "again ${text} ${all} ${derived}"
"#;
    fs::write(installation.path("flow/concord.yml"), flow).expect("a flow");
    let output = installation.accord(&["run", "--org", "Default", "--project", "shop"], "");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(20), "{stderr}");
    let found = installation.found_in_files();
    assert!(found.is_empty(), "while it is suspended:\n{}", found.join("\n"));

    let output = installation.done(&["resume", "--event", "go"], "");
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(stdout.contains("again ******"), "{stdout}");
    let mut found = installation.found_in(&output.stdout, "stdout");
    found.extend(installation.found_in_files());
    assert!(found.is_empty(), "after the resume:\n{}", found.join("\n"));
}

#[test]
fn exported_files_are_private_and_swept_after_a_kill() {
    let installation = Installation::new().with_all_kinds();
    let flow = r#"
flows:
  default:
    - set:
        file: ${crypto.exportAsFile('Default', 'text', null)}
        placed: ${crypto.exportAsFile('my/dir', 'Default', 'lines', null)}
        key: ${crypto.exportKeyAsFile('Default', 'key', null)}
    - log: "exported ${file} ${placed} ${key.private}"
    - ${sleep.ms(60000)}
"#;
    fs::write(installation.path("flow/concord.yml"), flow).expect("a flow");
    let mut child = installation.command(&["run"]).stdout(Stdio::piped()).spawn().expect("the command starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let line = lines.find_map(|l| l.ok().filter(|l| l.contains("exported "))).expect("the flow exports");
    let names: Vec<String> =
        line.split("exported ").nth(1).unwrap_or_default().split_whitespace().map(str::to_string).collect();
    assert_eq!(names.len(), 3, "{line}");
    for name in &names {
        let path = installation.path("flow/target").join(name);
        let real = path.canonicalize().unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert_eq!(mode(&real), 0o600, "{}", real.display());
        assert_eq!(mode(real.parent().expect("its folder")), 0o700, "{}", real.display());
    }
    assert!(!installation.found_in_files().is_empty(), "the files are there while the process runs");
    child.kill().expect("the process can be killed");
    child.wait().expect("the process ends");

    fs::create_dir(installation.path("other")).expect("a folder");
    fs::write(installation.path("other/concord.yml"), "flows: {default: [{log: \"hello\"}]}\n").expect("a flow");
    installation.done(&["run", "../other"], "");
    let found = installation.found_in_files();
    assert!(found.is_empty(), "after the next start:\n{}", found.join("\n"));
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

/// Each derivation of a secret `s` with a line of text made of it, and what must not be readable of it.
const DERIVATIONS: &[(&str, &str, &str)] = &[
    ("upper case", "${s.toUpperCase()}", "HUNTER-TWO-SECRET"),
    ("substring", "${s.substring(0, 10)}", "hunter-two"),
    ("replace", "${s.replace('-', '_')}", "hunter_two_secret"),
    ("split and join", "${String.join('+', [s.split('-')[0], s.split('-')[1]])}", "hunter+two"),
    ("one line of several", "${lines.split('\\\\n')[1]}", "second-line-of-it"),
    ("format", "${String.format('%s|%20s', s, s)}", "hunter-two-secret"),
    ("base64", "${base64.encode(s)}", "aHVudGVyLXR3by1zZWNyZXQ"),
    ("a map's text form", "${{'k': s.toUpperCase()}.toString()}", "HUNTER-TWO-SECRET"),
    ("a lambda's result", "${(x -> x.concat('!').toUpperCase())(s)}", "HUNTER-TWO-SECRET"),
];

#[test]
fn what_is_derived_from_a_secret_is_masked() {
    let mut installation = Installation::new();
    installation.done(&["secret", "create", "derived", "--file", "-"], "hunter-two-secret");
    installation.done(&["secret", "create", "lines", "--file", "-"], "first-line-of-it\nsecond-line-of-it\n");
    installation.secrets = vec![b"hunter-two-secret".to_vec()];
    let mut flow = String::from(
        "flows:\n  default:\n    - set:\n        s: ${crypto.exportAsString('Default', 'derived', null)}\n        lines: ${crypto.exportAsString('Default', 'lines', null)}\n",
    );
    for (i, (_, expression, _)) in DERIVATIONS.iter().enumerate() {
        flow.push_str(&format!("    - log: |-\n        [{i}] {expression} end\n"));
    }
    flow.push_str(
        r#"
    - try:
        - throw: "${s.toUpperCase()}"
      error:
        - log: "[thrown] ${lastError.message}"
    - call: failing
      in: {reason: "${s.toUpperCase()}"}
      retry: {times: 1, delay: 0}
      error:
        - log: "[retried]"
    - try:
        - log: "${crypto.exportAsString('Default', 'derived', 'literal-Passw0rd')}"
        - log: "${crypto.exportAsString('Default', 'nowhere', 'literal-Passw0rd')}"
      error:
        - log: "[password] ${lastError.message}"
  failing:
    - throw: "failed: ${reason}"
"#,
    );
    fs::write(installation.path("flow/concord.yml"), flow).expect("a flow");
    let output = installation.done(&["run"], "");
    let shown = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    for (i, (what, _, readable)) in DERIVATIONS.iter().enumerate() {
        let line = shown.lines().find(|l| l.contains(&format!("[{i}] "))).unwrap_or_else(|| panic!("{what}: {shown}"));
        assert!(line.contains("******") && line.ends_with("end"), "{what}: {line}");
        assert!(!shown.contains(readable), "{what}: {shown}");
    }
    for mark in ["[thrown] ******", "Waiting for 0ms before retry", "[retried]", "[password] "] {
        assert!(shown.contains(mark), "{mark} is missing: {shown}");
    }
    for readable in ["HUNTER", "hunter", "literal-Passw0rd"] {
        assert!(!shown.contains(readable), "{readable}: {shown}");
    }
}
