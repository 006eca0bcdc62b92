//! Keeps the crate in the shape that `src/lib.rs` describes.

use std::fs;
use std::path::{Path, PathBuf};

/// The wiring level is a chain: each of its modules may use those before it.
const LEVELS: [&[&str]; 13] = [
    &["calendar", "mail", "tagger", "certificate"],
    &["intake", "command"],
    &["triage"],
    &["letter"],
    &["clock", "telemetry", "postgres", "store", "imap", "smtp"],
    &["worker"],
    &["health"],
    &["settings"],
    &["app"],
    &["report"],
    &["sandbox"],
    &["demo"],
    &["cli"],
];
const PURE_LEVELS: usize = 4;
const IMPURE: [&str; 6] = ["tokio", "sqlx", "tracing", "std::fs", "async fn", "std::env"];
/// A library has one home. Other modules use the names that its home gives it.
const HOMES: [(&str, &str); 12] = [
    ("sqlx::", "store"),
    ("async_imap::", "imap"),
    ("lettre::transport", "smtp"),
    ("aho_corasick::", "mail"),
    ("mail_parser::", "mail"),
    ("html2text::", "mail"),
    ("chrono_tz::", "calendar"),
    ("minijinja::", "letter"),
    ("mailin::", "sandbox"),
    ("rten", "tagger"),
    ("axum::", "health"),
    ("prometheus_client::", "health"),
];
const LONGEST_FILE: usize = 400;
/// Exceptions from the lints, each with its reason beside it.
const MOST_EXCEPTIONS: usize = 12;

#[test]
fn modules_import_only_from_lower_levels() {
    for (file, text) in sources() {
        let Some(importer) = module_of(&file) else {
            continue;
        };
        for imported in code_of(&text).flat_map(imports) {
            let allowed = importer == imported || level(imported) < level(&importer);
            assert!(allowed, "{}: `{importer}` may not import `{imported}`", file.display());
        }
    }
}

#[test]
fn the_core_is_pure() {
    for (file, text) in sources() {
        let core = module_of(&file).is_some_and(|module| level(&module) < PURE_LEVELS);
        for word in IMPURE.iter().filter(|_| core) {
            let found = code_of(&text).find(|line| line.contains(word));
            assert!(found.is_none(), "{}: the core may not use `{word}`", file.display());
        }
    }
}

#[test]
fn a_library_is_named_only_in_its_home() {
    for (file, text) in sources() {
        for (library, home) in HOMES {
            let found = code_of(&text).any(|line| line.contains(library));
            let at_home = module_of(&file).is_some_and(|module| module == home);
            assert!(at_home || !found, "{}: `{library}` belongs in `{home}`", file.display());
        }
    }
}

#[test]
fn every_file_is_short_and_says_what_it_is_for() {
    for (file, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= LONGEST_FILE, "{}: {lines} lines, split it", file.display());
        assert!(text.starts_with("//! "), "{}: begin with a `//!` line", file.display());
    }
}

#[test]
fn only_the_desk_changes_requests_and_writes_letters() {
    let reserved = ["requests::save(", "requests::insert(", "outbox::insert("];
    for (file, text) in sources() {
        for call in reserved {
            let found = code_of(&text).any(|line| line.contains(call));
            // `posting` is the desk's own hand at the outbox.
            let at_desk = file.ends_with("worker/desk.rs") || file.ends_with("worker/posting.rs");
            assert!(at_desk || !found, "{}: `{call}` belongs to the desk", file.display());
        }
    }
}

#[test]
fn the_time_is_asked_of_the_clock_and_not_of_the_database() {
    // Leases alone go by the database's clock, and they say `clock_timestamp()`.
    let asks = ["now()", "current_timestamp", "current_date", "localtimestamp"];
    for (file, text) in sources().into_iter().chain(migrations()) {
        let is_sql = file.extension().is_some_and(|ending| ending == "sql")
            || module_of(&file).is_some_and(|module| module == "store");
        for word in asks.iter().filter(|_| is_sql) {
            let found = code_of(&text).any(|line| line.to_lowercase().contains(word));
            assert!(!found, "{}: SQL gets the time from its caller", file.display());
        }
    }
}

#[test]
fn exceptions_from_the_lints_stay_few() {
    let count: usize = sources().iter().map(|(_, text)| text.matches("#[expect(").count()).sum();
    assert!(count <= MOST_EXCEPTIONS, "{count} exceptions: mend the code instead");
}

fn sources() -> Vec<(PathBuf, String)> {
    files_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "rs")
}

fn migrations() -> Vec<(PathBuf, String)> {
    files_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations"), "sql")
}

fn files_below(root: &Path, ending: &str) -> Vec<(PathBuf, String)> {
    let mut folders = vec![root.to_owned()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == ending) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty());
    found
}

/// `src/store/outbox.rs` belongs to module `store`; `lib.rs` and `main.rs` to none.
fn module_of(file: &Path) -> Option<String> {
    let inside = file.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).ok()?;
    let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
    let module = first.trim_end_matches(".rs");
    (module != "lib" && module != "main").then(|| module.to_owned())
}

fn level(module: &str) -> usize {
    LEVELS
        .iter()
        .position(|modules| modules.contains(&module))
        .expect("give each module of src/ a level in tests/service/architecture.rs")
}

fn code_of(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

fn imports(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        rest.split_at(end).0
    })
}
