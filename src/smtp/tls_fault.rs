//! Why TLS with the relay failed, as far as somebody can do something about it.

use std::error::Error;
use std::io;

use lettre::transport::smtp;
use tokio_rustls::rustls::{self, CertificateError as Fault};

/// `None`: it was not TLS that failed.
pub(super) fn of(error: &smtp::Error) -> Option<&'static str> {
    let mut cause = error.source();
    while let Some(one) = cause {
        if let Some(fault) = in_tls(one) {
            return plainly(fault);
        }
        cause = one.source();
    }
    None
}

/// TLS hides its errors in those of the socket.
fn in_tls<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let within = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    within.and_then(|within| within.downcast_ref()).or_else(|| cause.downcast_ref())
}

fn plainly(error: &rustls::Error) -> Option<&'static str> {
    match error {
        rustls::Error::InvalidCertificate(fault) => Some(match fault {
            Fault::Expired | Fault::ExpiredContext { .. } => {
                "the relay's certificate has expired; who runs it must renew it"
            }
            Fault::NotValidYet | Fault::NotValidYetContext { .. } => {
                "the relay's certificate is not valid yet; is the clock of this machine right?"
            }
            Fault::NotValidForName | Fault::NotValidForNameContext { .. } => {
                "the relay's certificate is for another name than `host` in section [smtp]"
            }
            Fault::UnknownIssuer => {
                "nobody we trust has signed the relay's certificate (`ca_file` adds a private \
                 authority)"
            }
            _ => "the relay's certificate is not acceptable",
        }),
        rustls::Error::InvalidMessage(_) => {
            Some("the relay does not speak TLS on this port (`tls = \"starttls\"`?)")
        }
        _ => None,
    }
}
