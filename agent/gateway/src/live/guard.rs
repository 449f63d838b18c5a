//! Who is answered, and what browsers are told to keep to.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::api::Refusal;

/// Adds what every answer says to browsers: it is of the kind that it says, in no frame, and for no other site.
pub(super) async fn secured(mut response: Response) -> Response {
    let headers: &mut HeaderMap = response.headers_mut();
    let rules = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    for (name, rule) in rules {
        headers.insert(name, HeaderValue::from_static(rule));
    }
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    response
}

/// Answers only who asks for this machine by its own name: a page from elsewhere whose name was made to point here
/// (DNS rebinding) asks for that name.
pub(super) async fn only_local(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let authority = request.uri().authority().map(|authority| authority.as_str());
    if host.is_some_and(is_local) && authority.is_none_or(is_local) {
        return next.run(request).await;
    }
    let sentence = "this address is for programs on this machine only: ask for localhost, \
                    127.0.0.1 or [::1]; for other machines start it with another --listen";
    secured(Refusal::new(StatusCode::FORBIDDEN, sentence).into_response()).await
}

/// Whether a `Host` header names this machine, with any port.
fn is_local(host: &str) -> bool {
    let parts = match host.strip_prefix('[') {
        Some(rest) => rest.split_once(']'),
        None => Some(host.find(':').map_or((host, ""), |at| host.split_at(at))),
    };
    parts.is_some_and(|(name, port)| {
        let digits = port.strip_prefix(':').unwrap_or(port);
        let is_port = digits.bytes().all(|byte| byte.is_ascii_digit())
            && (port.is_empty() || port.starts_with(':'));
        let is_own = name.eq_ignore_ascii_case("localhost")
            || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        is_port && is_own
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machines_own_names_are_local() {
        for host in ["localhost", "LocalHost:8765", "127.0.0.1", "127.0.0.1:80", "[::1]:8765"] {
            assert!(is_local(host), "{host}");
        }
        let strangers = [
            "",
            ":80",
            "evil.example",
            "localhost.evil.example:8765",
            "127.0.0.1.evil.example",
            "192.168.1.20:8765",
            "localhost:8765@evil.example",
            "[::1]evil",
            "[::1",
            "::1",
        ];
        for host in strangers {
            assert!(!is_local(host), "{host}");
        }
    }
}
