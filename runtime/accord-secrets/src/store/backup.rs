//! Backup of the whole store, and a new store from one.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;

use accord_store::{Cell, Database, TABLES, Tx, files};
use accord_value::SecretString;
use serde_json::json;
use zeroize::Zeroizing;

use super::{Options, Store, load_root, now, open_database};
use crate::access::{Actor, Caller, Permit};
use crate::audit::{Entry, Outcome};
use crate::backup::{Contents, Reader, Writer, damaged, read_header, tables};
use crate::keyring::seal_kek;
use crate::permissions::Operation;
use crate::provider::KeyProvider;
use crate::seal::password::{Cost, Derivation};
use crate::seal::{Key, random};
use crate::{Error, Result};

/// A passphrase that seals a backup has at least so many characters.
const SHORTEST: usize = 8;

/// The table whose `sealed` column holds the keys themselves in a backup, as the root key is not in
/// it.
const KEKS: &str = "keks";

impl Store {
    /// Writes the whole store, sealed to a passphrase: all that is needed to have it again, apart from
    /// checkpoints of the audit chain. It is the store of one moment; others may write meanwhile.
    /// Answers how many rows it holds.
    ///
    /// # Errors
    /// The permit is for another operation ([`Operation::BackUp`] is needed) or no more valid; the
    /// passphrase is shorter than 8 characters; the backup cannot be written.
    pub async fn back_up(&self, permit: &Permit, passphrase: &SecretString, to: impl Write + Send) -> Result<u64> {
        if passphrase.len() < SHORTEST {
            return Err(Error::Invalid(format!("the passphrase is too short: at least {SHORTEST} characters")));
        }
        let id = self.installation_id().to_owned();
        let mut tx = self.begin().await?;
        let allowed = self.permitted_installation(&mut tx, permit, Operation::BackUp).await;
        let recorded = match allowed {
            Ok(()) => {
                let entry = Entry {
                    action: "BACKUP",
                    object: "SYSTEM",
                    target_id: &id,
                    outcome: Outcome::Ok,
                    details: json!({}),
                    anchor: None,
                };
                self.audit(&mut tx, permit.caller(), entry).await
            }
            Err(error) => Err(error),
        };
        tx.end(recorded).await?;

        let derivation = Derivation { cost: Cost::NEW, salt: *random::<16>()? };
        let key = self.derive(derivation, passphrase).await?;
        let contents = Contents { format: 1, installation: id, created_at: now(), tables: tables() };
        let mut writer = Writer::begin(to, derivation, key, &contents)?;
        let mut read = self.read().await?;
        let ring = self.ring();
        let mut rows = 0;
        for (number, table) in TABLES.iter().enumerate() {
            let mut after: Option<Vec<Cell>> = None;
            loop {
                let mut page = read.dump(table, after.as_deref()).await?;
                if table.name == KEKS {
                    for row in &mut page {
                        if let [Cell::Text(id), .., sealed, _created_at] = row.as_mut_slice() {
                            *sealed = Cell::Bytes(ring.kek(id)?.key.to_vec());
                        }
                    }
                }
                for row in &page {
                    writer.row(number, row)?;
                    rows += 1;
                }
                match page.pop() {
                    Some(last) => after = Some(last),
                    None => break,
                }
            }
        }
        read.finish().await?;
        writer.end()?;
        Ok(rows)
    }

    async fn derive(&self, derivation: Derivation, passphrase: &SecretString) -> Result<Key> {
        let passphrase = passphrase.clone_secret();
        self.slow(move || derivation.derive(&passphrase)).await?.map_err(|_| Error::TooLong)
    }

    /// Makes a store from a backup, in a directory (and a database) that holds none yet. Its root key
    /// is the one of the source, or a new one.
    ///
    /// # Errors
    /// [`Error::Backup`] for a wrong passphrase and for damage; there is a store already; as
    /// [`Store::open`].
    pub async fn restore(
        home: &Path,
        keys: KeyProvider,
        options: Options,
        passphrase: &SecretString,
        mut from: impl Read + Send,
    ) -> Result<Self> {
        let header = read_header(&mut from)?;
        let passphrase = passphrase.clone_secret();
        let derived = tokio::task::spawn_blocking(move || Derivation::from_bytes(&header)?.derive(&passphrase));
        let key = derived.await.map_err(|_| Error::Ended)?.map_err(|_| damaged("it names an impossible cost"))?;
        let (mut reader, contents) = Reader::begin(from, header, key)?;

        files::private_dir(home)?;
        let keys = Arc::new(keys);
        let database = open_database(home, &options).await?;
        let mut tx = database.begin().await?;
        if tx.meta("installation").await?.is_some() || !tx.users().await?.is_empty() {
            tx.rollback().await?;
            let place = database.place();
            return Err(Error::Invalid(format!(
                "there is a store in '{place}' already: a backup is restored where none is"
            )));
        }
        let (root, new) = match load_root(&keys, home).await? {
            Some(root) => (root, false),
            None => (random()?, true),
        };
        // The key file comes last, and still before what needs it.
        let loaded = match load(&mut tx, &mut reader, &root).await {
            Ok(()) if new && !keys.create(home, &root)? => Err(Error::Invalid(
                "another program made a root key meanwhile: nothing was restored, try again".to_owned(),
            )),
            other => other,
        };
        if let Err(error) = loaded {
            tx.rollback().await?;
            return Err(error);
        }
        tx.commit().await?;
        close(database).await?;
        let store = Self::open_shared_keys(home, keys, options).await?;
        let id = store.installation_id().to_owned();
        let entry = Entry {
            action: "RESTORE",
            object: "SYSTEM",
            target_id: &id,
            outcome: Outcome::Ok,
            details: json!({"madeAt": contents.created_at}),
            anchor: None,
        };
        let mut tx = store.begin().await?;
        store.audit(&mut tx, &Caller::new(Actor::installation()), entry).await?;
        tx.commit().await?;
        Ok(store)
    }
}

async fn close(database: Database) -> Result<()> {
    Ok(database.close().await?)
}

/// Puts all rows back, the key-encryption keys under the root key.
async fn load<R: Read>(tx: &mut Tx, reader: &mut Reader<R>, root: &Key) -> Result<()> {
    while let Some(chunk) = reader.rows()? {
        for (table, mut cells) in chunk {
            if table.name == KEKS
                && let [Cell::Text(id), .., Cell::Bytes(sealed), _created_at] = cells.as_mut_slice()
            {
                let key =
                    <[u8; 32]>::try_from(sealed.as_slice()).map_err(|_| damaged("a key in it has no 32 bytes"))?;
                *sealed = seal_kek(root, id, &Zeroizing::new(key))?;
            }
            tx.load(table, &cells).await?;
        }
    }
    Ok(())
}
