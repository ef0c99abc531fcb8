//! Imports: real repositories, made on the spot, reached as files, over HTTP with a password and through `ssh`; and the
//! secrets that open them, searched for in everything that was written.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use accord_tests::binary;
use accord_tests::git_server::GitServer;

const PASSWORD: &str = "pa/ss:w@rd-Zq7%41x";

/// A folder with a home, a project and the repositories that it imports.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["home", "runtime", "project", "tmp"] {
            fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        Place { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file below the place.
    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// The project, which imports by `imports` and calls the flow `shared`.
    fn project(&self, imports: &str) {
        self.write("project/concord.yml", &format!("imports:\n{imports}\nflows:\n  default:\n    - call: shared\n"));
    }

    /// Git's answer in `repositories/NAME`.
    fn git(&self, name: &str, args: &[&str]) -> String {
        let mut command = Command::new("git");
        command.current_dir(self.path(&format!("repositories/{name}"))).args(args).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", self.path("tmp"));
        command.envs([("GIT_AUTHOR_NAME", "a"), ("GIT_AUTHOR_EMAIL", "a@b"), ("GIT_COMMITTER_NAME", "a")]);
        command.envs([("GIT_COMMITTER_EMAIL", "a@b"), ("GIT_CONFIG_NOSYSTEM", "1")]);
        let output = command.output().expect("git");
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// A new repository with a first commit of these files; answers its hash.
    fn repository(&self, name: &str, files: &[(&str, &str)]) -> String {
        fs::create_dir_all(self.path(&format!("repositories/{name}"))).expect("a folder");
        self.git(name, &["init", "--quiet", "--initial-branch=master"]);
        self.commit(name, files)
    }

    fn commit(&self, name: &str, files: &[(&str, &str)]) -> String {
        for (file, text) in files {
            self.write(&format!("repositories/{name}/{file}"), text);
        }
        self.git(name, &["add", "--all"]);
        self.git(name, &["commit", "--quiet", "--message=x"]);
        self.git(name, &["rev-parse", "HEAD"])
    }

    fn url(&self, name: &str) -> String {
        format!("file://{}", self.path(&format!("repositories/{name}")).display())
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = binary::command(&self.path("home"));
        command.env("XDG_RUNTIME_DIR", self.path("runtime")).env("TMPDIR", self.path("tmp"));
        command.args(args).current_dir(self.folder.path());
        command
    }

    fn run(&self, more: &[&str]) -> Output {
        self.command(&[&["run", "project"], more].concat()).output().expect("the command ends")
    }

    /// The log of a run that ends well, without its times.
    fn log(&self, more: &[&str]) -> Vec<String> {
        let output = self.run(more);
        assert!(output.status.success(), "{}", text(&output));
        let log = String::from_utf8_lossy(&output.stdout).into_owned();
        log.lines().map(|line| line.split_once("] ").map_or(line, |(_, message)| message).to_owned()).collect()
    }

    /// What is said where the project does not load.
    fn refused(&self, more: &[&str]) -> String {
        let output = self.run(more);
        assert_eq!(output.status.code(), Some(3), "{}", text(&output));
        text(&output)
    }

    fn secret(&self, args: &[&str], value: &str) {
        let mut command = self.command(&[&["secret", "create"], args].concat());
        let output = command.env("VALUE", value).output().expect("the command ends");
        assert!(output.status.success(), "{}", text(&output));
    }

    fn target(&self, name: &str) -> PathBuf {
        self.path("project/target").join(name)
    }
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn flow(says: &str) -> String {
    format!("flows:\n  shared:\n    - log: \"{says}\"\n")
}

/// All files below a folder, links not followed.
fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => files(&entry.path(), found),
            Ok(kind) if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
}

/// Nothing that the command wrote holds the text.
fn assert_nowhere(place: &Path, secret: &str) {
    let mut found = Vec::new();
    for dir in ["home", "project", "runtime", "tmp"] {
        files(&place.join(dir), &mut found);
    }
    assert!(found.len() > 5, "{found:?}");
    for file in found {
        let bytes = fs::read(&file).unwrap_or_default();
        let holds = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!holds, "{} holds the secret", file.display());
    }
}

#[test]
fn a_repository_is_imported_below_concord() {
    let place = Place::new();
    place.repository(
        "shared",
        &[("a.concord.yml", &flow("shared")), ("docs/x.md", "x"), ("run.sh", "x"), (".gitignore", "*.log\n")],
    );
    place.project(&format!("  - git: {{url: '{}'}}", place.url("shared")));
    assert_eq!(place.log(&[]), ["shared"]);
    assert!(place.target("concord/docs/x.md").is_file() && place.target("concord/.gitignore").is_file());
    assert!(!place.target("concord/.git").exists());
    let mode = |name: &str| fs::metadata(place.target(name)).expect("a file").permissions().mode() & 0o777;
    assert_eq!((mode("concord/run.sh"), mode("concord")), (0o600, 0o700));
}

#[test]
fn path_dest_and_exclude_choose_what_goes_where() {
    let place = Place::new();
    let content = [
        ("flows/one/a.concord.yml", flow("from a path")),
        ("flows/one/docs/x.txt", "x".into()),
        ("flows/one/notes.md", "x".into()),
        ("b.concord.yml", flow("from the top")),
    ];
    place.repository("shared", &content.each_ref().map(|(name, text)| (*name, text.as_str())));
    place.project(&format!(
        "  - git:\n      url: '{}'\n      path: /flows/one/\n      dest: concord/imported\n      exclude: ['docs', '.*\\.md']",
        place.url("shared")
    ));
    assert_eq!(place.log(&[]), ["from a path"]);
    let mut found = Vec::new();
    files(&place.target("concord"), &mut found);
    assert_eq!(found, [place.target("concord/imported/a.concord.yml")]);
}

#[test]
fn branches_tags_and_commits_are_found() {
    let place = Place::new();
    let first = place.repository("shared", &[("a.concord.yml", &flow("first"))]);
    place.git("shared", &["tag", "v1"]);
    place.commit("shared", &[("a.concord.yml", &flow("second"))]);
    place.git("shared", &["tag", "--annotate", "v2", "--message=x"]);
    place.git("shared", &["checkout", "--quiet", "-b", "feature/x"]);
    place.commit("shared", &[("a.concord.yml", &flow("third"))]);
    place.git("shared", &["branch", "v1"]);
    place.git("shared", &["checkout", "--quiet", "master"]);
    place.commit("shared", &[("a.concord.yml", &flow("fourth"))]);
    let url = place.url("shared");
    for (version, says) in [
        ("v2", "second"),
        ("feature/x", "third"),
        ("v1", "third"),
        ("refs/tags/v1", "first"),
        (&*first, "first"),
        (&first[..10], "first"),
        ("master", "fourth"),
    ] {
        place.project(&format!("  - git: {{url: '{url}', version: '{version}'}}"));
        assert_eq!(place.log(&[]), [says], "{version}, from the cache");
        assert_eq!(place.log(&["--repo-cache-dir", "tmp/cache"]), [says], "{version}");
        fs::remove_dir_all(place.path("tmp/cache")).expect("the cache");
    }
    place.project(&format!("  - git: {{url: '{url}'}}"));
    assert_eq!(place.log(&["--default-import-version", "v2"]), ["second"]);
    place.project(&format!("  - git: {{url: '{url}', version: feature/y}}"));
    let said = place.refused(&[]);
    assert!(said.contains("there is no branch, tag or commit 'feature/y'"), "{said}");
    assert!(said.contains("Did you mean 'feature/x'? There are: feature/x, master, v1"), "{said}");
    assert!(said.contains("concord.yml:2:"), "{said}");
}

#[test]
fn a_name_is_looked_for_at_the_source() {
    let place = Place::new();
    place.repository("org/shared", &[("a.concord.yml", &flow("by name"))]);
    place.git("org/shared", &["branch", "--move", "trunk"]);
    place.project("  - git: {name: org/shared}");
    let source = format!("file://{}", place.path("repositories").display());
    let output = place.run(&["--imports-source", &source]);
    assert!(text(&output).contains("by name"), "{}", text(&output));
    assert!(text(&output).contains("has no branch 'master'"), "{}", text(&output));
    assert!(text(&output).contains("version: trunk"), "{}", text(&output));
}

#[test]
fn the_cache_follows_the_repository_and_is_mended() {
    let place = Place::new();
    place.repository("shared", &[("a.concord.yml", &flow("old"))]);
    place.project(&format!("  - git: {{url: '{}'}}", place.url("shared")));
    let cache = ["--repo-cache-dir", "cache"];
    assert_eq!(place.log(&cache), ["old"]);
    place.commit("shared", &[("a.concord.yml", &flow("new"))]);
    assert_eq!(place.log(&cache), ["new"]);
    let mut found = Vec::new();
    files(&place.path("cache"), &mut found);
    for damage in [".pack", "HEAD", ".idx"] {
        for file in found.iter().filter(|file| file.to_string_lossy().ends_with(damage)) {
            let _ = fs::set_permissions(file, fs::Permissions::from_mode(0o600));
            let _ = fs::write(file, "damaged");
        }
        assert_eq!(place.log(&cache), ["new"], "{damage}");
    }
    let entry = fs::read_dir(place.path("cache")).expect("the cache").flatten().next().expect("an entry").path();
    fs::write(entry.join("repository.git/shallow.lock"), "").expect("a lock that a killed run left");
    place.commit("shared", &[("a.concord.yml", &flow("newer"))]);
    assert_eq!(place.log(&cache), ["newer"]);
}

#[test]
fn two_runs_share_the_cache() {
    let place = Place::new();
    place.repository("shared", &[("a.concord.yml", &flow("shared"))]);
    place.project(&format!("  - git: {{url: '{}'}}", place.url("shared")));
    let running: Vec<_> = (0..4)
        .map(|number| {
            let target = place.path(&format!("tmp/target-{number}")).display().to_string();
            let mut command = place.command(&["run", "project", "--target-dir", &target]);
            command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
            command.spawn().expect("the command starts")
        })
        .collect();
    for child in running {
        let output = child.wait_with_output().expect("the command ends");
        assert!(output.status.success(), "{}", text(&output));
    }
}

#[test]
fn later_imports_overwrite_earlier_ones() {
    let place = Place::new();
    place.repository("one", &[("a.concord.yml", &flow("one")), ("d/x", "one")]);
    place.repository("two", &[("a.concord.yml", &flow("two"))]);
    place.write("project/lib/a.concord.yml", &flow("dir"));
    let [one, two] = ["one", "two"].map(|name| format!("  - git: {{url: '{}'}}\n", place.url(name)));
    let dir = "  - dir: {src: lib, dest: concord}\n";
    for (imports, says) in [([&*one, &two, dir], "dir"), ([dir, &*two, &one], "one"), ([dir, &*one, &two], "two")] {
        place.project(&imports.concat());
        assert_eq!(place.log(&["--clean"]), [says]);
    }
}

#[test]
fn a_user_and_a_password_open_a_repository_and_stay_unseen() {
    let place = Place::new();
    place.repository("private", &[("a.concord.yml", &flow("private"))]);
    let server = GitServer::start(&place.path("repositories"), "ada", PASSWORD).expect("a server");
    let url = server.url("private");
    place.secret(&["login", "--username", "ada", "--value-env", "VALUE"], PASSWORD);
    place.secret(&["wrong", "--username", "ada", "--value-env", "VALUE"], "not-the-password-1");

    // A program named `git` notes how it is called: that is looked through with everything else.
    let real = Command::new("sh").args(["-c", "command -v git"]).output().expect("git").stdout;
    let real = String::from_utf8_lossy(&real).trim().to_owned();
    place.write(
        "bin/git",
        &format!("#!/bin/sh\necho \"$@\" >> \"$HOME/calls\"\nenv >> \"$HOME/calls\"\nexec {real} \"$@\"\n"),
    );
    fs::set_permissions(place.path("bin/git"), fs::Permissions::from_mode(0o755)).expect("a program");
    place.project(&format!("  - git: {{url: '{url}', secret: {{name: login}}}}"));
    let mut command = place.command(&["run", "project"]);
    command.env("PATH", format!("{}:{}", place.path("bin").display(), std::env::var("PATH").unwrap_or_default()));
    let output = command.output().expect("the command ends");
    assert!(output.status.success() && text(&output).contains("private"), "{}", text(&output));
    let calls = fs::read_to_string(place.path("home/calls")).expect("the calls");
    assert!(calls.contains("credential.helper=store --file=") && calls.contains("fetch"), "{calls}");
    assert!(calls.contains("GIT_TERMINAL_PROMPT=0") && calls.contains("GIT_ALLOW_PROTOCOL=http:https"), "{calls}");

    place.project(&format!("  - git: {{url: '{url}', secret: {{name: wrong}}}}"));
    let said = place.refused(&[]);
    assert!(said.contains("does not take the user name and password of the secret Default/wrong"), "{said}");
    assert!(!said.contains("not-the-password-1"), "{said}");

    // What a secret has opened is not read from the cache without it.
    place.project(&format!("  - git: {{url: '{url}'}}"));
    let said = place.refused(&[]);
    assert!(said.contains("name a secret with a user name and password"), "{said}");

    place.project(&format!("  - git: {{url: '{url}', secret: {{name: none}}}}"));
    assert!(place.refused(&[]).contains("Secret not found: Default/none"));

    let cache = place.path("home/.local/share/accord/cache/repositories");
    let mode = fs::metadata(&cache).expect("the cache").permissions().mode() & 0o777;
    assert_eq!(mode, 0o700);
    let audit = place.command(&["secret", "verify"]).output().expect("the command ends");
    assert!(audit.status.success(), "{}", text(&audit));
    for secret in [PASSWORD, "pa%2fss%3aw%40rd-Zq7%2541x", "not-the-password-1"] {
        assert_nowhere(place.folder.path(), secret);
    }
    assert_eq!(fs::read_dir(place.path("runtime")).expect("a folder").count(), 0);
}

#[test]
fn a_token_is_a_password_without_a_user() {
    let place = Place::new();
    place.repository("private", &[("a.concord.yml", &flow("private"))]);
    let server = GitServer::start(&place.path("repositories"), "x-access-token", PASSWORD).expect("a server");
    place.secret(&["token", "--value-env", "VALUE"], PASSWORD);
    place.project(&format!("  - git: {{url: '{}', secret: {{name: token}}}}", server.url("private")));
    assert_eq!(place.log(&[]), ["private"]);
    assert_nowhere(place.folder.path(), PASSWORD);
}

#[test]
fn a_password_in_an_address_is_neither_shown_nor_kept() {
    let place = Place::new();
    place.repository("private", &[("a.concord.yml", &flow("private"))]);
    let server = GitServer::start(&place.path("repositories"), "ada", "plain-Password-8").expect("a server");
    let url = server.url("private").replace("http://", "http://ada:plain-Password-8@");
    place.project(&format!("  - git: {{url: '{url}'}}"));
    assert_eq!(place.log(&[]), ["private"]);
    place.project(&format!("  - git: {{url: '{url}-not-there'}}"));
    let said = place.refused(&[]);
    assert!(said.contains("private-not-there") && said.contains("not found"), "{said}");
    assert!(!said.contains("plain-Password-8"), "{said}");
    fs::remove_dir_all(place.path("project")).expect("the project, whose file holds it");
    assert_nowhere(place.folder.path(), "plain-Password-8");
}

#[test]
fn the_ending_of_a_repository_may_be_left_out() {
    let place = Place::new();
    place.repository("private.git", &[("a.concord.yml", &flow("private"))]);
    let server = GitServer::start(&place.path("repositories"), "ada", PASSWORD).expect("a server");
    place.secret(&["login", "--username", "ada", "--value-env", "VALUE"], PASSWORD);
    for name in ["private", "private/"] {
        place.project(&format!("  - git: {{url: '{}', secret: {{name: login}}}}", server.url(name)));
        assert_eq!(place.log(&[]), ["private"]);
    }
}

#[test]
fn a_plain_web_server_will_do() {
    let place = Place::new();
    let first = place.repository("shared", &[("a.concord.yml", &flow("first"))]);
    place.commit("shared", &[("a.concord.yml", &flow("second"))]);
    place.git("shared", &["update-server-info"]);
    let server = GitServer::plain(&place.path("repositories")).expect("a server");
    let url = server.url("shared/.git");
    for (version, says) in [("master", "second"), (&*first, "first"), (&first[..8], "first")] {
        place.project(&format!("  - git: {{url: '{url}', version: '{version}'}}"));
        assert_eq!(place.log(&[]), [says]);
        assert_eq!(place.log(&["--repo-cache-dir", "tmp/cache"]), [says]);
        fs::remove_dir_all(place.path("tmp/cache")).expect("the cache");
    }
}

#[test]
fn a_redirect_leads_nowhere_else() {
    let place = Place::new();
    place.repository("private", &[("a.concord.yml", &flow("private"))]);
    let other = GitServer::start(&place.path("repositories"), "ada", PASSWORD).expect("a server");
    let server = GitServer::redirecting(&other.url("")).expect("a server");
    place.secret(&["login", "--username", "ada", "--value-env", "VALUE"], PASSWORD);
    place.project(&format!("  - git: {{url: '{}', secret: {{name: login}}}}", server.url("private")));
    let said = place.refused(&[]);
    assert!(said.contains("names another address"), "{said}");
    assert_eq!(other.requests(), 0);
}

/// A program named `ssh` that notes how it was called and what the key's file is like, and serves the repository.
const SSH: &str = r#"#!/bin/sh
printf '%s\n' "$@" > "$HOME/arguments"
env > "$HOME/environment"
for word in "$@"; do
  [ "$before" = -i ] && { stat -c %a "$word" > "$HOME/mode"; cp "$word" "$HOME/key"; echo "$word" > "$HOME/path"; }
  before=$word
  last=$word
done
[ -e "$HOME/fail" ] && { cat "$HOME/key" >&2; echo 'git@host: Permission denied (publickey).' >&2; exit 255; }
exec sh -c "$last"
"#;

#[test]
fn a_key_opens_a_repository_and_is_gone_afterwards() {
    let place = Place::new();
    place.repository("private", &[("a.concord.yml", &flow("private"))]);
    place.write("bin/ssh", SSH);
    fs::set_permissions(place.path("bin/ssh"), fs::Permissions::from_mode(0o755)).expect("a program");
    place.secret(&["deploy", "--key-pair", "--generate"], "");
    let repository = place.path("repositories/private");
    place.project(&format!("  - git: {{url: 'git@host:{}', secret: {{name: deploy}}}}", repository.display()));
    let run = || {
        let mut command = place.command(&["run", "project"]);
        let path = format!("{}:{}", place.path("bin").display(), std::env::var("PATH").unwrap_or_default());
        command.envs([("PATH", path.as_str()), ("AWS_SECRET_ACCESS_KEY", "not for git"), ("SSH_AUTH_SOCK", "/agent")]);
        command.output().expect("the command ends")
    };
    let output = run();
    assert!(output.status.success(), "{}", text(&output));
    let noted = |name: &str| fs::read_to_string(place.path("home").join(name)).expect("what ssh noted");
    assert_eq!(noted("mode"), "600\n");
    assert!(noted("key").starts_with("-----BEGIN OPENSSH PRIVATE KEY-----\n"));
    let arguments = noted("arguments");
    for option in ["StrictHostKeyChecking=yes", "BatchMode=yes", "IdentitiesOnly=yes", "IdentityAgent=none"] {
        assert!(arguments.contains(option), "{arguments}");
    }
    let environment = noted("environment");
    assert!(!environment.contains("AWS_SECRET") && !environment.contains("SSH_AUTH_SOCK"), "{environment}");
    assert!(!Path::new(noted("path").trim()).exists(), "the key's file is still there");

    let key = noted("key");
    place.write("home/fail", "");
    fs::remove_dir_all(place.path("home/.local/share/accord/cache")).expect("the cache");
    let output = run();
    assert_eq!(output.status.code(), Some(3));
    let said = text(&output);
    assert!(said.contains("does not take the key of the secret Default/deploy"), "{said}");
    assert!(!Path::new(noted("path").trim()).exists(), "the key's file is still there");
    fs::remove_file(place.path("home/key")).expect("the copy of the program");
    for line in key.lines().filter(|line| !line.starts_with("-----")) {
        assert!(!said.contains(line), "{said}");
        assert_nowhere(place.folder.path(), line);
    }
}

/// Ctrl-C while git waits: git ends, and so does the key.
#[test]
fn a_cancelled_start_leaves_no_key() {
    let place = Place::new();
    let script = SSH.replace("exec sh", "echo $$ > \"$HOME/waiting\"; sleep 600; exec sh");
    place.write("bin/ssh", &script);
    fs::set_permissions(place.path("bin/ssh"), fs::Permissions::from_mode(0o755)).expect("a program");
    place.secret(&["deploy", "--key-pair", "--generate"], "");
    place.project("  - git: {url: 'git@host:/x', secret: {name: deploy}}");
    let mut command = place.command(&["run", "project"]);
    command.env("PATH", format!("{}:{}", place.path("bin").display(), std::env::var("PATH").unwrap_or_default()));
    command.stderr(std::process::Stdio::piped());
    let child = command.spawn().expect("the command starts");
    let waiting = place.path("home/waiting");
    while !fs::read_to_string(&waiting).is_ok_and(|text| text.ends_with('\n')) {
        std::thread::yield_now();
    }
    let key = fs::read_to_string(place.path("home/path")).expect("the key's path").trim().to_owned();
    assert!(Path::new(&key).exists());
    let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).expect("a pid")).expect("a pid");
    rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("a signal");
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!(output.status.code(), Some(130), "{}", text(&output));
    assert!(!Path::new(&key).exists(), "the key's file is still there");
    let ssh = fs::read_to_string(&waiting).expect("a pid").trim().to_owned();
    // A kill is done when the system gets round to it.
    let is_there = || fs::read_to_string(format!("/proc/{ssh}/stat")).is_ok_and(|text| !text.contains(") Z "));
    let begin = std::time::Instant::now();
    while is_there() {
        assert!(begin.elapsed().as_secs() < 60, "ssh runs on");
        std::thread::yield_now();
    }
}

#[test]
fn a_secret_is_refused_outside_of_its_project() {
    let place = Place::new();
    place.repository("private", &[("a.concord.yml", &flow("private"))]);
    let server = GitServer::start(&place.path("repositories"), "ada", PASSWORD).expect("a server");
    let made = place.command(&["project", "create", "web"]).output().expect("the command ends");
    assert!(made.status.success(), "{}", text(&made));
    place.secret(&["login", "--username", "ada", "--value-env", "VALUE", "--project", "web"], PASSWORD);
    place.project(&format!("  - git: {{url: '{}', secret: {{org: Default, name: login}}}}", server.url("private")));
    let said = place.refused(&[]);
    assert!(said.contains("the secret of the import cannot be used"), "{said}");
    assert_eq!(place.log(&["--project", "web"]), ["private"]);
    assert_nowhere(place.folder.path(), PASSWORD);
}

#[test]
fn what_git_could_be_made_to_do_is_refused() {
    let place = Place::new();
    place.repository("shared", &[("a.concord.yml", &flow("shared"))]);
    let url = place.url("shared");
    for (import, part) in [
        ("url: '--upload-pack=touch hacked'".to_owned(), "does not begin with '-'"),
        ("url: 'ext::sh -c touch% hacked'".to_owned(), "run commands"),
        ("url: 'https://host/a b'".to_owned(), "no blanks"),
        ("url: 'ext::touch'".to_owned(), "run commands"),
        ("url: 'git://host/x'".to_owned(), "addresses of the kind 'git'"),
        ("url: 'ssh://-oProxyCommand=touch/x'".to_owned(), "begins with '-'"),
        ("url: ../repositories/shared".to_owned(), "absolute path"),
        (format!("url: '{url}', version: '--upload-pack=x'"), "'version' is no branch"),
        (format!("url: '{url}', version: 'a:b'"), "'version' is no branch"),
        (format!("url: '{url}', path: '../x'"), "leads out of the repository"),
        (format!("url: '{url}', path: 'nowhere'"), "there is no directory 'nowhere'"),
        (format!("url: '{url}', path: 'a.concord.yml'"), "there is no directory 'a.concord.yml'"),
        (format!("url: '{url}', dest: '../../x'"), "lies outside of the project"),
        (format!("url: '{url}', dest: /tmp/x"), "lies outside of the project"),
        (format!("url: '{url}', exclude: ['(']"), "no regular expression"),
        (format!("url: '{url}', name: a/b"), "exclude each other"),
        ("name: '../x'".to_owned(), "names no repository"),
        ("version: x".to_owned(), "needs 'url' or 'name'"),
        (format!("url: '{url}-missing'"), "does not"),
    ] {
        place.project(&format!("  - git: {{{import}}}"));
        let said = place.refused(&[]);
        assert!(said.contains(part) && said.contains("concord.yml:2:"), "{import}: {said}");
    }
    place.project("  - mvn: {url: 'mvn://com.example:flows:1.0'}");
    let said = place.refused(&[]);
    assert!(said.contains("Maven artifacts are not imported") && said.contains("dir: {src"), "{said}");
    let mut found = Vec::new();
    files(place.folder.path(), &mut found);
    assert!(!found.iter().any(|file| file.ends_with("hacked")));
}

#[test]
fn links_of_a_repository_do_not_lead_out() {
    let place = Place::new();
    place.repository("shared", &[("a.concord.yml", &flow("shared")), ("d/x", "x")]);
    symlink("../a.concord.yml", place.path("repositories/shared/d/inside")).expect("a link");
    place.commit("shared", &[]);
    place.project(&format!("  - git: {{url: '{}'}}", place.url("shared")));
    assert_eq!(place.log(&[]), ["shared"]);
    let link = fs::read_link(place.target("concord/d/inside")).expect("a link");
    assert_eq!(link, Path::new("../a.concord.yml"));
    symlink("/etc/passwd", place.path("repositories/shared/d/outside")).expect("a link");
    place.commit("shared", &[]);
    let said = place.refused(&[]);
    assert!(said.contains("the link 'd/outside' leads out"), "{said}");
    // Nor does what lies in the working directory: an import does not write through it.
    place.git("shared", &["rm", "--quiet", "d/outside"]);
    place.commit("shared", &[]);
    fs::remove_dir_all(place.target("concord")).expect("the import");
    symlink(place.path("tmp"), place.target("concord")).expect("a link");
    assert_eq!(place.log(&[]), ["shared"]);
    assert!(!place.path("tmp/a.concord.yml").exists());
}

#[test]
fn hooks_and_filters_of_a_repository_do_not_run() {
    let place = Place::new();
    let marker = place.path("hacked").display().to_string();
    place.repository("shared", &[("a.concord.yml", &flow("shared")), (".gitattributes", "* filter=evil\n")]);
    for hook in ["post-checkout", "reference-transaction", "post-upload"] {
        let file = format!("repositories/shared/.git/hooks/{hook}");
        place.write(&file, &format!("#!/bin/sh\ntouch {marker}\n"));
        fs::set_permissions(place.path(&file), fs::Permissions::from_mode(0o755)).expect("a hook");
    }
    // Of the user's own configuration too.
    place.write(
        "home/.gitconfig",
        &format!(
            "[core]\n\thooksPath = {}\n[filter \"evil\"]\n\tsmudge = touch {marker}\n",
            place.path("repositories/shared/.git/hooks").display()
        ),
    );
    place.project(&format!("  - git: {{url: '{}'}}", place.url("shared")));
    assert_eq!(place.log(&[]), ["shared"]);
    assert!(!place.path("hacked").exists());
}

#[test]
fn submodules_are_named_and_left_out() {
    let place = Place::new();
    let other = place.repository("other", &[("x", "x")]);
    place.repository("shared", &[("a.concord.yml", &flow("shared"))]);
    place.git("shared", &["update-index", "--add", "--cacheinfo", &format!("160000,{other},vendor/other")]);
    place.git("shared", &["commit", "--quiet", "--message=x"]);
    place.project(&format!("  - git: {{url: '{}'}}", place.url("shared")));
    let said = text(&place.run(&[]));
    assert!(said.contains("submodules of") && said.contains("vendor/other"), "{said}");
}

#[test]
fn a_server_of_the_cli_configuration_is_warned_of_once_where_secrets_are_used() {
    let place = Place::new();
    let configuration =
        "contexts:\n  default:\n    secrets:\n      remote: {enabled: true, baseUrl: 'https://concord.example.com'}\n";
    place.write("home/.concord/cli.yaml", configuration);
    place.secret(&["token", "--value-env", "VALUE"], "a-value-to-keep");
    place.write("project/concord.yml", "flows:\n  default:\n    - log: hello\n");
    assert!(!text(&place.run(&[])).contains("concord.example.com"));
    let twice = "    - log: \"${crypto.exportAsString('Default', 'token', null).length()}\"\n".repeat(2);
    place.write("project/concord.yml", &format!("flows:\n  default:\n{twice}"));
    let output = place.run(&[]);
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(text(&output).matches("https://concord.example.com").count(), 1, "{}", text(&output));
}
