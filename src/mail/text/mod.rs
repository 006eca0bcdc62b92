//! From the text of a mail to lines, and from lines to whose words they are.

pub(super) mod flat;
pub(super) mod phrases;
pub(super) mod searched;
pub(super) mod plain_text;
pub(super) mod html;
pub(super) mod ours;
pub(super) mod own_words;
