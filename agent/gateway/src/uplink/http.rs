//! Straight to a receiver, by HTTPS: a parcel is a request, its receipt the answer.

use std::path::{Path, PathBuf};
use std::time::Duration;

use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig};

use super::line::{FramesLine, Step};

/// For one parcel.
const PATIENCE: Duration = Duration::from_secs(60);
/// After a failure, doubled up to the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// The longest answer: a signed statement, or a sentence.
const MOST_ANSWER: u64 = 4_096;

/// Where a receiver is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpPlan {
    /// Its address, without the path.
    pub url: String,
    /// Certificates that vouch for it, PEM; the usual ones when there is none.
    pub ca: Option<PathBuf>,
    /// One's own certificate, PEM.
    pub certificate: Option<PathBuf>,
    /// And its key.
    pub key: Option<PathBuf>,
}

/// Sends parcel after parcel until nothing is collected any more. Nobody else waits on this thread.
pub(super) async fn run(plan: &HttpPlan, mut line: FramesLine) {
    let agent = match agent(plan) {
        Ok(agent) => agent,
        Err(why) => return line.trouble(why),
    };
    let url = format!("{}/v1/parcels", plan.url);
    let mut pause = FIRST_PAUSE;
    while line.wait().await {
        line.look(&format!("{url}: no answer for what was sent; it is sent again"));
        while let Step::Send(parcel) = line.step() {
            match post(&agent, &url, &parcel) {
                Ok(answer) => line.take(&answer),
                Err(why) => {
                    line.trouble(why);
                    line.disconnected();
                }
            }
            if line.is_in_trouble() {
                if !line.pause(pause).await {
                    return;
                }
                pause = (pause * 2).min(LONGEST_PAUSE);
            } else {
                pause = FIRST_PAUSE;
            }
        }
    }
}

/// What speaks to the server of a plan.
pub(super) fn agent(plan: &HttpPlan) -> Result<ureq::Agent, String> {
    let mut tls = TlsConfig::builder();
    if let Some(ca) = &plan.ca {
        tls = tls.root_certs(RootCerts::new_with_certs(&certificates(ca)?));
    }
    if let Some(path) = &plan.certificate {
        let key = plan.key.as_ref().unwrap_or(path);
        let pem = read(key)?;
        let unusable =
            |error: ureq::Error| format!("{}: {error}; expected a PEM file", key.display());
        let key = PrivateKey::from_pem(&pem).map_err(unusable)?;
        tls = tls.client_cert(Some(ClientCert::new_with_certs(&certificates(path)?, key)));
    }
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .max_redirects(0)
        .tls_config(tls.build())
        .user_agent(concat!("millwatt/", env!("CARGO_PKG_VERSION")))
        .build();
    Ok(ureq::Agent::new_with_config(config))
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}; check the path", path.display()))
}

fn certificates(path: &Path) -> Result<Vec<Certificate<'static>>, String> {
    let pem = read(path)?;
    let items = ureq::tls::parse_pem(&pem).filter_map(Result::ok);
    let certificates: Vec<_> = items
        .filter_map(|item| match item {
            ureq::tls::PemItem::Certificate(certificate) => Some(certificate),
            _ => None,
        })
        .collect();
    match certificates.is_empty() {
        true => Err(format!("{}: no certificate in it; expected a PEM file", path.display())),
        false => Ok(certificates),
    }
}

/// The receiver's signed statement; anything else is a sentence.
fn post(agent: &ureq::Agent, url: &str, parcel: &[u8]) -> Result<Vec<u8>, String> {
    let request = agent.post(url).header("content-type", "application/octet-stream");
    let mut answer = request.send(parcel).map_err(|error| format!("{url}: {error}"))?;
    let status = answer.status().as_u16();
    let body = answer.body_mut().with_config().limit(MOST_ANSWER).read_to_vec();
    let body = body.map_err(|error| format!("{url}: {error}"))?;
    match status {
        200 | 409 => Ok(body),
        _ => {
            let said = words(&body);
            Err(format!("{url}: it answers with status {status}: {said}"))
        }
    }
}

/// What a server says, for people.
pub(super) fn words(body: &[u8]) -> String {
    String::from_utf8_lossy(body).chars().filter(|c| !c.is_control()).take(400).collect()
}
