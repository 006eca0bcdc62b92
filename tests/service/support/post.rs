//! A desk whose letters go to a relay that follows a plan.

use std::sync::Arc;

use mailtriage::mail::EmailAddress;
use mailtriage::smtp::Mailer;
use mailtriage::store::leases;
use mailtriage::store::outbox::{self, NewLetter};
use mailtriage::worker::Progress;
use mailtriage::worker::keep_lease::Holder;
use mailtriage::worker::send_outbox::SendOutbox;

use super::fake_smtp::FakeSmtp;
use super::scenario::Scenario;

pub(crate) struct Post {
    pub(crate) desk: Scenario,
    pub(crate) relay: FakeSmtp,
    sender: SendOutbox,
}

impl Post {
    pub(crate) async fn opens(relay: FakeSmtp) -> Self {
        let desk = Scenario::opens("2026-12-07 10:00").await;
        let sender = sender(&desk, &relay).await;
        Self { desk, relay, sender }
    }

    /// The sender of another process.
    pub(crate) async fn another_sender(&self) -> SendOutbox {
        sender(&self.desk, &self.relay).await
    }

    pub(crate) fn holder(&self) -> &str {
        self.sender.holder.as_str()
    }

    /// Sends until nothing may go now.
    pub(crate) async fn sends(&self) {
        while self.sender.step().await.unwrap() == Progress::Worked {}
    }

    pub(crate) fn minutes_pass(&self, minutes: i64) {
        self.desk.clock.set(self.sender.clock.now() + chrono::TimeDelta::minutes(minutes));
    }

    /// Writes a letter that is about nothing.
    pub(crate) async fn writes(&self, recipient: &str, subject: &str) {
        let mut conn = self.desk.store.connect().await.unwrap();
        let raw = format!("Subject: {subject}\r\n\r\nHello\r\n");
        let letter = NewLetter {
            request: None,
            kind: "digest",
            recipient: &EmailAddress::parse(recipient).unwrap(),
            to_requester: false,
            provoked: false,
            null_return_path: false,
            message_id: &format!("{subject}@test.example"),
            subject,
            raw: raw.as_bytes(),
            text: "Hello",
            withheld_by: None,
        };
        outbox::insert(&mut conn, &letter, self.sender.clock.now()).await.unwrap();
    }

    /// Kind, recipient, state and attempts of every letter.
    pub(crate) async fn outbox(&self) -> String {
        self.desk
            .finds(
                "SELECT format('%s to %s: %s, attempts %s', kind, recipient, state, attempts)
                 FROM outbox ORDER BY outbox_id",
            )
            .await
    }

    /// Subjects of what the relay took, in order.
    pub(crate) fn taken(&self) -> Vec<String> {
        let subject = |raw: &str| {
            let line = raw.lines().find_map(|line| line.strip_prefix("Subject: "));
            line.unwrap_or_default().to_owned()
        };
        self.relay.taken().iter().map(|mail| subject(&mail.raw)).collect()
    }

    pub(crate) async fn closes(self) {
        self.desk.closes().await;
    }
}

async fn sender(desk: &Scenario, relay: &FakeSmtp) -> SendOutbox {
    let settings = format!("host = '127.0.0.1'\nport = {}\ntls = 'none'", relay.port());
    let holder = Holder::new().unwrap();
    let name = leases::process_name(holder.as_str());
    // Far longer than any story takes.
    let mut conn = desk.store.connect().await.unwrap();
    leases::take_or_keep(&mut conn, &name, holder.as_str(), 3_600.0).await.unwrap().unwrap();
    drop(conn);
    SendOutbox {
        store: desk.store.clone(),
        desk: desk.desk.clone(),
        mailer: Arc::new(Mailer::new(toml::from_str(&settings).unwrap(), None).unwrap()),
        clock: Arc::new(desk.clock.clone()),
        holder,
    }
}
