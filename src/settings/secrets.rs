//! Secrets: from files or the environment, never from the settings file.

use std::fs;
use std::path::Path;

use anyhow::Context;

pub(super) fn variable_name(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    name.chars().map(letter).collect()
}

/// `postgres://user:password@host/name`
pub(super) fn has_password(url: &str) -> bool {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest);
    let user_info = authority.split_once('@').map(|(user_info, _)| user_info);
    user_info.is_some_and(|user_info| user_info.contains(':'))
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub(super) fn from_environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Editors leave a line break at the end; it is not part of the secret.
pub(super) fn read_secret(path: &Path) -> anyhow::Result<String> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("could not read the secret file {}", path.display()))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// Written under another name first, so that a crash leaves no half secret, and never replaced.
pub(super) fn secret_in(data_dir: &Path) -> anyhow::Result<Vec<u8>> {
    use std::os::unix::fs::OpenOptionsExt;

    let path = data_dir.join("secret");
    if !path.exists() {
        fs::create_dir_all(data_dir).with_context(|| {
            format!(
                "could not make the data folder {}; set `data_dir` to a folder that the service \
                 may write to",
                data_dir.display()
            )
        })?;
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|_| anyhow::anyhow!("no random numbers"))?;
        let text = data_encoding::HEXLOWER.encode(&key);
        let draft = data_dir.join(format!("secret.{}", std::process::id()));
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&draft)
            .with_context(|| format!("could not write {}", draft.display()))?;
        std::io::Write::write_all(&mut file, text.as_bytes())?;
        file.sync_all()?;
        // Fails when another process was faster: then theirs is the secret.
        let linked = fs::hard_link(&draft, &path);
        fs::remove_file(&draft)?;
        if let Err(error) = linked
            && !path.exists()
        {
            return Err(error).context("could not keep the secret");
        }
    }
    Ok(read_secret(&path)?.into_bytes())
}
