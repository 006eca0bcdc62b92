//! Requesters who write Welsh are answered in Welsh and English.

use mailtriage::mail;

use crate::support::scenario::{SETTINGS, Scenario};

const VOUCHED: &str =
    "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\n";
const GRACE: &str = "Grace Okafor <grace@example.org>";
const CAIS: &str = "Bore da,\n\nMae angen cyngor arnom ar ddiogelwch gwasanaeth newydd y llysoedd. \
    Rydym yn symud y system ym mis Mawrth.\n\nDiolch yn fawr,\nSiân";

/// The text of each new letter, by kind.
async fn texts(desk: &mut Scenario) -> Vec<(String, String)> {
    let letters = desk.new_letters().await;
    letters.into_iter().map(|letter| (letter.kind, letter.text)).collect()
}

#[tokio::test]
async fn who_writes_welsh_gets_every_letter_in_both_languages_and_the_team_works_in_english() {
    let mut desk = Scenario::opens("2026-12-24 15:00").await;
    desk.receives("Siân <sian@llysoedd.example>", "Adolygiad", "", CAIS).await;
    let letter = desk.new_letters().await.remove(0);
    assert!(letter.text.contains("Byddwn yn ateb erbyn dydd Mercher 30 Rhagfyr 2026."));
    assert!(letter.text.contains("We will reply by Wednesday 30 December 2026."));
    let html = mail::html_part(&letter.raw).unwrap();
    assert!(html.contains("<div class=\"page\" lang=\"cy\">"));
    assert_eq!(letter.subject, "Re: [SEC-2026-0001] Adolygiad");

    // The answer to a letter in two languages is read like any other.
    let quoted = letter.text.replace('\n', "\n> ");
    let reply = format!("In-Reply-To: <{}>\n", letter.message_id);
    let body = format!(
        "Mae'r gwaith ar gyfer Llys y Goron.\n\nAr ddydd Iau 24 Rhagfyr 2026, ysgrifennodd Security:\n{quoted}"
    );
    desk.receives("Siân <sian@llysoedd.example>", "Re: Adolygiad", &reply, &body).await;
    assert_eq!(desk.outcomes().await, "follow_up 1, request 1");

    desk.receives(GRACE, "[SEC-2026-0001] redirect data protection", VOUCHED, "").await;
    let texts = texts(&mut desk).await;
    let of = |kind: &str| texts.iter().find(|(one, _)| one == kind).map(|(_, text)| text.as_str());
    assert!(of("redirected").unwrap().contains("Cais i dîm arall ydyw"));
    assert!(of("redirected").unwrap().contains("It is one for another team"));
    assert!(!of("transcript").unwrap().contains("Gymraeg"));
    desk.closes().await;
}

#[tokio::test]
async fn welsh_may_begin_with_a_later_mail() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives("sian@llysoedd.example", "Courts", "", "1. The courts in Mold").await;
    assert!(!texts(&mut desk).await[0].1.contains("Gymraeg"));
    let reply = "In-Reply-To: <mail-1@test.example>\n";
    desk.receives("sian@llysoedd.example", "Re: Courts", reply, CAIS).await;
    desk.receives(GRACE, "[SEC-2026-0001] assign me", VOUCHED, "").await;
    let named = texts(&mut desk).await.remove(0);
    assert_eq!(named.0, "consultant_named");
    assert!(named.1.contains("wedi ymgymryd â'ch cais SEC-2026-0001"), "{}", named.1);
    desk.closes().await;
}

#[tokio::test]
async fn the_setting_decides_over_the_language_of_the_mail() {
    for (languages, body, expected) in
        [("english", CAIS, false), ("english and welsh", "1. The Passport Office", true)]
    {
        let settings =
            SETTINGS.replace("languages = \"as written\"", &format!("languages = \"{languages}\""));
        let mut desk = Scenario::opens_with("2026-12-07 10:00", &settings).await;
        desk.receives("sian@llysoedd.example", "Llysoedd", "", body).await;
        assert_eq!(texts(&mut desk).await[0].1.contains("Gymraeg"), expected, "{languages}");
        desk.closes().await;
    }
}
