//! The page's own files, inside the program.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};

const PAGE: &str = include_str!("../../form/index.html");
const STYLE: &str = include_str!("../../form/style.css");
const SCRIPTS: [&str; 6] = [
    include_str!("../../form/words.js"),
    include_str!("../../form/numbers.js"),
    include_str!("../../form/queue.js"),
    include_str!("../../form/fields.js"),
    include_str!("../../form/stops.js"),
    include_str!("../../form/app.js"),
];

/// What the page may do: run and ask its own server, and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      img-src 'self' data:; form-action 'none'; base-uri 'none'; \
                      frame-ancestors 'none'";

pub(super) async fn page() -> Response {
    text("text/html; charset=utf-8", PAGE.to_owned())
}

pub(super) async fn style() -> Response {
    text("text/css; charset=utf-8", STYLE.to_owned())
}

pub(super) async fn script() -> Response {
    text("text/javascript; charset=utf-8", SCRIPTS.join("\n"))
}

fn text(kind: &'static str, content: String) -> Response {
    ([(header::CONTENT_TYPE, kind)], content).into_response()
}

/// Puts what every answer of the form carries on it.
pub(super) async fn guarded(mut response: Response) -> Response {
    let fixed: [(HeaderName, &'static str); 5] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in fixed {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
