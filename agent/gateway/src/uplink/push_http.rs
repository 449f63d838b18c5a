//! Readings by HTTP: a batch is a POST of JSON, and taken when the answer is of 2xx.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::batch::Batch;
use super::http::{HttpPlan, agent, words};
use super::push::Deliver;
use super::right::{Proof, Right};

/// The longest part of an answer that is looked at.
const MOST_ANSWER: u64 = 4_096;

/// Where readings go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushPlan {
    /// The server, its whole address.
    pub http: HttpPlan,
    /// Who one is to it.
    pub right: Right,
}

/// A server by HTTP. Nobody else waits on its thread.
pub(super) struct ByHttp {
    plan: PushPlan,
    agent: Option<ureq::Agent>,
}

impl ByHttp {
    pub(super) const fn new(plan: PushPlan) -> Self {
        Self { plan, agent: None }
    }
}

impl Deliver for ByHttp {
    async fn deliver(&mut self, batch: &Batch) -> Result<(), String> {
        let Self { plan, agent: known } = self;
        let url = &plan.http.url;
        let agent = match known {
            Some(agent) => agent,
            None => known.insert(agent(&plan.http)?),
        };
        let mut request = agent.post(url).header("content-type", "application/json");
        request = request.header("idempotency-key", &batch.key);
        if let Some(right) = header(&plan.right)? {
            request = request.header("authorization", right);
        }
        let mut answer =
            request.send(&batch.body).map_err(|error| format!("{url}: {error}; check `http`"))?;
        let status = answer.status().as_u16();
        if (200..300).contains(&status) {
            return Ok(());
        }
        let body = answer.body_mut().with_config().limit(MOST_ANSWER).read_to_vec();
        let said = words(&body.unwrap_or_default());
        Err(format!("{url}: it answers with status {status}: {said}; {}", way_out(status)))
    }
}

/// What to do about an answer.
const fn way_out(status: u16) -> &'static str {
    match status {
        401 | 403 => "check `token_file`, or `user` and `password_file`",
        300..=399 | 404 | 405 => "check `http`: the whole address that takes a POST",
        413 => "let the server take bodies of a megabyte",
        _ => "it is tried again",
    }
}

/// The head `authorization`.
fn header(right: &Right) -> Result<Option<String>, String> {
    Ok(right.proof()?.map(|proof| match proof {
        Proof::Token(token) => format!("Bearer {token}"),
        Proof::Password(user, password) => {
            format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")))
        }
    }))
}
