//! Figures of the secret store, for people:
//! `cargo run --release -p accord-secrets --features bench --example bench`; on PostgreSQL behind
//! `tests/with-postgres`.

#![expect(clippy::print_stdout, reason = "the example prints its figures")]

use std::path::Path;
use std::time::{Duration, Instant};

use accord_secrets::{
    Address, Arrival, Caller, KeyProvider, NewSecret, NewValue, Operation, Options, Result, SecretFilter, Store,
};
use accord_value::SecretBytes;

const ROUNDS: usize = 50;
const CLIENTS: usize = 8;
const EACH: usize = 500;

fn main() -> Result<()> {
    let dir = tempfile::tempdir_in(".").map_err(|error| accord_secrets::Error::Invalid(error.to_string()))?;
    let home = dir.path().join("home");
    let one = runtime(false)?;
    one.block_on(fill(&home))?;

    let times = (0..ROUNDS).map(|_| one_export(&home)).collect::<Result<Vec<_>>>()?;
    let (opens, exports): (Vec<_>, Vec<_>) = times.into_iter().unzip();
    println!("open the store:                        {:>9.2} ms (median of {ROUNDS})", median(opens));
    println!("open the store and export one secret:  {:>9.2} ms (median of {ROUNDS})", median(exports));

    let times = 100_000;
    let took = accord_secrets::bench::unseal(1024, times)?;
    println!("unseal 1 KB:                           {:>9.0} /s", f64::from(times) / took.as_secs_f64());

    one.block_on(sequential(&home))?;
    runtime(true)?.block_on(concurrent(&home))?;
    one.block_on(moves(&home))?;
    one.block_on(lists(&home))
}

/// A large secret moves as fast as a small one.
async fn moves(home: &Path) -> Result<()> {
    let options = Options { max_value: 64 << 20, ..settings()? };
    let store = Store::open_with(home, KeyProvider::HomeFile, options).await?;
    let caller = Caller::new(store.local_actor().await?);
    store.create_org(&caller, "Other").await?;
    for (name, size) in [("small", 1024), ("large", 10 << 20)] {
        let id = store.create_secret(&caller, NewSecret::new("Default", name, value(size))).await?.entry.id;
        let mut times = Vec::new();
        for round in 0..ROUNDS {
            let to = if round % 2 == 0 { "Other" } else { "Default" };
            let start = Instant::now();
            let permit = store.permit(&caller, Operation::MoveSecret, id).await?;
            store.move_secret(&permit, &to.into(), Arrival::Closed).await?;
            times.push(start.elapsed());
        }
        println!("move a secret of {:>8} bytes:        {:>9.2} ms (median of {ROUNDS})", size, median(times));
    }
    store.close().await
}

/// Pages of 100,000 secrets.
async fn lists(home: &Path) -> Result<()> {
    let store = open(home).await?;
    let caller = Caller::new(store.local_actor().await?);
    store.create_org(&caller, "Many").await?;
    let start = Instant::now();
    store.bench_fill(&caller, "Many", 100_000).await?;
    println!("made 100,000 secrets:                  {:>9.2} ms", millis(start.elapsed()));
    let in_many = SecretFilter { org: Some("Many".to_owned()), limit: Some(100), ..Default::default() };
    let contains = |text: &str| SecretFilter { name_contains: Some(text.to_owned()), ..in_many.clone() };
    let last = store.list_secrets(&caller, &contains("-099000")).await?;
    let after = last.first().map(accord_secrets::Page::ending_with);
    let filters = [
        ("first page", in_many.clone()),
        ("page near the end", SecretFilter { after, ..in_many.clone() }),
        ("names with '99'", contains("99")),
        ("names with '99999' (one)", contains("99999")),
        ("names with 'none' (none)", contains("none")),
        ("of all organizations", SecretFilter { org: None, ..contains("99") }),
    ];
    for (what, filter) in filters {
        let mut times = Vec::new();
        let mut found = 0;
        for _ in 0..ROUNDS {
            let start = Instant::now();
            found = store.list_secrets(&caller, &filter).await?.len();
            times.push(start.elapsed());
        }
        println!("list of 100,000, {what:<26} {:>5.2} ms ({found} found)", median(times));
    }
    store.close().await
}

fn runtime(threads: bool) -> Result<tokio::runtime::Runtime> {
    let mut builder = if threads {
        tokio::runtime::Builder::new_multi_thread()
    } else {
        tokio::runtime::Builder::new_current_thread()
    };
    builder.enable_all().build().map_err(|error| accord_secrets::Error::Invalid(error.to_string()))
}

/// The store in a directory, or in the database that `tests/with-postgres` names.
async fn open(home: &Path) -> Result<Store> {
    Store::open_with(home, KeyProvider::HomeFile, settings()?).await
}

fn settings() -> Result<Options> {
    let database = std::env::var("ACCORD_TEST_POSTGRES").ok().map(|url| Address::postgres(&url)).transpose()?;
    Ok(Options { database, ..Options::default() })
}

fn value(size: usize) -> NewValue {
    NewValue::Data(SecretBytes::new(vec![b'x'; size]))
}

async fn fill(home: &Path) -> Result<()> {
    let store = open(home).await?;
    let caller = Caller::new(store.local_actor().await?);
    store.create_secret(&caller, NewSecret::new("Default", "the-one", value(1024))).await?;
    store.close().await
}

/// As a short run does it: a new runtime, a new store, one value.
fn one_export(home: &Path) -> Result<(Duration, Duration)> {
    let start = Instant::now();
    let runtime = runtime(false)?;
    let store = runtime.block_on(open(home))?;
    let opened = start.elapsed();
    runtime.block_on(async {
        let caller = Caller::new(store.local_actor().await?);
        store.read_value(&caller, "Default", "the-one", None).await
    })?;
    Ok((opened, start.elapsed()))
}

async fn sequential(home: &Path) -> Result<()> {
    let store = open(home).await?;
    let caller = Caller::new(store.local_actor().await?);
    let start = Start::now();
    for _ in 0..EACH {
        store.read_value(&caller, "Default", "the-one", None).await?;
    }
    report("audited export, one client:", EACH, start);
    store.close().await
}

async fn concurrent(home: &Path) -> Result<()> {
    let store = open(home).await?;
    let caller = Caller::new(store.local_actor().await?);
    let start = Start::now();
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..CLIENTS {
        let (store, caller) = (store.clone(), caller.clone());
        clients.spawn(async move {
            for _ in 0..EACH {
                store.read_value(&caller, "Default", "the-one", None).await?;
            }
            Ok(())
        });
    }
    finish(clients).await?;
    report("audited export, 8 clients:", CLIENTS * EACH, start);

    let start = Start::now();
    let mut clients = tokio::task::JoinSet::new();
    for client in 0..CLIENTS {
        let (store, caller) = (store.clone(), caller.clone());
        clients.spawn(async move {
            for n in 0..EACH {
                store.create_secret(&caller, NewSecret::new("Default", format!("s-{client}-{n}"), value(1024))).await?;
            }
            Ok(())
        });
    }
    finish(clients).await?;
    report("durable create, 8 clients:", CLIENTS * EACH, start);

    let start = Instant::now();
    let filter = SecretFilter { org: Some("Default".to_owned()), limit: Some(100), ..Default::default() };
    let page = store.list_secrets(&caller, &filter).await?;
    println!("list {} of {}:                      {:>9.2} ms", page.len(), CLIENTS * EACH + 1, millis(start.elapsed()));
    let start = Instant::now();
    let report = store.verify().await?;
    println!(
        "verify {} records, {} audit entries:  {:>9.2} ms, {} problems",
        report.records,
        report.audit_entries,
        millis(start.elapsed()),
        report.problems.len()
    );
    store.close().await
}

async fn finish(mut clients: tokio::task::JoinSet<Result<()>>) -> Result<()> {
    while let Some(done) = clients.join_next().await {
        done.map_err(|error| accord_secrets::Error::Invalid(error.to_string()))??;
    }
    Ok(())
}

fn report(what: &str, times: usize, start: Start) {
    let each = (cpu() - start.cpu) * 1e6 / times as f64;
    println!("{what:<38} {:>9.0} /s, {each:.0} µs of CPU each", times as f64 / start.clock.elapsed().as_secs_f64());
}

/// When something began, by the clock and by this program's work: the latter tells also on a machine
/// that has other things to do.
struct Start {
    clock: Instant,
    cpu: f64,
}

impl Start {
    fn now() -> Self {
        Self { clock: Instant::now(), cpu: cpu() }
    }
}

/// Seconds of work so far (Linux; elsewhere nothing).
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    millis(times.get(times.len() / 2).copied().unwrap_or_default())
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
