use std::path::Path;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::*;
use crate::Database;
use crate::tests::support::{Place, on_postgres};

struct Fixture {
    place: Place,
    database: Database,
}

impl Fixture {
    async fn new() -> Self {
        let place = Place::new().await;
        let database = place.open().await;
        Self { place, database }
    }

    /// How often something was made durable so far.
    fn commits(&self) -> usize {
        match on_postgres() {
            true => self.database.writer().commits.load(Ordering::SeqCst),
            false => commits(&self.place.file()),
        }
    }

    /// Lets others run until so many writers wait.
    async fn until_waiting(&self, count: usize) {
        while self.database.writer().waiting.load(Ordering::SeqCst) != count {
            tokio::task::yield_now().await;
        }
    }

    /// A writer that waits its turn, writes, and then commits, or is dropped, when it is told to.
    fn spawn_writer(&self, name: &'static str, go: oneshot::Receiver<bool>) -> JoinHandle<Result<()>> {
        let database = self.database.clone();
        tokio::spawn(async move {
            let mut tx = database.begin().await?;
            tx.set_meta(name, "1").await?;
            if go.await.unwrap() { tx.commit().await } else { Ok(()) }
        })
    }

    async fn written(&self) -> String {
        let mut read = self.database.read().await.unwrap();
        let mut found = String::new();
        for name in ["a", "b", "c", "d"] {
            if read.meta(name).await.unwrap().is_some() {
                found.push_str(name);
            }
        }
        read.finish().await.unwrap();
        found
    }

    /// Another program can write: no transaction was left open.
    async fn assert_unlocked(&self) {
        let other = self.place.open().await;
        other.begin().await.unwrap().rollback().await.unwrap();
    }
}

/// Commits in the write-ahead log: frames that carry the size of the database.
fn commits(database: &Path) -> usize {
    let log = std::fs::read(format!("{}-wal", database.display())).unwrap();
    log[32..].chunks_exact(24 + 4096).filter(|frame| frame[4..8] != [0; 4]).count()
}

#[tokio::test]
async fn writers_that_wait_share_a_commit() {
    let fx = Fixture::new().await;
    let before = fx.commits();
    let mut first = fx.database.begin().await.unwrap();
    first.set_meta("first", "1").await.unwrap();
    let mut writers = Vec::new();
    for n in 0..20 {
        let database = fx.database.clone();
        writers.push(tokio::spawn(async move {
            let mut tx = database.begin().await.unwrap();
            tx.set_meta(&format!("n{n}"), "1").await.unwrap();
            tx.commit().await.unwrap();
        }));
    }
    fx.until_waiting(20).await;
    first.commit().await.unwrap();
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(fx.commits() - before, 1);
    let mut read = fx.database.read().await.unwrap();
    for n in 0..20 {
        assert!(read.meta(&format!("n{n}")).await.unwrap().is_some());
    }
    read.finish().await.unwrap();
    fx.assert_unlocked().await;
}

#[tokio::test]
async fn a_writer_alone_commits_at_once() {
    let fx = Fixture::new().await;
    let before = fx.commits();
    for n in 0..3 {
        let mut tx = fx.database.begin().await.unwrap();
        tx.set_meta("a", &n.to_string()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(fx.commits() - before, n + 1);
    }
}

/// Who is dropped half-way takes nobody with him, wherever he stands in the queue.
#[tokio::test]
async fn a_dropped_writer_leaves_no_trace_and_harms_nobody() {
    for dropped in ["a", "b", "c", "d", "bc", "abcd"] {
        let fx = Fixture::new().await;
        let mut writers = Vec::new();
        let mut tell = Vec::new();
        for (place, name) in ["a", "b", "c", "d"].into_iter().enumerate() {
            let (go, told) = oneshot::channel();
            writers.push(fx.spawn_writer(name, told));
            tell.push((name, go));
            // The first one writes, the others wait behind it in this order.
            fx.until_waiting(place).await;
        }
        for (name, go) in tell {
            go.send(!dropped.contains(name)).unwrap();
        }
        for writer in writers {
            writer.await.unwrap().unwrap();
        }
        let expected: String = "abcd".chars().filter(|c| !dropped.contains(*c)).collect();
        assert_eq!(fx.written().await, expected, "dropped {dropped}");
        fx.assert_unlocked().await;
    }
}

#[tokio::test]
async fn a_commit_that_nobody_waits_for_any_more_takes_place() {
    let fx = Fixture::new().await;
    let mut first = fx.database.begin().await.unwrap();
    first.set_meta("a", "1").await.unwrap();
    let (begun, has_begun) = oneshot::channel();
    let (go, told) = oneshot::channel::<()>();
    let database = fx.database.clone();
    let second = tokio::spawn(async move {
        let tx = database.begin().await.unwrap();
        begun.send(()).unwrap();
        told.await.unwrap();
        drop(tx);
    });
    fx.until_waiting(1).await;
    let commit = tokio::spawn(first.commit());
    // The second writer has its turn, and the first one's committer has queued up behind it.
    has_begun.await.unwrap();
    fx.until_waiting(1).await;
    commit.abort();
    assert!(commit.await.unwrap_err().is_cancelled());
    go.send(()).unwrap();
    second.await.unwrap();
    fx.until_waiting(0).await;
    drop(fx.database.writer().turn().await);
    assert_eq!(fx.written().await, "a");
    fx.assert_unlocked().await;
}

#[tokio::test]
async fn a_rolled_back_writer_leaves_the_others_alone() {
    let fx = Fixture::new().await;
    let mut first = fx.database.begin().await.unwrap();
    first.set_meta("a", "1").await.unwrap();
    let database = fx.database.clone();
    let second = tokio::spawn(async move {
        let mut tx = database.begin().await.unwrap();
        tx.set_meta("b", "1").await.unwrap();
        tx.rollback().await.unwrap();
    });
    fx.until_waiting(1).await;
    first.commit().await.unwrap();
    second.await.unwrap();
    assert_eq!(fx.written().await, "a");
    let mut tx = fx.database.begin().await.unwrap();
    tx.set_meta("c", "1").await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(fx.written().await, "a");
    fx.assert_unlocked().await;
}

/// What cannot be made durable is reported to each who shared it.
#[tokio::test]
async fn a_commit_that_fails_fails_for_all() {
    let fx = Fixture::new().await;
    let mut first = fx.database.begin().await.unwrap();
    first.set_meta("a", "1").await.unwrap();
    // A broken reference that is looked at only when the physical transaction ends.
    let sql = match on_postgres() {
        true => {
            "CREATE TABLE broken (x TEXT REFERENCES orgs (id) DEFERRABLE INITIALLY DEFERRED); \
             INSERT INTO broken VALUES ('none')"
        }
        false => "PRAGMA defer_foreign_keys = ON; INSERT INTO secret_projects VALUES ('none', 'none')",
    };
    crate::database::on!(first, c => sqlx::raw_sql(sql).execute(c).await.map(drop)).unwrap();
    let (go, told) = oneshot::channel();
    let second = fx.spawn_writer("b", told);
    fx.until_waiting(1).await;
    go.send(true).unwrap();
    assert!(matches!(first.commit().await, Err(Error::NotCommitted(_))));
    assert!(matches!(second.await.unwrap(), Err(Error::NotCommitted(_))));
    assert_eq!(fx.written().await, "");
    fx.assert_unlocked().await;
}

#[tokio::test]
async fn an_unfinished_reader_gives_the_writing_connection_back() {
    let fx = Fixture::new().await;
    let mut read = fx.database.read().await.unwrap();
    read.meta("a").await.unwrap();
    drop(read);
    let mut tx = fx.database.begin().await.unwrap();
    tx.set_meta("a", "1").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(fx.written().await, "a");
}
