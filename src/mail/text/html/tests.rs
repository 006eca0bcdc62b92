//! Pieces of HTML and the lines they become.

use super::flatten;

fn lines(html: &str) -> Vec<String> {
    flatten(html).lines.into_iter().map(|line| line.text).collect()
}

#[test]
fn html_becomes_flat_lines() {
    let cases: &[(&str, &[&str], &str)] = &[
        ("<p>a</p><p>b<br>c</p>", &["a", "", "b", "c"], "paragraphs and line ends"),
        ("<div>a</div><div><br></div><div>b</div>", &["a", "", "b"], "how webmail writes"),
        (
            "<p class=MsoNormal>a</p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>b</p>",
            &["a", "", "b"],
            "how Outlook writes",
        ),
        ("<ol><li>a<li>b<ul><li>c</ul></ol>", &["1. a", "2. b", "  - c"], "lists in lists"),
        (
            "<ol start=4><li>a</li><li></li><li value=9>c</li></ol>",
            &["4. a", "5.", "9. c"],
            "numbers, an empty item",
        ),
        ("<ol><li><b>Who?</b><br>Us</li></ol>", &["1. Who?", "  Us"], "a line end in an item"),
        ("<ol><li><p>Who?</p><p>Us</p></li></ol>", &["1. Who?", "  Us"], "paragraphs in an item"),
        (
            "<table><tr><td>a</td><td>b<br>c</td></tr><tr><td>d</td><td>e</td></tr></table>",
            &["a\tb\u{2028}c", "d\te"],
            "rows and cells",
        ),
        (
            "<table><tr><th>Who</th><td></td><td>us</td></tr></table>",
            &["Who\t\tus"],
            "an empty cell",
        ),
        (
            "<table><tr><td rowspan=2>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
            &["a\tb", "\tc"],
            "a cell over two rows",
        ),
        (
            "<table><tr><td>Only text here.</td></tr></table>",
            &["Only text here."],
            "a table for layout",
        ),
        (
            "<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td><td>c</td></tr></table>",
            &["a\tb", "", "c"],
            "a table in a table",
        ),
        (
            "<table><tr><td><img src=x></td><td>Ada<br>Analyst</td></tr></table>",
            &["Ada", "Analyst"],
            "a signature",
        ),
        (
            "a <span style='display:none'>b</span><div style='font-size:0px'>c</div><style>d</style><!-- e -->f",
            &["a f"],
            "what is hidden",
        ),
        ("9<sup>th</sup> of  &nbsp; May", &["9th of May"], "a raised ending, spaces"),
        ("a&lt;b &amp; c&amp;lt;", &["a<b & c&lt;"], "entities"),
        ("<pre>a\n  b</pre>", &["a", "b"], "set as typed"),
        ("", &[], "nothing"),
        ("a<b", &["a"], "a tag without an end"),
    ];
    for (html, expected, reason) in cases {
        assert_eq!(lines(html), *expected, "{reason}: {html}");
    }
}

#[test]
fn wild_html_is_stripped() {
    let deep =
        format!("<style>x</style>{}hello{}<p>you", "<div>".repeat(80_000), "</div>".repeat(80_000));
    let text = lines(&deep).join(" ");
    assert!(text.contains("hello") && text.contains("you") && !text.contains('x'), "{text}");
    let many = "<table>a".repeat(30_000);
    assert!(lines(&many).join("").starts_with('a'));
    let fonts = format!("{}a", "<font color=red>".repeat(500));
    assert_eq!(lines(&fonts), ["a"]);
    let long = "word ".repeat(600_000);
    assert!(lines(&long).join(" ").len() <= 1_100_000);
}
