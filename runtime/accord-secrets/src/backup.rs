//! The form of a backup: the whole store as a stream of rows, sealed to a passphrase in chunks.
//!
//! `"ACCORD-BACKUP" ‖ version (1) ‖ Argon2id cost and salt (28) ‖ chunks`. A chunk is its length (4
//! bytes, big-endian) and a sealed message whose additional data says which chunk it is and whether
//! it is the last one, so that none can be left out, put elsewhere or cut off. The first chunk is a
//! JSON text that names tables and columns; each further one holds whole rows: number of the table
//! (1), then its cells, each a kind (0 none, 1 whole number, 2 text, 3 bytes) and its content (8
//! bytes, or a length of 4 bytes and so many). Must not know: what rows mean.

use std::io::{Read, Write};

use accord_store::{Cell, CellKind, TABLES, Table};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::seal::password::{Derivation, STORED};
use crate::seal::{Binding, Key, open, seal};
use crate::{Error, Result};

const MAGIC: &[u8; 13] = b"ACCORD-BACKUP";
const VERSION: u8 = 1;

/// A chunk is written once it holds so many bytes.
const CHUNK: usize = 1 << 20;

/// No chunk is longer: a row may hold the largest value there is.
const MOST: usize = 96 << 20;

/// The first chunk.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Contents {
    /// Version of the rows' form.
    pub(crate) format: u32,
    /// Id of the installation.
    pub(crate) installation: String,
    /// Microseconds since 1970 (UTC).
    pub(crate) created_at: i64,
    /// Tables and their columns, by name.
    pub(crate) tables: Vec<(String, Vec<String>)>,
}

/// Tables and columns of this version.
pub(crate) fn tables() -> Vec<(String, Vec<String>)> {
    let columns = |table: &Table| table.columns.iter().map(|(name, _)| (*name).to_owned()).collect();
    TABLES.iter().map(|table| (table.name.to_owned(), columns(table))).collect()
}

pub(crate) fn damaged(problem: &str) -> Error {
    Error::Backup { problem: problem.to_owned() }
}

const CANNOT: &str = "the passphrase is wrong, or the file is damaged, incomplete or no backup of Accord's";

/// Writes a backup.
pub(crate) struct Writer<W> {
    to: W,
    key: Key,
    header: [u8; STORED],
    index: u64,
    chunk: Zeroizing<Vec<u8>>,
}

impl<W: Write> Writer<W> {
    pub(crate) fn begin(mut to: W, derivation: Derivation, key: Key, contents: &Contents) -> Result<Self> {
        let header = derivation.to_bytes();
        for part in [&MAGIC[..], &[VERSION], &header] {
            to.write_all(part).map_err(written)?;
        }
        let mut writer = Self { to, key, header, index: 0, chunk: Zeroizing::new(Vec::new()) };
        let text = serde_json::to_vec(contents).map_err(|error| Error::Invalid(error.to_string()))?;
        writer.chunk.extend_from_slice(&text);
        writer.flush(false)?;
        Ok(writer)
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, table: usize, cells: &[Cell]) -> Result<()> {
        self.chunk.push(u8::try_from(table).map_err(|_| Error::TooLong)?);
        for cell in cells {
            match cell {
                Cell::Null => self.chunk.push(0),
                Cell::Int(number) => {
                    self.chunk.push(1);
                    self.chunk.extend_from_slice(&number.to_be_bytes());
                }
                Cell::Text(text) => self.long(2, text.as_bytes())?,
                Cell::Bytes(bytes) => self.long(3, bytes)?,
            }
        }
        if self.chunk.len() >= CHUNK { self.flush(false) } else { Ok(()) }
    }

    fn long(&mut self, kind: u8, bytes: &[u8]) -> Result<()> {
        self.chunk.push(kind);
        self.chunk.extend_from_slice(&u32::try_from(bytes.len()).map_err(|_| Error::TooLong)?.to_be_bytes());
        self.chunk.extend_from_slice(bytes);
        Ok(())
    }

    /// Ends the backup.
    pub(crate) fn end(mut self) -> Result<W> {
        self.flush(true)?;
        self.to.flush().map_err(written)?;
        Ok(self.to)
    }

    fn flush(&mut self, last: bool) -> Result<()> {
        let sealed = with_binding(&self.header, self.index, last, |b| seal(&self.key[..], b, &self.chunk))?;
        let length = u32::try_from(sealed.len()).map_err(|_| Error::TooLong)?;
        self.to.write_all(&length.to_be_bytes()).and_then(|()| self.to.write_all(&sealed)).map_err(written)?;
        self.index = self.index.saturating_add(1);
        self.chunk = Zeroizing::new(Vec::new());
        Ok(())
    }
}

fn written(error: std::io::Error) -> Error {
    Error::Invalid(format!("the backup cannot be written: {error}"))
}

fn with_binding<T>(header: &[u8], index: u64, last: bool, run: impl FnOnce(Binding<'_>) -> T) -> T {
    let facts: [&[u8]; 4] = [&[VERSION], header, &index.to_be_bytes(), &[u8::from(last)]];
    run(Binding { purpose: "backup", ids: &[], facts: &facts })
}

/// A row and its table.
pub(crate) type RowOf = (&'static Table, Vec<Cell>);

/// Reads a backup.
pub(crate) struct Reader<R> {
    from: R,
    key: Key,
    header: [u8; STORED],
    index: u64,
    done: bool,
}

/// What stands before the chunks.
pub(crate) fn read_header(mut from: impl Read) -> Result<[u8; STORED]> {
    let mut start = [0; 14];
    let mut header = [0; STORED];
    let read = from.read_exact(&mut start).and_then(|()| from.read_exact(&mut header));
    read.map_err(|_| damaged(CANNOT))?;
    let Some(([version], magic)) = start.split_last_chunk::<1>().map(|(magic, version)| (version, magic)) else {
        return Err(damaged(CANNOT));
    };
    if magic != MAGIC {
        return Err(damaged("it is no backup of Accord's"));
    }
    if *version != VERSION {
        return Err(damaged("it was made by a newer version of Accord: use that one"));
    }
    Ok(header)
}

impl<R: Read> Reader<R> {
    pub(crate) fn begin(from: R, header: [u8; STORED], key: Key) -> Result<(Self, Contents)> {
        let mut reader = Self { from, key, header, index: 0, done: false };
        let first = reader.chunk()?.ok_or_else(|| damaged(CANNOT))?;
        let contents: Contents = serde_json::from_slice(&first).map_err(|_| damaged(CANNOT))?;
        if contents.format != 1 || contents.tables != tables() {
            return Err(damaged("it was made by another version of Accord: restore it with that one"));
        }
        Ok((reader, contents))
    }

    /// The rows of the next chunk; `None` after the last one.
    pub(crate) fn rows(&mut self) -> Result<Option<Vec<RowOf>>> {
        let Some(chunk) = self.chunk()? else { return Ok(None) };
        let mut rest = chunk.as_slice();
        let mut rows = Vec::new();
        while let Some((number, after)) = rest.split_first() {
            let table = TABLES.get(usize::from(*number)).ok_or_else(|| damaged(CANNOT))?;
            let mut cells = Vec::with_capacity(table.columns.len());
            rest = after;
            for (_, kind) in table.columns {
                let (cell, after) = cell(*kind, rest).ok_or_else(|| damaged(CANNOT))?;
                cells.push(cell);
                rest = after;
            }
            rows.push((table, cells));
        }
        Ok(Some(rows))
    }

    fn chunk(&mut self) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let mut byte = [0];
        if self.done {
            // Nothing may follow.
            return match self.from.read(&mut byte) {
                Ok(0) => Ok(None),
                _ => Err(damaged(CANNOT)),
            };
        }
        let mut length = [0; 4];
        self.from.read_exact(&mut length).map_err(|_| damaged(CANNOT))?;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        if length > MOST {
            return Err(damaged(CANNOT));
        }
        // Grows as bytes arrive: a forged length costs nothing.
        let mut sealed = Vec::new();
        let read = (&mut self.from).take(length as u64).read_to_end(&mut sealed);
        if read.ok() != Some(length) {
            return Err(damaged(CANNOT));
        }
        let try_open = |last| with_binding(&self.header, self.index, last, |b| open(&self.key[..], b, &sealed));
        let (plain, last) = match try_open(false) {
            Ok(plain) => (plain, false),
            Err(_) => (try_open(true).map_err(|_| damaged(CANNOT))?, true),
        };
        self.done = last;
        self.index = self.index.saturating_add(1);
        Ok(Some(plain))
    }
}

fn cell(kind: CellKind, bytes: &[u8]) -> Option<(Cell, &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let long = || {
        let (length, rest) = rest.split_first_chunk::<4>()?;
        rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
    };
    match (tag, kind) {
        (0, _) => Some((Cell::Null, rest)),
        (1, CellKind::Int) => {
            let (number, rest) = rest.split_first_chunk::<8>()?;
            Some((Cell::Int(i64::from_be_bytes(*number)), rest))
        }
        (2, CellKind::Text) => {
            let (text, rest) = long()?;
            Some((Cell::Text(std::str::from_utf8(text).ok()?.to_owned()), rest))
        }
        (3, CellKind::Bytes) => long().map(|(bytes, rest)| (Cell::Bytes(bytes.to_vec()), rest)),
        _ => None,
    }
}
