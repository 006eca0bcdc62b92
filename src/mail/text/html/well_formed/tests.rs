//! Both readers of HTML side by side.

use super::super::{FlatLine, dom, walk};
use super::*;

/// Both readers give the same lines, or the quick one gives up.
fn check(html: &str, is_read: bool) {
    let quick = parse(html).map(|root| walk::flatten(&root));
    assert_eq!(quick.is_some(), is_read, "{html}");
    let Some(quick) = quick else { return };
    let whole = walk::flatten(&dom::parse(html).unwrap());
    let texts =
        |of: &[FlatLine]| -> Vec<String> { of.iter().map(|line| line.text.clone()).collect() };
    assert_eq!(texts(&quick.lines), texts(&whole.lines), "{html}");
    assert!(quick.lines == whole.lines && quick.has_form == whole.has_form, "{html}");
}

#[test]
fn what_is_nested_well_is_read_like_by_html5() {
    for html in [
        "a <b>bold</b> word &amp; an &nbsp; &#8217; & more",
        "<!DOCTYPE html>\n<html><head><meta charset=x><style><!-- p{} --></style></head>\n\
         <body style=\"color:red\"> <p class=MsoNormal>a<o:p></o:p></p> </body></html> ",
        "<div style='color:&quot;x&quot;'>a<br>b<br/>c</div><p>d</p><![if x]><hr><![endif]>",
        "<ul>\n<li>a<ol start=3><li>b</li></ol></li>\n</ul><dl><dt>c</dt><dd>d</dd></dl>",
        "<table>\n<colgroup><col width=5></colgroup>\n<tr><td>a</td> <th>b</th></tr>\n<tbody>\
         <tr><td><p>c</p></td><td><table><tr><td>d</td></tr></table></td></tr></tbody></table>",
        "<blockquote type=cite><h1>a</h1><a href=\"x?y&z\">b</a></blockquote><html-less",
    ] {
        check(html.trim_end_matches("<html-less"), true);
    }
}

/// Tags thrown together anyhow: most are refused, and none is read in another way.
#[test]
fn both_readers_agree_on_whatever_is_read() {
    const PIECES: [&str; 46] = [
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<b>",
        "</b>",
        "<ul>",
        "</ul>",
        "<li>",
        "</li>",
        "<a>",
        "</a>",
        "<table>",
        "</table>",
        "<tr>",
        "</tr>",
        "<td>",
        "</td>",
        "<tbody>",
        "</tbody>",
        "<span>",
        "</span>",
        "<h1>",
        "</h1>",
        "<dl>",
        "</dl>",
        "<dd>",
        "</dd>",
        "<html>",
        "</html>",
        "<head>",
        "</head>",
        "<body>",
        "</body>",
        "<style>a</style>",
        "<meta>",
        "<br>",
        "<hr>",
        "<o:p>",
        "</o:p>",
        "a",
        " ",
        "&nbsp;",
        "<!-- b -->",
        "<blockquote type=cite>",
        "</blockquote>",
    ];
    let mut state = 88_172_645_463_325_252_u64;
    let mut next = |most: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % most as u64).unwrap()
    };
    let mut read = 0;
    for _ in 0..30_000 {
        let mut html = String::new();
        for _ in 0..next(12) {
            // Every other piece closes what is open, so that more is well formed.
            let open = html.rsplit('<').next().filter(|_| html.contains('<'));
            let name = open.and_then(|tag| tag.split('>').next()).unwrap_or_default();
            if next(2) == 0 && !name.is_empty() && !name.starts_with(['/', '!']) {
                html += &format!("a</{name}>");
            } else {
                html += PIECES[next(PIECES.len())];
            }
        }
        read += usize::from(parse(&html).is_some());
        check(&html, parse(&html).is_some());
    }
    assert!(read > 1_000, "{read}");
}

#[test]
fn what_html5_would_move_is_left_to_it() {
    for html in [
        "<p>a<p>b",
        "<p>a<div>b</div></p>",
        "<b>a<p>b</b>c</p>",
        "<table>a<tr><td>b</td></tr></table>",
        "<table><td>b</td></table>",
        "<li>a</li>",
        "<ul><li>a<li>b</ul>",
        "<div>a",
        "a</div>",
        "<div/>a",
        "<html><body>a</body></html>b",
        "<html><p>a</p></html>",
        "a<html><body>b</body></html>",
        "a < b",
        "<pre>\na</pre>",
        "<a>a<a>b</a></a>",
        "<h1>a<h2>b</h2></h1>",
        "a &copy b",
        "a &#128; b",
        "<!--> a -->",
        "<p title=\"a\"id=b>a</p>",
    ] {
        check(html, false);
    }
}
