//! Figures of the secret store, for people:
//! `cargo run --release -p accord-secrets --features bench --example bench`; on PostgreSQL behind
//! `tests/with-postgres`.

#![expect(clippy::print_stdout, reason = "the example prints its figures")]

use std::path::Path;
use std::time::{Duration, Instant};

use accord_secrets::{Address, Caller, KeyProvider, NewSecret, NewValue, Options, Result, SecretFilter, Store};
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
    runtime(true)?.block_on(concurrent(&home))
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
    let database = std::env::var("ACCORD_TEST_POSTGRES").ok().map(|url| Address::postgres(&url)).transpose()?;
    Store::open_with(home, KeyProvider::HomeFile, Options { database, ..Options::default() }).await
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
    let start = Instant::now();
    for _ in 0..EACH {
        store.read_value(&caller, "Default", "the-one", None).await?;
    }
    report("audited export, one client:", EACH, start);
    store.close().await
}

async fn concurrent(home: &Path) -> Result<()> {
    let store = open(home).await?;
    let caller = Caller::new(store.local_actor().await?);
    let start = Instant::now();
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

    let start = Instant::now();
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

fn report(what: &str, times: usize, start: Instant) {
    println!("{what:<38} {:>9.0} /s", times as f64 / start.elapsed().as_secs_f64());
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    millis(times.get(times.len() / 2).copied().unwrap_or_default())
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
