use std::os::unix::fs::symlink;

use super::*;
use crate::home::Home;

struct Place {
    dir: tempfile::TempDir,
    files: Files,
}

fn place() -> Place {
    let dir = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(dir.path()).unwrap();
    for name in ["work", "memory", "outside"] {
        fs::create_dir(root.join(name)).unwrap();
    }
    let env = |name: &str| match name {
        "ACCORD_HOME" => Some(root.join("home").into_os_string()),
        "XDG_RUNTIME_DIR" => Some(root.join("memory").into_os_string()),
        _ => None,
    };
    let exports = Exports::new(Home::locate(env).unwrap(), root.join("work"), "p".to_owned());
    Place { files: Files::new(root.join("work"), Arc::new(exports)), dir }
}

#[test]
fn paths_stay_below_the_working_directory() {
    let place = place();
    fs::write(place.dir.path().join("outside/f"), "x").unwrap();
    symlink("../outside", place.dir.path().join("work/out")).unwrap();
    symlink("../outside/new", place.dir.path().join("work/dangling")).unwrap();
    symlink("a.txt", place.dir.path().join("work/inner")).unwrap();
    fs::write(place.dir.path().join("work/a.txt"), "a").unwrap();
    for (path, inside) in [
        ("a.txt", true),
        ("new/dir/file", true),
        ("inner", true),
        ("new/../a.txt", true),
        ("./a.txt", true),
        ("", true),
        ("..", false),
        ("../outside/f", false),
        ("new/../../outside/f", false),
        ("/etc/passwd", false),
        ("out/f", false),
        ("out/new", false),
        ("dangling", false),
        ("a\0b", false),
    ] {
        assert_eq!(place.files.resolve(path).is_ok(), inside, "{path:?}");
        if !inside {
            assert!(place.files.write(path, b"x", false).is_err(), "{path:?}");
        }
    }
    let absolute = place.dir.path().join("work/a.txt");
    assert_eq!(place.files.read(absolute.to_str().unwrap()).unwrap().bytes, b"a");
    assert!(!place.dir.path().join("outside/new").exists());
}

#[test]
fn what_is_read_back_from_a_secret_file_is_marked() {
    let place = place();
    let files = &place.files;
    let exported = files.export(None, b"s").unwrap();
    assert!(exported.starts_with(".concord_tmp/") && exported.ends_with(".bin"));
    assert!(files.read(&exported).unwrap().sensitive);
    let chosen = files.export(Some("my/dir"), b"t").unwrap();
    assert!(chosen.starts_with("my/dir/"));
    let read = files.read(&chosen).unwrap();
    assert_eq!((read.bytes.as_slice(), read.sensitive), (b"t".as_slice(), true));
    assert!(files.export(Some("../outside"), b"t").is_err());

    files.write("w", b"x", true).unwrap();
    assert!(files.read("w").unwrap().sensitive);
    let moved = files.move_into("w", "to/there").unwrap();
    assert_eq!(&*moved, "to/there/w");
    assert!(files.read(&moved).unwrap().sensitive);
    files.write(&moved, b"y", false).unwrap();
    assert!(!files.read(&moved).unwrap().sensitive);

    let temp = files.temp_file("../p", ".txt").unwrap();
    assert!(temp.relative.starts_with(".concord_tmp/") && temp.relative.ends_with(".txt"), "{}", temp.relative);
    assert!(!files.read(&temp.relative).unwrap().sensitive);
    let out = files.move_into(&temp.relative, "kept").unwrap();
    assert!(files.exists(&out).unwrap());
}

#[test]
fn a_key_pair_is_two_files() {
    let place = place();
    let (private, public) = place.files.export_pair(b"key", b"pub").unwrap();
    assert!(place.files.read(&private).unwrap().sensitive);
    assert!(!place.files.read(&public).unwrap().sensitive);
    assert_ne!(private, public);
}

#[test]
fn missing_files_are_named() {
    let place = place();
    assert!(matches!(place.files.read("nope"), Err(FileError::NotFound(path)) if path.ends_with("work/nope")));
    assert!(!place.files.exists("nope").unwrap());
    assert!(matches!(place.files.move_into("nope", "d"), Err(FileError::NotFound(_))));
}
