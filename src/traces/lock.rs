//! One program at a time writes to a file: beside it lies a lock, and in the lock where that program can be found.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use super::error::OpenError;

/// Held until it is dropped, or the process dies.
pub(super) struct Lock(File);

impl Lock {
    /// Takes the lock of `file`, whose folder is made if it is not there.
    pub(super) fn take(file: &Path) -> Result<Self, OpenError> {
        let unusable = |error: io::Error| {
            OpenError::new(format!("{}: cannot be made: {error}; name another folder", file.display()))
        };
        let lock = open(&place(file)).map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => {
                // What the last holder said is over.
                lock.set_len(0).map_err(unusable)?;
                Ok(Self(lock))
            }
            Err(TryLockError::WouldBlock) => Err(held(file)),
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }

    /// Says where the holder can be found.
    pub(super) fn announce(&self, url: &str) {
        // Nobody depends on it.
        let mut lock = &self.0;
        let _ = lock.rewind().and_then(|()| lock.set_len(0)).and_then(|()| lock.write_all(url.as_bytes()));
    }
}

/// Whether the lock of `file` could be taken.
pub(super) fn examine(file: &Path) -> Result<(), OpenError> {
    let Ok(lock) = File::open(place(file)) else { return Ok(()) };
    match lock.try_lock_shared() {
        Err(TryLockError::WouldBlock) => Err(held(file)),
        Ok(()) | Err(TryLockError::Error(_)) => Ok(()),
    }
}

fn held(file: &Path) -> OpenError {
    let url = fs::read_to_string(place(file)).ok().filter(|url| url.starts_with("http://"));
    let where_to = url.as_ref().map(|url| format!(" and shows it at {url}")).unwrap_or_default();
    let message = format!(
        "{}: another Zeroth keeps its traces there{where_to}; end it, or name another folder with ZEROTH_DATA_DIR",
        file.display()
    );
    OpenError { message, shown_at: url }
}

fn place(file: &Path) -> PathBuf {
    file.with_extension("lock")
}

/// Opens the lock for nobody else to read.
fn open(lock: &Path) -> io::Result<File> {
    let mut folder = DirBuilder::new();
    let mut options = OpenOptions::new();
    options.create(true).read(true).write(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
        folder.mode(0o700);
        options.mode(0o600);
    }
    if let Some(parent) = lock.parent() {
        folder.recursive(true).create(parent)?;
    }
    options.open(lock)
}
