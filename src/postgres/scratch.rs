//! Throwaway servers for tests: a template made once, a copy for each.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::cluster::Cluster;
use super::{Durability, Error, Server, account_for, failed, installed};

/// Counts the changes of what a template holds, so that an old one is not used.
const TEMPLATE_FORMAT: u32 = 1;

pub(super) fn start(cache: &Path) -> Result<Server, Error> {
    let folder = reachable_folder().map_err(failed("make a folder for a scratch database"))?;
    let template = match template(cache) {
        // The cache is another user's: do without.
        Err(Error::Failed { source, .. }) if source.kind() == io::ErrorKind::PermissionDenied => {
            template(folder.path())?
        }
        other => other?,
    };
    let data_dir = folder.path().join("postgres");
    copy(&template, &data_dir)
        .and_then(|()| account_for(&data_dir)?.own_all(&data_dir))
        .map_err(failed("copy the template of a database"))?;
    let server = super::start(&data_dir, Durability::Throwaway)?;
    Ok(Server { _scratch: Some(folder), ..server })
}

/// Several processes may ask at once; one makes the template, the others wait.
fn template(cache: &Path) -> Result<PathBuf, Error> {
    let newest = installed::all().into_iter().next().ok_or(Error::NotInstalled)?;
    let name = format!("postgres-{}-template-{TEMPLATE_FORMAT}", newest.major);
    let template = cache.join(&name);
    let prepare = || -> io::Result<File> {
        fs::create_dir_all(cache)?;
        let lock = File::create(cache.join(format!("{name}.lock")))?;
        lock.lock()?;
        Ok(lock)
    };
    let _lock = prepare().map_err(failed(format!("lock the folder {}", cache.display())))?;
    match fs::read_dir(&template) {
        Ok(_) => return Ok(template),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(format!("read {}", template.display()))(error)),
    }

    // Made elsewhere first: the user that runs the server may not be able to reach `cache`.
    let folder = reachable_folder().map_err(failed("make a folder for a template"))?;
    let data_dir = folder.path().join("postgres");
    let account = account_for(&data_dir).map_err(failed("find a user to run PostgreSQL as"))?;
    account.make_private(&data_dir).map_err(failed("make a folder for a template"))?;
    Cluster::open_or_create(&data_dir, &account, Durability::Throwaway)?;

    let unfinished = cache.join(format!("{name}.unfinished"));
    let put = || -> io::Result<()> {
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished)?;
        }
        copy(&data_dir, &unfinished)?;
        fs::rename(&unfinished, &template)
    };
    put().map_err(failed("keep the template of a database"))?;
    Ok(template)
}

/// Others may pass through, as the user that runs the server must; only what is inside is private.
fn reachable_folder() -> io::Result<TempDir> {
    tempfile::Builder::new()
        .prefix("mailtriage-")
        .permissions(fs::Permissions::from_mode(0o711))
        .tempdir()
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    fs::set_permissions(to, fs::Permissions::from_mode(0o700))?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let copied = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &copied)?;
        } else {
            fs::copy(entry.path(), &copied)?;
        }
    }
    Ok(())
}
