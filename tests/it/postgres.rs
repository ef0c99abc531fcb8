//! A store in PostgreSQL through the command: shared by two homes with one root key, its password written nowhere.

use std::fs;
use std::path::Path;
use std::process::Command;

use accord_tests::binary;

const VALUE: &str = "the shared value";

const FLOW: &str = "configuration:\n  runtime: concord-v2\nflows:\n  default:\n    - if: ${crypto.exportAsString('Default', \
                    'shared', null) == 'the shared value'}\n      then:\n        - log: 'it is the right one'\n    - \
                    form: confirm\n      fields:\n        - ok: { type: string }\n";

/// The test that runs behind `tests/with-postgres`; without a server it starts one.
#[test]
fn a_store_in_postgresql_serves_commands_and_flows() {
    let Ok(server) = std::env::var("ACCORD_TEST_POSTGRES") else {
        let run = Command::new(binary::root().join("tests/with-postgres"))
            .arg(std::env::current_exe().expect("this program"))
            .args(["--exact", "postgres::a_store_in_postgresql_serves_commands_and_flows"])
            .env("ACCORD_TEST_FSYNC", "off")
            .output()
            .expect("the script starts");
        let output = format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
        assert!(run.status.success(), "{output}");
        return;
    };
    let dir = tempfile::tempdir().expect("a folder");
    let (one, two) = (dir.path().join("one"), dir.path().join("two"));
    let (user, rest) = server.split_once('@').expect("a user");
    let (user, password) = user.rsplit_once(':').expect("a password");
    let url = format!("{user}@{}/cli_{}", rest.split_once('/').expect("a database").0, std::process::id());
    let run = |home: &Path, args: &[&str]| {
        fs::create_dir_all(home).expect("a home");
        let mut command = binary::command(home);
        let output =
            command.args(args).current_dir(home).env("ACCORD_STORE", &url).env("PGPASSWORD", password).output();
        let output = output.expect("the command runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let both = (text(&output.stdout), text(&output.stderr));
        assert!(!format!("{both:?}").contains(password), "{args:?} tells the password: {both:?}");
        (output.status.code(), both.0, both.1)
    };
    // A store makes its tables, not its database.
    let (code, _, stderr) = run(&one, &["secret", "list"]);
    assert!(code == Some(1) && stderr.contains("createdb"), "{stderr}");
    let made =
        Command::new("psql").args([&server, "-qc", &format!("CREATE DATABASE cli_{}", std::process::id())]).status();
    assert!(made.expect("psql runs").success());

    fs::write(one.join("value"), VALUE).expect("a file");
    let (code, _, stderr) = run(&one, &["secret", "create", "shared", "--file", "value"]);
    assert!(code == Some(0) && stderr.contains("Made a new secret store: postgres://"), "{stderr}");
    // Another machine: refused without the root key, served with it.
    let (code, _, stderr) = run(&two, &["secret", "export", "shared"]);
    assert!(code == Some(1) && stderr.contains("keys"), "{stderr}");
    let keys = Path::new(".local/share/accord/keys");
    fs::copy(one.join(keys), two.join(keys)).expect("the root key");
    let (code, stdout, stderr) = run(&two, &["secret", "export", "shared"]);
    assert_eq!((code, stdout.as_str()), (Some(0), VALUE), "{stderr}");

    // A flow that waits, and goes on: what it leaves behind does not hold the password of the server.
    fs::write(two.join("concord.yml"), FLOW).expect("a flow");
    let (code, stdout, stderr) = run(&two, &["run", "--no-prompt"]);
    assert!(code == Some(20) && stdout.contains("it is the right one"), "{code:?} {stdout} {stderr}");
    assert_eq!(holding(&two, password.as_bytes()), None::<String>);
    let (code, stdout, stderr) = run(&two, &["secret", "verify"]);
    assert!(code == Some(0), "{stdout} {stderr}");
    assert!(!two.join(".local/share/accord/store.db").exists(), "no database is made beside the key");
}

/// A file below the directory that holds those bytes.
fn holding(dir: &Path, bytes: &[u8]) -> Option<String> {
    fs::read_dir(dir).expect("a directory").flatten().find_map(|entry| {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            return holding(&path, bytes);
        }
        let found = fs::read(&path).is_ok_and(|found| found.windows(bytes.len()).any(|window| window == bytes));
        found.then(|| path.display().to_string())
    })
}
