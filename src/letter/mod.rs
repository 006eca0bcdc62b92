//! Writing: a letter becomes text, HTML and the bytes of a mail.
