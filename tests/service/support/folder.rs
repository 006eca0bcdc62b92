//! Folders for tests.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;

/// When the tests run as root, PostgreSQL and Dovecot run as somebody else, who must be able to
/// pass through.
pub(crate) fn passable_folder() -> TempDir {
    let passable = fs::Permissions::from_mode(0o711);
    tempfile::Builder::new().prefix("mailtriage-test-").permissions(passable).tempdir().unwrap()
}
