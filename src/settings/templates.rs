//! The team's own wording of letters: a folder of templates, with the Welsh in its folder `cy`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context;

/// Every template by name, such as `closed.txt` and `cy/closed.txt`.
pub(super) fn read(folder: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let mut templates = BTreeMap::new();
    read_folder(folder, "", &mut templates)?;
    let welsh = folder.join("cy");
    if welsh.is_dir() {
        read_folder(&welsh, "cy/", &mut templates)?;
    }
    Ok(templates)
}

fn read_folder(
    folder: &Path,
    prefix: &str,
    templates: &mut BTreeMap<String, String>,
) -> anyhow::Result<()> {
    let entries = fs::read_dir(folder)
        .with_context(|| format!("could not read the templates folder {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let is_template =
            path.extension().is_some_and(|extension| extension == "txt" || extension == "html");
        if let (true, Some(name)) = (is_template, name) {
            let text = fs::read_to_string(&path)
                .with_context(|| format!("could not read {}", path.display()))?;
            templates.insert(format!("{prefix}{name}"), text);
        }
    }
    Ok(())
}
