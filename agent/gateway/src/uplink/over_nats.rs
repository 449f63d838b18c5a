//! The client of NATS.

use std::time::Duration;

use async_nats::header::NATS_MESSAGE_ID;
use async_nats::jetstream::context::{Context, PublishError, PublishErrorKind};
use async_nats::{Client, ConnectErrorKind, ConnectOptions, HeaderMap};

use super::batch::Batch;
use super::nats::NatsPlan;
use super::push::Deliver;
use super::right::Proof;

/// Whether this program speaks NATS.
pub(super) const IS_BUILT: bool = true;

/// For a connection, and for a stream to say that it has a message.
const PATIENCE: Duration = Duration::from_secs(20);

/// A stream. Connects when there is something to send, and anew after whatever fails.
pub(super) struct ByNats {
    plan: NatsPlan,
    stream: Option<Context>,
}

impl ByNats {
    pub(super) const fn new(plan: NatsPlan) -> Self {
        Self { plan, stream: None }
    }
}

impl Deliver for ByNats {
    async fn deliver(&mut self, batch: &Batch) -> Result<(), String> {
        let stream = match self.stream.take() {
            Some(stream) => stream,
            None => open(&self.plan).await?,
        };
        publish(&stream, &self.plan, batch).await?;
        self.stream = Some(stream);
        Ok(())
    }
}

async fn open(plan: &NatsPlan) -> Result<Context, String> {
    let client = connect(plan).await?;
    let mut stream = async_nats::jetstream::new(client);
    stream.set_timeout(PATIENCE);
    Ok(stream)
}

async fn connect(plan: &NatsPlan) -> Result<Client, String> {
    let mut options = ConnectOptions::new().name("millwatt").connection_timeout(PATIENCE);
    options = match plan.right.proof()? {
        None => options,
        Some(Proof::Token(token)) => options.token(token),
        Some(Proof::Password(user, password)) => options.user_and_password(user, password),
    };
    if let Some(ca) = &plan.ca {
        options = options.add_root_certificates(ca.clone());
    }
    if let Some(certificate) = &plan.certificate {
        let key = plan.key.as_ref().unwrap_or(certificate);
        options = options.add_client_certificate(certificate.clone(), key.clone());
    }
    let options = options.require_tls(plan.url.starts_with("tls://"));
    options.connect(&plan.url).await.map_err(|error| {
        let way_out = match error.kind() {
            ConnectErrorKind::Authentication | ConnectErrorKind::AuthorizationViolation => {
                "check `token_file`, or `user` and `password_file`"
            }
            ConnectErrorKind::Tls => "check `ca`, `certificate` and `key`",
            _ => "check `nats` and the network",
        };
        format!("{}: {error}; {way_out}", plan.url)
    })
}

async fn publish(stream: &Context, plan: &NatsPlan, batch: &Batch) -> Result<(), String> {
    let mut head = HeaderMap::new();
    head.insert(NATS_MESSAGE_ID, batch.key.as_str());
    head.insert("Content-Type", "application/json");
    let failed = |error: PublishError| {
        let (url, subject) = (&plan.url, &plan.subject);
        let way_out = match error.kind() {
            PublishErrorKind::StreamNotFound => {
                format!("make one that takes it, `nats stream add --subjects {subject}`")
            }
            PublishErrorKind::MaxPayloadExceeded => {
                "let the server take a megabyte (max_payload)".to_owned()
            }
            _ => "it is tried again".to_owned(),
        };
        format!("{url}: {subject}: {error}; {way_out}")
    };
    let body = batch.body.clone().into();
    let sent = stream.publish_with_headers(plan.subject.clone(), head, body).await;
    sent.map_err(failed)?.await.map(|_| ()).map_err(failed)
}
