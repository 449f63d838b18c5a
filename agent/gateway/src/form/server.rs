//! The form on a port of its own: plain on this machine alone, by TLS beyond.

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::path::Path;

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;
use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{Form, FormError, router};
use crate::tls::{Identity, TlsListener};

/// A server that listens already.
pub struct Server {
    listener: TcpListener,
    identity: Option<Identity>,
    form: Form,
    /// As people type it.
    url: String,
    /// Whether PINs cross the network in the open.
    is_open: bool,
}

impl Server {
    /// Takes the port. Beyond this machine the form speaks TLS, unless plain HTTP is asked for by name.
    ///
    /// # Errors
    /// When the port is in use or not allowed, or there is no certificate; each with the way out.
    pub async fn bind(
        at: SocketAddr,
        form: Form,
        folder: &Path,
        plain_http: bool,
    ) -> Result<Self, FormError> {
        let listener = TcpListener::bind(at).await.map_err(|error| {
            FormError(format!(
                "cannot serve the form at {at}: {error}; choose another address with --form, or port 0 for any"
            ))
        })?;
        let bound = listener.local_addr().unwrap_or(at);
        let host = reached_at(bound.ip());
        let is_near = bound.ip().is_loopback();
        let is_plain = is_near || plain_http;
        let identity = match is_plain {
            true => None,
            false => Some(Identity::open(folder, "form", &[host]).map_err(FormError)?),
        };
        let scheme = if is_plain { "http" } else { "https" };
        let url = format!("{scheme}://{}/form", SocketAddr::new(host, bound.port()));
        let form = if is_plain { form } else { form.over_tls() };
        Ok(Self { listener, identity, form, url, is_open: is_plain && !is_near })
    }

    /// Where people open it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// For programs.
    #[must_use]
    pub fn told(&self) -> Value {
        let fingerprint = self.identity.as_ref().map(Identity::fingerprint);
        json!({ "event": "form", "url": self.url, "sha256": fingerprint, "open": self.is_open })
    }

    /// For people at a screen: the address, what to compare, a code to photograph.
    #[must_use]
    pub fn announcement(&self) -> String {
        let text = self.introduction();
        match code(&self.url) {
            Some(code) => format!("{text}\n{code}"),
            None => text,
        }
    }

    /// For people: the address and what to compare.
    #[must_use]
    pub fn introduction(&self) -> String {
        let mut text = format!("form for the shop floor: {}", self.url);
        if let Some(identity) = &self.identity {
            text += &format!(
                "\n  its certificate is its own: a phone warns once; compare its SHA-256 fingerprint with\n  {}",
                identity.fingerprint()
            );
        }
        if self.is_open {
            text += "\n  WARNING: --plain-http: names and PINs cross the network where anybody can read them";
        }
        text
    }

    /// Serves until the task is dropped.
    pub async fn serve(self) {
        let home = get(|| async { Redirect::temporary("/form") });
        let routes = Router::new().route("/", home).merge(router(self.form));
        // Both end only with the listener, which lives as long as this task.
        match self.identity {
            None => {
                let _ = axum::serve(self.listener, routes).await;
            }
            Some(identity) => {
                if let Ok(listener) = TlsListener::new(self.listener, &identity) {
                    let _ = axum::serve(listener, routes).await;
                }
            }
        }
    }
}

/// The address under which phones reach this machine. No packet is sent: the system only says which way it would
/// send one.
fn reached_at(bound: IpAddr) -> IpAddr {
    if !bound.is_unspecified() {
        return bound;
    }
    // An address for documentation (RFC 5737), behind whatever way leads out.
    let way_out = UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket.connect("192.0.2.1:9")?;
        socket.local_addr()
    });
    way_out.map_or(IpAddr::from([127, 0, 0, 1]), |address| address.ip())
}

/// A QR code for a terminal, black on white whatever its colours.
fn code(url: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(url, EcLevel::L).ok()?;
    let drawn = code.render::<Dense1x2>().quiet_zone(true).build();
    let lines: Vec<String> =
        drawn.lines().map(|line| format!("  \u{1b}[30;107m{line}\u{1b}[0m")).collect();
    Some(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_with_half_blocks() {
        let code = code("https://192.168.1.20:8766/form").expect("short enough");
        assert!(code.contains('█') && code.contains('▀'), "{code}");
        assert!(code.lines().all(|line| line.ends_with("\u{1b}[0m")));
    }

    #[test]
    fn an_address_that_is_given_stays() {
        let given = IpAddr::from([192, 168, 1, 20]);
        assert_eq!(reached_at(given), given);
        assert!(!reached_at(IpAddr::from([0, 0, 0, 0])).is_unspecified());
    }
}
