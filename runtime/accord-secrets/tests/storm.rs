//! Kills at random points: a process that creates, reads, updates, moves, links and deletes secrets for
//! eight clients at once, and rotates the keys meanwhile, is killed; what it acknowledged is there, what
//! it had begun is there whole or not at all, `verify` finds nothing, and no value lies in clear.
//!
//! 20 kills on each database; `ACCORD_STORM_KILLS=500 cargo test --release -p accord-secrets --test storm`
//! for a long run. `ACCORD_STORM_SEED` repeats its choices, though not its instants.

#![expect(clippy::disallowed_methods, reason = "the storm compares the values that it made up")]
#![expect(clippy::unwrap_used, reason = "a storm that cannot go on has failed")]
#![expect(clippy::print_stdout, reason = "it says what it met, and a child what was done")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use accord_secrets::{
    Address, Arrival, Caller, Error, KeyProvider, LinkChange, NewSecret, NewValue, Operation, Options, OrgRef,
    RepositorySettings, Result, SecretData, SecretEntry, SecretFilter, Store, ValueChange,
};
use accord_value::SecretBytes;

const CLIENTS: usize = 8;

/// Organizations that secrets move between.
const ORGS: [&str; 2] = ["Default", "Other"];

/// Part of each value: nowhere to be found on a disk.
const MARKER: &str = "in-clear-nowhere";

/// Kills after which a storm goes on with a new store: checks read all of it.
const KILLS_PER_STORE: usize = 50;

/// What is known of a secret; none: it does not exist.
type State = Option<Known>;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    org: String,
    value: String,
    linked: bool,
}

/// Where the store of a storm lies.
struct Place {
    home: PathBuf,
    database: Option<String>,
}

impl Place {
    async fn open(&self) -> Result<(Store, Caller)> {
        let database = self.database.as_deref().map(Address::postgres).transpose().map_err(Error::Store)?;
        let options = Options { database, ..Options::default() };
        let store = Store::open_with(&self.home, KeyProvider::HomeFile, options).await?;
        let caller = Caller::new(store.local_actor().await?);
        Ok((store, caller))
    }
}

#[test]
fn storm_on_sqlite() {
    let dir = tempfile::tempdir().unwrap();
    storm(kills(), |number| Place { home: dir.path().join(format!("home-{number}")), database: None });
}

#[test]
fn storm_on_postgresql() {
    let Ok(server) = std::env::var("ACCORD_TEST_POSTGRES") else {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/with-postgres");
        let run = Command::new(script)
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "storm_on_postgresql", "--nocapture"])
            .status();
        assert!(run.unwrap().success(), "the storm on PostgreSQL");
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let process = std::process::id();
    storm(kills(), |number| {
        let name = format!("storm_{process}_{number}");
        runtime().block_on(async {
            use sqlx::Connection as _;
            let mut connection = sqlx::PgConnection::connect(&server).await.unwrap();
            let sql = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
            sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
            connection.close().await.unwrap();
        });
        let database = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
        Place { home: dir.path().join(format!("home-{number}")), database: Some(database) }
    });
}

fn kills() -> usize {
    std::env::var("ACCORD_STORM_KILLS").map_or(20, |kills| kills.parse().unwrap())
}

fn seed() -> u64 {
    std::env::var("ACCORD_STORM_SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap())
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn storm(kills: usize, place: impl Fn(usize) -> Place) {
    let seed = seed();
    let mut random = fastrand::Rng::with_seed(seed);
    let (mut acknowledged, mut cut) = (0, 0);
    let mut known = BTreeMap::new();
    let mut at = place(0);
    for kill in 0..kills {
        if kill > 0 && kill % KILLS_PER_STORE == 0 {
            known.clear();
            at = place(kill / KILLS_PER_STORE);
        }
        let told = Told::of(&run_and_kill(&at, kill, &mut random));
        acknowledged += told.acknowledged;
        cut += told.pending.len();
        known.extend(told.states);
        let found = runtime().block_on(check(&at, kill, &mut known, &told.pending));
        if let Err(problem) = found {
            panic!("after kill {kill} of seed {seed}: {problem}");
        }
    }
    println!(
        "{kills} kills: {acknowledged} acknowledged changes are there, {cut} that were cut off are whole or not there"
    );
    assert!(acknowledged > kills, "the storm did something: {acknowledged}");
}

/// Runs the child until a random point; answers all that it said.
fn run_and_kill(at: &Place, kill: usize, random: &mut fastrand::Rng) -> Vec<String> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "child", "--nocapture"])
        .env("ACCORD_STORM_CHILD", &at.home)
        .env("ACCORD_STORM_ROUND", kill.to_string())
        .env("ACCORD_STORM_SEED", random.u64(..).to_string())
        .env_remove("ACCORD_STORM_DATABASE")
        .stdout(Stdio::piped());
    if let Some(database) = &at.database {
        command.env("ACCORD_STORM_DATABASE", database);
    }
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut told = Vec::new();
    // Some are killed while they open the store, most in full swing.
    let wanted = if random.u8(..10) == 0 { 0 } else { random.usize(1..150) };
    while told.len() < wanted {
        match lines.next() {
            Some(line) => told.extend(line.ok().filter(|line| line.starts_with(['>', '<']))),
            None => panic!("the child ended by itself: {:?}; it said {told:?}", child.wait()),
        }
    }
    let most = if wanted == 0 { 200_000 } else { 5_000 };
    std::thread::sleep(Duration::from_micros(random.u64(..most)));
    child.kill().unwrap();
    child.wait().unwrap();
    told.extend(lines.map_while(std::result::Result::ok).filter(|line| line.starts_with(['>', '<'])));
    told
}

/// What a child said: `> CLIENT NAME STATE` before it does something, `< CLIENT` when it is done.
#[derive(Default)]
struct Told {
    states: BTreeMap<String, State>,
    /// What was not acknowledged any more: the name, and the state it may have now.
    pending: BTreeMap<String, State>,
    acknowledged: usize,
}

impl Told {
    fn of(lines: &[String]) -> Self {
        let mut told = Self::default();
        let mut begun: BTreeMap<&str, (&str, State)> = BTreeMap::new();
        for line in lines {
            let words: Vec<_> = line.split(' ').collect();
            match words[..] {
                [">", client, name, "gone"] => drop(begun.insert(client, (name, None))),
                [">", client, name, org, value, linked] => {
                    let (org, value) = (org.to_owned(), value.to_owned());
                    drop(begun.insert(client, (name, Some(Known { org, value, linked: linked == "linked" }))));
                }
                ["<", client] => {
                    let (name, state) = begun.remove(client).unwrap();
                    told.states.insert(name.to_owned(), state);
                    told.acknowledged += 1;
                }
                // The last line of a killed process may be half a line.
                _ => {}
            }
        }
        told.pending = begun.into_values().map(|(name, state)| (name.to_owned(), state)).collect();
        told
    }
}

/// Holds the store against what is known, and takes up what it has made of the changes that were cut off.
async fn check(
    at: &Place,
    kill: usize,
    known: &mut BTreeMap<String, State>,
    pending: &BTreeMap<String, State>,
) -> std::result::Result<(), String> {
    let text = |error: Error| error.to_string();
    let (store, caller) = at.open().await.map_err(text)?;
    // Whatever a dead process' session still does is done when the next one may write.
    let probe = NewSecret::new("Default", format!("probe-{kill}"), NewValue::Data(SecretBytes::new(b"probe".to_vec())));
    store.create_secret(&caller, probe).await.map_err(text)?;
    let report = store.verify().await.map_err(text)?;
    if !report.is_clean() {
        return Err(format!("verify: {:#?}", report.problems));
    }
    let mut entries: BTreeMap<String, Vec<SecretEntry>> = BTreeMap::new();
    for entry in store.list_secrets(&caller, &SecretFilter::default()).await.map_err(text)? {
        if !entry.name.starts_with("probe-") {
            entries.entry(entry.name.clone()).or_default().push(entry);
        }
    }
    // A secret that has left the organization is used by none of its repositories.
    if let Ok(project) = store.project(&caller, "Default", "storm").await.map(|project| project.id) {
        let permit = store.permit(&caller, Operation::ReadRepositories, project).await.map_err(text)?;
        for repository in store.list_repositories(&permit).await.map_err(text)? {
            let Some(name) = repository.secret_name else { continue };
            if !entries.get(&name).is_some_and(|found| found.iter().all(|entry| entry.org_name == "Default")) {
                return Err(format!("the repository {} uses {name}: {:?}", repository.name, entries.get(&name)));
            }
        }
    }
    for name in entries.keys() {
        if !known.contains_key(name) && !pending.contains_key(name) {
            return Err(format!("{name} is there, and nobody made it"));
        }
    }
    let names: Vec<_> = known.keys().chain(pending.keys()).cloned().collect();
    for name in names {
        let before = known.get(&name).cloned().flatten();
        let found = match entries.get(&name).map(Vec::as_slice) {
            None => None,
            Some([entry]) => Some(read(&store, &caller, entry).await?),
            Some(more) => return Err(format!("{name} is in {} places", more.len())),
        };
        let allowed = found == before || pending.get(&name).is_some_and(|after| &found == after);
        if !allowed {
            return Err(format!("{name} is {found:?}; known is {before:?}, begun was {:?}", pending.get(&name)));
        }
        // What is settled needs no second look.
        match found {
            None => drop(known.remove(&name)),
            found => drop(known.insert(name, found)),
        }
    }
    store.close().await.map_err(text)?;
    in_clear(&at.home).map_or(Ok(()), |path| Err(format!("a value lies in clear in {}", path.display())))
}

async fn read(store: &Store, caller: &Caller, entry: &SecretEntry) -> std::result::Result<Known, String> {
    let linked = !entry.projects.is_empty();
    let caller = match entry.projects.first() {
        Some(project) => caller.clone().in_process("storm", Some(project.id)),
        None => caller.clone(),
    };
    match store.read_value(&caller, &entry.org_name, &entry.name, None).await {
        Ok(SecretData::Data(bytes)) => Ok(Known {
            org: entry.org_name.clone(),
            value: String::from_utf8_lossy(bytes.expose()).into_owned(),
            linked,
        }),
        other => Err(format!("{}/{} gives {other:?}", entry.org_name, entry.name)),
    }
}

/// A file below the directory that has a value in it.
fn in_clear(dir: &Path) -> Option<PathBuf> {
    std::fs::read_dir(dir).unwrap().find_map(|file| {
        let path = file.unwrap().path();
        if path.is_dir() {
            return in_clear(&path);
        }
        let bytes = std::fs::read(&path).unwrap();
        bytes.windows(MARKER.len()).any(|window| window == MARKER.as_bytes()).then_some(path)
    })
}

/// The process that is killed.
#[test]
fn child() {
    let Some(home) = std::env::var_os("ACCORD_STORM_CHILD") else { return };
    let at = Place { home: home.into(), database: std::env::var("ACCORD_STORM_DATABASE").ok() };
    let round = std::env::var("ACCORD_STORM_ROUND").unwrap();
    let mut random = fastrand::Rng::with_seed(seed());
    runtime().block_on(async {
        let (store, caller) = at.open().await.unwrap();
        prepare(&store, &caller).await.unwrap();
        let mut clients = tokio::task::JoinSet::new();
        for number in 0..CLIENTS {
            let client = Client {
                store: store.clone(),
                caller: caller.clone(),
                number,
                round: round.clone(),
                made: 0,
                secrets: BTreeMap::new(),
            };
            clients.spawn(client.run(random.fork()));
        }
        clients.spawn(async move {
            loop {
                let permit = store.permit(&caller, Operation::ManageKeys, accord_secrets::Target::Installation).await?;
                store.rotate(&permit).await?;
            }
        });
        // They end by an error only.
        if let Some(ended) = clients.join_next().await {
            let error: Error = ended.unwrap().unwrap_err();
            eprintln!("storm: {error}");
            std::process::exit(1);
        }
    });
}

/// The places that secrets lie in; those of an earlier round serve.
async fn prepare(store: &Store, caller: &Caller) -> Result<()> {
    for made in [
        store.create_org(caller, "Other").await.map(drop),
        store.create_project(caller, "Default", "storm").await.map(drop),
    ] {
        if !matches!(made, Ok(()) | Err(Error::AlreadyExists { .. })) {
            return made;
        }
    }
    Ok(())
}

struct Client {
    store: Store,
    caller: Caller,
    number: usize,
    round: String,
    made: usize,
    secrets: BTreeMap<String, Known>,
}

impl Client {
    async fn run(mut self, mut random: fastrand::Rng) -> Result<()> {
        loop {
            let name = match random.choice(self.secrets.keys().cloned().collect::<Vec<_>>()) {
                Some(name) if random.u8(..4) > 0 => name,
                _ => {
                    self.create(&mut random).await?;
                    continue;
                }
            };
            let known = self.secrets.get(&name).cloned().unwrap();
            match random.u8(..8) {
                0 | 1 => self.update(name, known, &mut random).await?,
                2 | 3 => self.move_away(name, known).await?,
                4 => self.link(name, known).await?,
                5 => self.delete(name, known).await?,
                6 => self.use_in_repository(name, known).await?,
                _ => self.export(name, known).await?,
            }
        }
    }

    /// Says what is about to be done.
    fn begin(&self, name: &str, state: &State) {
        say(&match state {
            Some(Known { org, value, linked }) => {
                let linked = if *linked { "linked" } else { "free" };
                format!("> {} {name} {org} {value} {linked}\n", self.number)
            }
            None => format!("> {} {name} gone\n", self.number),
        });
    }

    /// Says that it is done.
    fn end(&mut self, name: String, state: State) {
        say(&format!("< {}\n", self.number));
        match state {
            Some(known) => drop(self.secrets.insert(name, known)),
            None => drop(self.secrets.remove(&name)),
        }
    }

    async fn permit(&self, known: &Known, name: &str, operation: Operation) -> Result<accord_secrets::Permit> {
        let entry = self.store.secret(&self.caller, &known.org, name).await?;
        self.store.permit(&self.caller, operation, entry.id).await
    }

    async fn create(&mut self, random: &mut fastrand::Rng) -> Result<()> {
        let name = format!("r{}-c{}-{}", self.round, self.number, self.made);
        self.made += 1;
        let value = value(random);
        let linked = random.bool();
        let mut new = NewSecret::new("Default", &name, data(&value));
        if linked {
            new.projects.push("storm".to_owned());
        }
        let state = Some(Known { org: "Default".to_owned(), value, linked });
        self.begin(&name, &state);
        self.store.create_secret(&self.caller, new).await?;
        self.end(name, state);
        Ok(())
    }

    async fn update(&mut self, name: String, known: Known, random: &mut fastrand::Rng) -> Result<()> {
        let value = value(random);
        let change = ValueChange { value: Some(data(&value)), ..ValueChange::default() };
        let state = Some(Known { value, ..known.clone() });
        self.begin(&name, &state);
        let permit = self.permit(&known, &name, Operation::ChangeSecret).await?;
        self.store.change_value(&permit, change).await?;
        self.end(name, state);
        Ok(())
    }

    async fn move_away(&mut self, name: String, known: Known) -> Result<()> {
        let to = if known.org == ORGS[0] { ORGS[1] } else { ORGS[0] };
        let state = Some(Known { org: to.to_owned(), linked: false, ..known.clone() });
        self.begin(&name, &state);
        let permit = self.permit(&known, &name, Operation::MoveSecret).await?;
        self.store.move_secret(&permit, &OrgRef::from(to), Arrival::Open).await?;
        self.end(name, state);
        Ok(())
    }

    async fn link(&mut self, name: String, known: Known) -> Result<()> {
        if known.org != ORGS[0] || known.linked {
            return Ok(());
        }
        let state = Some(Known { linked: true, ..known.clone() });
        self.begin(&name, &state);
        let permit = self.permit(&known, &name, Operation::LinkProjects).await?;
        self.store.link_projects(&permit, LinkChange::Add(vec!["storm".to_owned()])).await?;
        self.end(name, state);
        Ok(())
    }

    /// What becomes of that when the secret goes is for [`check`] to see.
    async fn use_in_repository(&self, name: String, known: Known) -> Result<()> {
        if known.org != ORGS[0] {
            return Ok(());
        }
        let project = self.store.project(&self.caller, "Default", "storm").await?.id;
        let permit = self.store.permit(&self.caller, Operation::ChangeRepositories, project).await?;
        let repository = format!("repository-{}", self.number);
        let settings = RepositorySettings {
            name: repository.clone(),
            url: "https://example.com/storm.git".to_owned(),
            branch: Some("main".to_owned()),
            secret: Some(name),
            ..RepositorySettings::default()
        };
        match self.store.add_repository(&permit, settings.clone()).await {
            Err(Error::AlreadyExists { .. }) => {
                self.store.change_repository(&permit, &repository, settings).await.map(drop)
            }
            other => other.map(drop),
        }
    }

    async fn delete(&mut self, name: String, known: Known) -> Result<()> {
        self.begin(&name, &None);
        let permit = self.permit(&known, &name, Operation::OwnSecret).await?;
        self.store.delete(&permit).await?;
        self.end(name, None);
        Ok(())
    }

    async fn export(&mut self, name: String, known: Known) -> Result<()> {
        let entry = self.store.secret(&self.caller, &known.org, &name).await?;
        match read(&self.store, &self.caller, &entry).await {
            Ok(found) if found == known => Ok(()),
            other => Err(Error::Invalid(format!("{name} is {other:?}, expected {known:?}"))),
        }
    }
}

fn data(value: &str) -> NewValue {
    NewValue::Data(SecretBytes::new(value.as_bytes().to_vec()))
}

fn value(random: &mut fastrand::Rng) -> String {
    let length = random.usize(..2000);
    let text: String = std::iter::repeat_with(|| random.alphanumeric()).take(length).collect();
    format!("{MARKER}-{text}")
}

/// One write, so that a line is there or not.
fn say(line: &str) {
    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
}
