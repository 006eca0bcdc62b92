//! Finds the PostgreSQL server programs on this machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The programs of one installed version.
pub(super) struct Installed {
    /// Empty when the programs are found by the search path.
    folder: PathBuf,
    /// Such as 15: the part of the version that decides who can read the data.
    pub(super) major: u32,
}

impl Installed {
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// All versions, the newest first.
pub(super) fn all() -> Vec<Installed> {
    let mut found: Vec<Installed> = folders().into_iter().filter_map(probe).collect();
    found.sort_by_key(|installed| std::cmp::Reverse(installed.major));
    found
}

fn folders() -> Vec<PathBuf> {
    // Debian's and Red Hat's places hold a folder for each version.
    let mut folders: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    folders.extend(told_by_pg_config());
    folders.push(PathBuf::new());
    folders
}

fn told_by_pg_config() -> Option<PathBuf> {
    let answer = Command::new("pg_config").arg("--bindir").output().ok()?;
    let folder = String::from_utf8(answer.stdout).ok()?;
    (!folder.trim().is_empty()).then(|| PathBuf::from(folder.trim()))
}

/// Nothing unless both programs run: `pg_config` also comes with the client packages.
fn probe(folder: PathBuf) -> Option<Installed> {
    runs(&folder.join("initdb"))?;
    let version = runs(&folder.join("postgres"))?;
    // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
    let number = version.split(' ').nth(2)?;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    Some(Installed { folder, major: digits.parse().ok()? })
}

fn runs(program: &Path) -> Option<String> {
    let answer = Command::new(program).arg("--version").output().ok()?;
    if answer.status.success() { String::from_utf8(answer.stdout).ok() } else { None }
}
