//! A folder with letters, each as a mail and as a page, and all in one overview.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::Context;

use crate::mail;

pub(crate) struct Page<'a> {
    pub(crate) kind: &'a str,
    pub(crate) recipient: &'a str,
    pub(crate) subject: &'a str,
    /// What became of it.
    pub(crate) state: &'a str,
    pub(crate) raw: &'a [u8],
}

/// Writes `NN-kind-to-whom.eml` and `.html` for each letter, and `index.html` that shows them all.
pub(crate) fn write<'a>(
    folder: &Path,
    title: &str,
    letters: impl Iterator<Item = Page<'a>>,
) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))?;
    let mut index = format!("{HEAD}<title>{title}</title></head><body><main><h1>{title}</h1>\n");
    for (letter, number) in letters.zip(1_u32..) {
        let who = letter.recipient.split('@').next().unwrap_or_default();
        let name = format!("{number:02}-{}-{}", letter.kind.replace('_', "-"), harmless(who));
        fs::write(folder.join(format!("{name}.eml")), letter.raw)?;
        let page = mail::html_part(letter.raw).unwrap_or_default();
        fs::write(folder.join(format!("{name}.html")), page)?;
        writeln!(
            index,
            "<section><h2>{}</h2><p>To {}, {}. <a href=\"{name}.html\">Open</a>, \
             <a href=\"{name}.eml\">as a mail</a>.</p>\
             <iframe src=\"{name}.html\" title=\"{}\" sandbox></iframe></section>",
            escaped(letter.subject),
            escaped(letter.recipient),
            escaped(letter.state),
            escaped(letter.subject),
        )?;
    }
    index.push_str("</main></body></html>\n");
    fs::write(folder.join("index.html"), index)?;
    Ok(())
}

const HEAD: &str = "<!doctype html>
<html lang=\"en\"><head><meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<meta name=\"color-scheme\" content=\"light dark\">
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 46rem; padding: 1rem }
h2 { font-size: 1.1rem; margin: 2rem 0 0 } p { margin: .25rem 0 .5rem }
iframe { border: 1px solid #8888; border-radius: 6px; height: 28rem; width: 100% }
</style>";

/// Fit for a file name.
fn harmless(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(40).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
