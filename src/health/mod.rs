//! What an operator's tools ask over HTTP: is the process alive, can the desk do its work, and the
//! numbers of both. Nothing here names a person.

mod facts;
mod metrics;
mod ready;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::{Deserialize, Deserializer, Serialize};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::clock::Clock;
use crate::smtp::Mailer;
use crate::store::Store;
use crate::triage::Rules;
use crate::worker::patient_reader::PatientReader;
use crate::worker::pulse::Pulse;
use facts::Gatherer;

/// Where the page is when the settings do not say.
const USUAL: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9747);

/// `[health]` in the settings file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// `None`: the usual place, and only when it is free.
    pub listen: Option<Listen>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listen {
    Off,
    At(SocketAddr),
}

impl<'de> Deserialize<'de> for Listen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "off" {
            return Ok(Self::Off);
        }
        text.parse().map(Self::At).map_err(|_| {
            let expected = "expected an address and a port such as \"127.0.0.1:9747\", or \"off\"";
            serde::de::Error::custom(expected)
        })
    }
}

/// What the page tells about.
pub struct Subject {
    pub store: Store,
    pub mailer: Arc<Mailer>,
    pub rules: Arc<Rules>,
    pub clock: Arc<dyn Clock>,
    pub mailboxes: Vec<Watched>,
    /// Files with passwords and tokens, and what each is for.
    pub credentials: Vec<(String, PathBuf)>,
}

/// A mailbox that is watched.
#[derive(Debug, Clone)]
pub struct Watched {
    pub name: String,
    /// Whether the folder with what the team sends is watched, too.
    pub has_sent: bool,
}

/// Takes the port. `None` when there shall be no page, or when the usual port is taken: a second
/// process on this machine must not fail over it.
pub async fn listen(settings: &Settings) -> anyhow::Result<Option<TcpListener>> {
    let at = match settings.listen {
        Some(Listen::Off) => return Ok(None),
        Some(Listen::At(at)) => at,
        None => USUAL,
    };
    match TcpListener::bind(at).await {
        Ok(listener) => {
            let at = listener.local_addr().context("[health] listen")?;
            info!("health and metrics at http://{at}/readyz and http://{at}/metrics");
            Ok(Some(listener))
        }
        Err(error) if settings.listen.is_none() => {
            warn!("no health page: {at} cannot be used ({error}); set `listen` in [health]");
            Ok(None)
        }
        Err(error) => Err(error).with_context(|| {
            format!(
                "[health] listen: {at} cannot be used; give each process of this machine an \
                 address of its own, or set \"off\""
            )
        }),
    }
}

/// Answers until told to stop. Requests under way are cut off then: they can be asked again.
pub async fn serve(
    listener: TcpListener,
    (subject, workers): (Subject, (Pulse, PatientReader)),
    stop: CancellationToken,
) {
    let gatherer = Arc::new(Gatherer::new(subject, workers));
    let pages = Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(numbers))
        .with_state(gatherer);
    tokio::select! {
        ended = axum::serve(listener, pages) => {
            if let Err(error) = ended {
                error!("the health page has ended: {error}");
            }
        }
        () = stop.cancelled() => {}
    }
}

/// One part of the service, as both pages show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Part {
    name: String,
    ok: bool,
    /// What is wrong, or how well it is.
    reason: String,
}

async fn healthz(State(gatherer): State<Arc<Gatherer>>) -> Response {
    judged(&ready::alive(&gatherer.pulse.workers()))
}

async fn readyz(State(gatherer): State<Arc<Gatherer>>) -> Response {
    judged(&ready::ready(&gatherer.facts().await, &gatherer.subject.mailboxes))
}

async fn numbers(State(gatherer): State<Arc<Gatherer>>) -> Response {
    match metrics::text(&gatherer.facts().await) {
        Ok(text) => ([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response(),
        Err(error) => {
            error!("the metrics cannot be written: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn judged(parts: &[Part]) -> Response {
    let ok = parts.iter().all(|part| part.ok);
    let status = if ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = serde_json::json!({ "ok": ok, "parts": parts }).to_string();
    let kind = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, kind, body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Result<Settings, toml::de::Error> {
        toml::from_str(text)
    }

    #[test]
    fn an_address_or_off_is_understood() {
        assert_eq!(settings("").unwrap().listen, None);
        assert_eq!(settings("listen = 'off'").unwrap().listen, Some(Listen::Off));
        let at = settings("listen = '127.0.0.1:9747'").unwrap().listen;
        assert_eq!(at, Some(Listen::At(USUAL)));
        let error = settings("listen = '9747'").unwrap_err().to_string();
        assert!(error.contains("such as \"127.0.0.1:9747\", or \"off\""), "{error}");
    }

    #[tokio::test]
    async fn a_port_that_is_taken_is_named() {
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = taken.local_addr().unwrap();
        let settings = Settings { listen: Some(Listen::At(at)) };
        let error = format!("{:#}", listen(&settings).await.unwrap_err());
        assert!(error.contains(&at.to_string()) && error.contains("\"off\""), "{error}");
    }
}
