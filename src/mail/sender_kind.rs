//! Who or what wrote a mail: a person, a machine's answer, a delivery report, a list, a spammer.

use super::body::Content;
use super::headers::Headers;
use super::{Person, SenderKind};

pub(super) fn judge(headers: &Headers, _from: Option<&Person>, _content: &Content) -> SenderKind {
    match headers.first("auto-submitted").map(str::to_ascii_lowercase) {
        Some(value) if value != "no" => SenderKind::AutoReply { why: "Auto-Submitted".to_owned() },
        _ => SenderKind::Person,
    }
}
