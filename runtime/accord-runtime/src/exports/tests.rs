use std::os::unix::fs::PermissionsExt;

use super::*;

struct Place {
    dir: tempfile::TempDir,
    home: Home,
}

impl Place {
    fn new(with_memory: bool) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let memory = dir.path().join("memory");
        fs::create_dir(dir.path().join("work")).unwrap();
        fs::create_dir(&memory).unwrap();
        let env = |name: &str| match name {
            "ACCORD_HOME" => Some(dir.path().join("home").into_os_string()),
            "XDG_RUNTIME_DIR" if with_memory => Some(memory.clone().into_os_string()),
            _ => None,
        };
        let home = if with_memory { Home::locate(env).unwrap() } else { Home::at(dir.path().join("home"), None) };
        Self { dir, home }
    }

    fn work(&self) -> PathBuf {
        self.dir.path().join("work")
    }

    fn exports(&self) -> Exports {
        Exports::new(self.home.clone(), self.work(), "p1".to_owned())
    }

    /// Every file and link below the place, journals included.
    fn files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut open = vec![self.dir.path().to_path_buf()];
        while let Some(dir) = open.pop() {
            for entry in fs::read_dir(dir).unwrap() {
                let entry = entry.unwrap();
                if entry.file_type().unwrap().is_dir() { open.push(entry.path()) } else { found.push(entry.path()) }
            }
        }
        found
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn files_live_on_memory_and_go_with_the_process() {
    for with_memory in [true, false] {
        let place = Place::new(with_memory);
        let exports = place.exports();
        assert!(place.files().is_empty(), "nothing is made before the first file");
        let (relative, mut file) = exports.create("", ".bin").unwrap();
        file.write_all(b"secret").unwrap();
        assert!(relative.starts_with(LINK));
        let path = place.work().join(&relative);
        assert_eq!(fs::read(&path).unwrap(), b"secret");
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        assert_eq!(fs::canonicalize(&path).unwrap().starts_with(fs::canonicalize(place.work()).unwrap()), !with_memory);
        let (chosen, _) = exports.create_in(Path::new("my/dir"), ".bin").unwrap();
        assert!(chosen.starts_with("my/dir"));
        assert!(fs::symlink_metadata(place.work().join(&chosen)).unwrap().is_symlink());
        let inner = exports.create_directory().unwrap();
        assert_eq!(mode(&place.work().join(inner)), 0o700);
        drop(exports);
        assert!(place.files().is_empty(), "left: {:?}", place.files());
        assert!(!place.work().join(LINK).exists());
    }
}

#[test]
fn the_journal_is_there_before_the_file() {
    let place = Place::new(true);
    let exports = place.exports();
    exports.create("", ".bin").unwrap();
    let journal = fs::read(place.home.exports().join("p1")).unwrap();
    let directory = exports.directory().unwrap();
    assert!(journal.starts_with(&[b"D", directory.as_os_str().as_bytes()].concat()));
}

#[test]
fn a_sweep_takes_what_a_killed_process_left_and_spares_the_living() {
    for with_memory in [true, false] {
        let place = Place::new(with_memory);
        let living = Exports::new(place.home.clone(), place.dir.path().join("living"), "p2".to_owned());
        fs::create_dir(place.dir.path().join("living")).unwrap();
        let (alive, _) = living.create("", ".bin").unwrap();

        let killed = place.exports();
        killed.create("", ".bin").unwrap();
        killed.create_in(Path::new("d"), ".bin").unwrap();
        // A kill: the lock goes with the file handle, nothing else is done.
        let open = killed.open.lock().take().unwrap();
        drop(open.journal.file);

        assert_eq!(sweep(&place.home), 1);
        assert_eq!(sweep(&place.home), 0);
        assert!(!place.home.exports().join("p1").exists());
        assert!(fs::symlink_metadata(place.work().join(LINK)).is_err());
        assert_eq!(fs::read_dir(place.work().join("d")).unwrap().count(), 0);
        assert!(place.dir.path().join("living").join(alive).exists());
    }
}

#[test]
fn a_journal_cannot_name_what_is_not_ours() {
    let place = Place::new(true);
    let mine = place.work().join("mine");
    fs::create_dir(&mine).unwrap();
    private_directory(&place.home.exports()).unwrap();
    let mut text = vec![DIRECTORY];
    text.extend_from_slice(mine.as_os_str().as_bytes());
    fs::write(place.home.exports().join("forged"), text).unwrap();
    assert_eq!(sweep(&place.home), 1);
    assert!(mine.is_dir());
}
