//! What is PostgreSQL's own: sessions that break, servers that do not fit, the way over the network.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::support::{administer, new_postgres, run_on, server, with_database};
use super::*;

/// A database of its own, if this run has a server.
async fn url() -> Option<String> {
    if on_postgres() { Some(new_postgres("").await) } else { None }
}

async fn set(database: &Database, name: &str) -> Result<()> {
    let mut tx = database.begin().await?;
    tx.set_meta(name, "1").await?;
    tx.commit().await
}

async fn get(database: &Database, name: &str) -> Option<String> {
    let mut read = database.read().await.unwrap();
    let found = read.meta(name).await.unwrap();
    read.finish().await.unwrap();
    found
}

async fn setting(session: &mut Session, name: &str) -> String {
    let sql = "SELECT current_setting($1)";
    let row: Option<(String,)> =
        crate::database::on!(session, c => sqlx::query_as(sql).bind(name).fetch_optional(c).await).unwrap();
    row.unwrap().0
}

/// Ends all sessions of a database, as a restart of the server does.
async fn end_sessions(url: &str) {
    let name = url.rsplit_once('/').unwrap().1;
    let sql = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname =";
    administer(&format!("{sql} '{name}'")).await;
}

#[tokio::test]
async fn sessions_wait_for_the_disk_and_for_nothing_else_too_long() {
    let Some(url) = url().await else { return };
    let name = url.rsplit_once('/').unwrap().1;
    administer(&format!("ALTER DATABASE {name} SET synchronous_commit = off")).await;
    administer(&format!("ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'")).await;
    let database = Database::open_postgres(&url).await.unwrap();
    let mut tx = database.begin().await.unwrap();
    for (name, value) in [
        ("synchronous_commit", "on"),
        ("lock_timeout", "20s"),
        ("statement_timeout", "1min"),
        ("idle_in_transaction_session_timeout", "1min"),
        ("transaction_isolation", "read committed"),
        ("application_name", "accord"),
    ] {
        assert_eq!(setting(&mut tx, name).await, value, "{name}");
    }
    let mut read = database.read().await.unwrap();
    assert_eq!(setting(&mut read, "transaction_isolation").await, "repeatable read");
    assert_eq!(setting(&mut read, "transaction_read_only").await, "on");
    let forgetful = setting(&mut read, "fsync").await == "off";
    assert_eq!(database.warnings().iter().any(|warning| warning.contains("fsync = off")), forgetful);
}

#[tokio::test]
async fn idle_connections_that_broke_are_replaced_unseen() {
    let Some(url) = url().await else { return };
    let database = Database::open_postgres(&url).await.unwrap();
    // One idle reader, beside the writer.
    let tx = database.begin().await.unwrap();
    let read = database.read().await.unwrap();
    read.finish().await.unwrap();
    tx.rollback().await.unwrap();
    end_sessions(&url).await;
    set(&database, "a").await.unwrap();
    end_sessions(&url).await;
    assert_eq!(get(&database, "a").await.as_deref(), Some("1"));
    end_sessions(&url).await;
    assert_eq!(get(&database, "a").await.as_deref(), Some("1"));
    end_sessions(&url).await;
    database.close().await.unwrap();
}

#[tokio::test]
async fn a_change_that_was_cut_off_is_undone_and_said_so() {
    let Some(url) = url().await else { return };
    let database = Database::open_postgres(&url).await.unwrap();
    let mut tx = database.begin().await.unwrap();
    tx.set_meta("a", "1").await.unwrap();
    end_sessions(&url).await;
    let error = tx.set_meta("b", "1").await.unwrap_err();
    assert!(matches!(error, Error::Lost(_)), "{error}");
    drop(tx);
    let mut tx = database.begin().await.unwrap();
    tx.set_meta("c", "1").await.unwrap();
    end_sessions(&url).await;
    let error = tx.commit().await.unwrap_err();
    assert!(matches!(error, Error::NotCommitted(_)), "{error}");
    for name in ["a", "b", "c"] {
        assert_eq!(get(&database, name).await, None, "{name}");
    }
    set(&database, "d").await.unwrap();
}

/// PostgreSQL takes a COMMIT after a failed statement for a ROLLBACK, and calls it a success.
#[tokio::test]
async fn a_failed_statement_cannot_be_committed() {
    let Some(url) = url().await else { return };
    let database = Database::open_postgres(&url).await.unwrap();
    let mut tx = database.begin().await.unwrap();
    tx.set_meta("a", "1").await.unwrap();
    tx.insert_user(&user("u1")).await.unwrap();
    assert!(matches!(tx.insert_user(&user("u1")).await, Err(Error::Exists(_))));
    tx.commit().await.unwrap_err();
    assert_eq!(get(&database, "a").await, None);
    set(&database, "b").await.unwrap();
}

/// Between a store and its server; may cut the way at a commit.
struct Proxy {
    url: String,
    cut: Arc<AtomicU8>,
}

const PASS: u8 = 0;
const CUT_BEFORE: u8 = 1;
const CUT_AFTER: u8 = 2;
const CLOSED: u8 = 3;

impl Proxy {
    async fn new(url: &str) -> Self {
        let (user, rest) = url.split_once('@').unwrap();
        let (host, name) = rest.split_once('/').unwrap();
        let (host, cut) = (host.to_owned(), Arc::new(AtomicU8::new(PASS)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("{user}@{}/{name}?sslmode=disable", listener.local_addr().unwrap());
        let told = Arc::clone(&cut);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if told.load(Ordering::SeqCst) != CLOSED {
                    tokio::spawn(forward(client, TcpStream::connect(host.clone()).await.unwrap(), Arc::clone(&told)));
                }
            }
        });
        Self { url, cut }
    }
}

async fn forward(client: TcpStream, server: TcpStream, cut: Arc<AtomicU8>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let answers = tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
    let mut bytes = vec![0; 65536];
    while let Ok(count @ 1..) = from_client.read(&mut bytes).await {
        let commit = bytes[..count].windows(7).any(|word| word == b"COMMIT\0");
        match cut.load(Ordering::SeqCst) {
            CUT_BEFORE | CLOSED if commit => break,
            CUT_AFTER if commit => {
                answers.abort();
                let _ = answers.await;
                to_server.write_all(&bytes[..count]).await.unwrap();
                // The server has done it when it ends its side.
                to_server.shutdown().await.unwrap();
                cut.store(PASS, Ordering::SeqCst);
                return;
            }
            _ => {}
        }
        if to_server.write_all(&bytes[..count]).await.is_err() {
            break;
        }
    }
    answers.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_without_an_answer_is_looked_up() {
    let Some(url) = url().await else { return };
    let proxy = Proxy::new(&url).await;
    let database = Database::open_postgres(&proxy.url).await.unwrap();
    proxy.cut.store(CUT_AFTER, Ordering::SeqCst);
    set(&database, "after").await.unwrap();
    proxy.cut.store(CUT_BEFORE, Ordering::SeqCst);
    let mut tx = database.begin().await.unwrap();
    tx.set_meta("before", "1").await.unwrap();
    let error = tx.commit().await.unwrap_err();
    assert!(matches!(error, Error::NotCommitted(_)), "{error}");
    proxy.cut.store(PASS, Ordering::SeqCst);
    assert_eq!(get(&database, "after").await.as_deref(), Some("1"));
    assert_eq!(get(&database, "before").await, None);
    // And where nobody can be asked, that is said.
    proxy.cut.store(CLOSED, Ordering::SeqCst);
    let mut tx = database.begin().await.unwrap();
    tx.set_meta("unknown", "1").await.unwrap();
    let error = tx.commit().await.unwrap_err();
    assert!(matches!(error, Error::Unknown(_)), "{error}");
    assert!(error.to_string().contains("Look before you repeat it"), "{error}");
    proxy.cut.store(PASS, Ordering::SeqCst);
}

#[tokio::test]
async fn a_database_that_does_not_fit_is_refused_in_words() {
    if !on_postgres() {
        return;
    }
    let latin = new_postgres("TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'").await;
    let standby = new_postgres("").await;
    let name = standby.rsplit_once('/').unwrap().1;
    administer(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on")).await;
    let missing = with_database(&server(), "no_such_database");
    let wrong = server().replacen("accord:", "accord:x", 1);
    let closed = "postgres://user:hidden@127.0.0.1:1/db".to_owned();
    for (url, problem) in [
        (latin, "createdb --encoding=UTF8"),
        (standby, "name the server that can be written"),
        (missing, "Make it with createdb"),
        (wrong.clone(), "PGPASSWORD or ~/.pgpass"),
        (closed, "does it listen on that host and port?"),
    ] {
        let error = Database::open_postgres(&url).await.unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(text.contains(problem), "{text}");
        let password = url.split_once("://").unwrap().1.split_once(':').unwrap().1.split_once('@').unwrap().0;
        assert!(!text.contains(password), "{text}");
    }
    // Programs that keep what they were given do not show it either.
    let database = Database::open_postgres(&new_postgres("").await).await.unwrap();
    let password = wrong.split_once(":x").unwrap().1.split_once('@').unwrap().0;
    assert!(!format!("{database:?} {}", database.place()).contains(password));
}

/// Only a server that has the right name and an authority that is known passes `verify-full`.
#[tokio::test]
async fn the_way_to_the_server_is_as_safe_as_the_address_says() {
    let Some(url) = url().await else { return };
    let home = home();
    let root = home.path().join("root.crt");
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().self_signed(&key).unwrap();
    std::fs::write(&root, certificate.pem()).unwrap();
    install(&certificate.pem(), &key.serialize_pem()).await;

    let by_name = url.replace("127.0.0.1", "localhost");
    let root = root.display();
    for (url, works) in [
        (format!("{url}?sslmode=verify-full&sslrootcert={root}"), true),
        (format!("{url}?sslmode=verify-full"), false),
        (format!("{by_name}?sslmode=verify-full&sslrootcert={root}"), false),
        (format!("{by_name}?sslmode=verify-ca&sslrootcert={root}"), true),
        (format!("{by_name}?sslmode=verify-ca"), false),
        (format!("{url}?sslmode=require"), true),
    ] {
        match Database::open_postgres(&url).await {
            Ok(database) => {
                assert!(works, "{url}");
                let mut read = database.read().await.unwrap();
                let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
                let Some(crate::database::Connection::Postgres(c)) = &mut read.connection else { panic!() };
                let (encrypted,): (bool,) = sqlx::query_as(sql).fetch_one(c).await.unwrap();
                assert!(encrypted, "{url}");
                read.finish().await.unwrap();
            }
            Err(error) => assert!(!works && error.to_string().contains("sslrootcert=FILE"), "{url}: {error}"),
        }
    }
}

/// Gives the server a certificate.
async fn install(certificate: &str, key: &str) {
    let database = Database::open_postgres(&new_postgres("").await).await.unwrap();
    let mut read = database.read().await.unwrap();
    let dir = std::path::PathBuf::from(setting(&mut read, "data_directory").await);
    read.finish().await.unwrap();
    let owner = std::fs::metadata(&dir).map(|found| std::os::unix::fs::MetadataExt::uid(&found)).unwrap();
    for (name, text) in [("server.crt", certificate), ("server.key", key)] {
        let file = dir.join(name);
        std::fs::write(&file, text).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::os::unix::fs::chown(&file, Some(owner), None).unwrap();
    }
    let url = server();
    run_on(&url, "ALTER SYSTEM SET ssl = on").await;
    run_on(&url, "SELECT pg_reload_conf()").await;
    // The server reads its settings again when it gets to it.
    while !tls(&url).await {
        tokio::task::yield_now().await;
    }
}

async fn tls(url: &str) -> bool {
    Database::open_postgres(&format!("{}?sslmode=require", with_database(url, "postgres"))).await.is_ok()
}

#[tokio::test]
async fn the_last_anchor_is_found_by_its_index() {
    let Some(url) = url().await else { return };
    let database = Database::open_postgres(&url).await.unwrap();
    let mut read = database.read().await.unwrap();
    let Some(crate::database::Connection::Postgres(c)) = &mut read.connection else { panic!() };
    sqlx::raw_sql("SET enable_seqscan = off; SET enable_bitmapscan = off").execute(&mut *c).await.unwrap();
    let sql = "EXPLAIN SELECT *, (SELECT b.mac FROM audit b WHERE b.seq = a.seq - 1) FROM audit a \
               WHERE target_id = 'x' AND counter IS NOT NULL ORDER BY seq DESC LIMIT 1";
    let plan: Vec<(String,)> = sqlx::query_as(sql).fetch_all(&mut *c).await.unwrap();
    let plan: Vec<String> = plan.into_iter().map(|row| row.0).collect();
    assert!(plan.iter().any(|step| step.contains("audit_anchors")), "{plan:?}");
    assert!(!plan.iter().any(|step| step.contains("Sort")), "{plan:?}");
}
