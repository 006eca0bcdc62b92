//! From raw bytes to text that can be read: header block, boundaries, transfer encodings, charsets.

pub(super) mod headers;
pub(super) mod charset;
pub(super) mod transfer;
pub(super) mod mend;
