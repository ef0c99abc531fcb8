//! Keeps the state of a process: when it is suspended, and at its checkpoints.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use accord_vm::{Program, State, StoredState};

use crate::error::Error;
use crate::saved::{self, Saved, SavedOptions};
use crate::services::ProcessServices;

/// What is needed to write the state of one process.
pub(crate) struct Keeper {
    pub(crate) work_dir: PathBuf,
    pub(crate) program: Arc<Program>,
    pub(crate) options: SavedOptions,
}

impl Keeper {
    /// Keeps a suspended process, which waits for the events.
    ///
    /// # Errors
    /// Where a variable has no stored form, or the state cannot be sealed or written.
    pub(crate) fn suspend(&self, state: &State, events: &[Arc<str>], services: &ProcessServices) -> Result<(), Error> {
        let stored = state.to_stored(&self.program).map_err(|error| Error::state(error.to_string()))?;
        self.write(&saved::state_dir(&self.work_dir), stored, None, events, services)
    }

    /// Keeps a process at a checkpoint.
    ///
    /// # Errors
    /// As [`Keeper::suspend`].
    pub(crate) fn checkpoint(&self, name: &str, state: StoredState, services: &ProcessServices) -> Result<(), Error> {
        self.write(&saved::checkpoint_dir(&self.work_dir, name)?, state, Some(name), &[], services)
    }

    fn write(
        &self,
        dir: &Path,
        state: StoredState,
        checkpoint: Option<&str>,
        events: &[Arc<str>],
        services: &ProcessServices,
    ) -> Result<(), Error> {
        let known = services.masking.known();
        let locks = services.shared.held_locks();
        let (project, options) = (self.program.project(), self.options.clone());
        let checkpoint = checkpoint.map(ToOwned::to_owned);
        let saved = Saved::new(&services.process.id, project, options, known, locks, checkpoint, state);
        let project = services.project.as_ref().and_then(|project| project.project_id.parse().ok());
        let store = services.secrets.sources.places().open().map_err(|error| Error::state(error.to_string()))?;
        services.masking.tell_of_new_store(&store);
        saved::write(dir, &saved, events, &store, project)
    }
}
