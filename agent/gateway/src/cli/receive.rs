//! `millwatt receive`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Failure, say};
use crate::mqtt::{MqttPlan, Tls, Version};
use crate::receive::{Office, Outcome, Reply, mqtt, router};
use crate::tls::{Identity, TlsListener};
use crate::uplink::messages::refused_prefix;
use millwatt::trust::VerifierKey;
use serde_json::json;
use tokio::net::TcpListener;

/// Keep copies of the logs of many devices, and sign that they are kept
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  millwatt receive key --data fleet --name example.org/office   the key that site files name as `receiver`
  millwatt receive add suoi-giang --data fleet --key \"$(cat suoi-giang.vkey)\"
  millwatt receive list --data fleet
  millwatt receive run --data fleet --listen 192.0.2.10:9443
  millwatt receive run --data fleet --mqtt mqtts://broker.example.org --user office --password-file office.password
  millwatt report --data fleet/suoi-giang --out report.html

At the factory, `millwatt key --data data --vkey` prints the key to add here, and the site file says
  [[uplink]]
  name = \"office\"
  http = \"https://192.0.2.10:9443\"
  ca = \"office.crt\"                      # fleet/tls.crt, copied
  send = [\"frames\"]
  receiver = \"example.org/office+…\"
or, by way of a broker, in place of `http`
  mqtt = \"mqtts://broker.example.org\"
  user = \"suoi-giang\"
  password_file = \"broker.password\"
The broker's list of rights lets a device write millwatt/LOG/sent and read millwatt/LOG/kept and millwatt/receivers, and
the office all of them; LOG is the log's name in `millwatt receive list`, with - for /.

A device lets go of its log only when this signs that it is on its disk.")]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Show the receiver's verifier key; makes it at first
    Key(Named),
    /// Write a device down: from now on its log is taken
    Add(Added),
    /// Show the devices that are written down
    List(Fleet),
    /// Take what they send
    Run(Running),
}

#[derive(Debug, clap::Args)]
struct Fleet {
    /// The folder that keeps a folder for each device
    #[arg(long)]
    data: PathBuf,
}

#[derive(Debug, clap::Args)]
struct Named {
    /// The folder that keeps a folder for each device
    #[arg(long)]
    data: PathBuf,
    /// The name to sign under, made up like a web address; asked for at the first time only
    #[arg(long, default_value = "millwatt/receiver")]
    name: String,
}

#[derive(Debug, clap::Args)]
struct Added {
    /// What its folder is called
    name: String,
    /// Its verifier key
    #[arg(long)]
    key: String,
    /// The folder that keeps a folder for each device
    #[arg(long)]
    data: PathBuf,
}

#[derive(Debug, clap::Args)]
struct Running {
    /// The folder that keeps a folder for each device
    #[arg(long)]
    data: PathBuf,
    /// Take parcels by HTTP there; by TLS beyond this machine
    #[arg(long, required_unless_present = "mqtt")]
    listen: Option<SocketAddr>,
    /// Take parcels without TLS: readings can be read on the network, not changed
    #[arg(long, requires = "listen")]
    plain_http: bool,
    /// Take parcels by way of this broker: mqtts://host:8883
    #[arg(long)]
    mqtt: Option<String>,
    #[command(flatten)]
    broker: Broker,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

/// How the broker is spoken to.
#[derive(Debug, clap::Args)]
struct Broker {
    /// What every topic begins with
    #[arg(long, requires = "mqtt", default_value = "millwatt")]
    prefix: String,
    /// The version of MQTT
    #[arg(long, requires = "mqtt", value_enum, default_value_t)]
    mqtt_version: Version,
    /// Who one is to the broker
    #[arg(long, requires = "mqtt")]
    user: Option<String>,
    /// The file with the password, in its first line
    #[arg(long, requires = "user")]
    password_file: Option<PathBuf>,
    /// Certificates that vouch for the broker, PEM
    #[arg(long, requires = "mqtt")]
    ca: Option<PathBuf>,
    /// One's own certificate, PEM
    #[arg(long, requires = "mqtt")]
    certificate: Option<PathBuf>,
    /// And its key
    #[arg(long, requires = "certificate")]
    key: Option<PathBuf>,
}

impl Broker {
    fn plan(&self, url: &str) -> Result<MqttPlan, Failure> {
        if let Some(why) = refused_prefix(&self.prefix) {
            return Err(Failure::Usage(why));
        }
        let plan = MqttPlan::parse(url).map_err(Failure::Usage)?;
        let Self { ca, certificate, key, user, password_file, .. } = self;
        let (ca, certificate, key) = (ca.clone(), certificate.clone(), key.clone());
        Ok(MqttPlan {
            tls: plan.tls.as_ref().map(|_| Tls { ca, certificate, key }),
            user: user.clone(),
            password_file: password_file.clone(),
            version: self.mqtt_version,
            prefix: self.prefix.clone(),
            ..plan
        })
    }
}

pub(super) fn receive(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.action {
        Action::Key(named) => key(named),
        Action::Add(added) => add(added),
        Action::List(fleet) => list(fleet),
        Action::Run(running) => run(running),
    }
}

/// The name counts only where there is no key yet.
fn open(folder: &std::path::Path, name: &str) -> Result<Office, Failure> {
    Office::open(folder, name).map_err(Failure::Problem)
}

const USUAL_NAME: &str = "millwatt/receiver";

fn key(Named { data, name }: &Named) -> Result<(), Failure> {
    use millwatt::trust::note::KeyKind;
    if VerifierKey::new(name, KeyKind::Note, [0; 32]).is_err() {
        let message =
            format!("`{name}`: a name for keys has no blanks and no +, such as example.org/office");
        return Err(Failure::Usage(message));
    }
    say(open(data, name)?.verifier());
    Ok(())
}

fn add(Added { name, key, data }: &Added) -> Result<(), Failure> {
    let mut office = open(data, USUAL_NAME)?;
    office.register().add(name, key).map_err(Failure::Usage)?;
    say(format_args!("{name}: its log is kept in {}", data.join(name).display()));
    Ok(())
}

fn list(Fleet { data }: &Fleet) -> Result<(), Failure> {
    let mut office = open(data, USUAL_NAME)?;
    for entry in office.register().entries() {
        let fingerprint = VerifierKey::parse(&entry.key).map(|key| key.fingerprint().to_string());
        let fingerprint = fingerprint.unwrap_or_default();
        say(format_args!("{:<32} {}  key {fingerprint}", entry.name, entry.device()));
    }
    Ok(())
}

fn run(running: &Running) -> Result<(), Failure> {
    let (runtime, ending) = super::run::runtime()?;
    let office = open(&running.data, USUAL_NAME)?;
    runtime.block_on(run_until_stopped(running, office, ending))
}

async fn run_until_stopped(
    running: &Running,
    mut office: Office,
    ending: impl Future<Output = ()>,
) -> Result<(), Failure> {
    let json = running.json;
    let (key, devices) = (office.verifier().to_string(), office.register().entries().len());
    let sentence = format!("{devices} devices are written down; receiver = \"{key}\"");
    tell(json, &sentence, json!({ "event": "started", "receiver": key, "devices": devices }));
    if devices == 0 {
        let sentence = "nothing is taken from anybody yet: millwatt receive add NAME --key … writes a device down";
        tell(json, sentence, json!({ "event": "empty" }));
    }
    let office = Arc::new(Mutex::new(office));
    let told: crate::receive::Told = Arc::new(move |reply: &Reply| tell_reply(json, reply));
    let mut serving = tokio::task::JoinSet::new();
    if let Some(at) = running.listen {
        serving.spawn(serve(bind(running, at).await?, router(office.clone(), told.clone())));
    }
    if let Some(url) = &running.mqtt {
        let (plan, standing) = (running.broker.plan(url)?, standing(json, url));
        serving.spawn(mqtt::run(plan, office.clone(), told, standing));
    }
    ending.await;
    serving.shutdown().await;
    let refused = office.lock().unwrap_or_else(PoisonError::into_inner).refused();
    let sentence = format!("stopped; {refused} parcels were refused");
    tell(json, &sentence, json!({ "event": "stopped", "refused": refused }));
    Ok(())
}

/// A port that is taken, and how it speaks.
type Bound = (TcpListener, Option<Identity>);

async fn bind(running: &Running, at: SocketAddr) -> Result<Bound, Failure> {
    let listener = TcpListener::bind(at).await.map_err(|error| {
        Failure::Problem(format!(
            "cannot listen at {at}: {error}; choose another address with --listen"
        ))
    })?;
    let bound = listener.local_addr().map_err(Failure::problem)?;
    let is_plain = running.plain_http || bound.ip().is_loopback();
    let identity = match is_plain {
        true => None,
        false => {
            let made = Identity::open(&running.data, "tls", &[bound.ip()]);
            Some(made.map_err(Failure::Problem)?)
        }
    };
    let scheme = if is_plain { "http" } else { "https" };
    let url = format!("{scheme}://{bound}");
    let fingerprint = identity.as_ref().map(Identity::fingerprint);
    let ca = identity
        .as_ref()
        .map(|_| format!("; ca = a copy of {}", running.data.join("tls.crt").display()));
    let line = json!({ "event": "listening", "url": url, "sha256": fingerprint });
    tell(running.json, &format!("http = \"{url}\"{}", ca.unwrap_or_default()), line);
    Ok((listener, identity))
}

/// Tells how the connection to the broker stands, the same once.
fn standing(json: bool, url: &str) -> mqtt::Standing {
    let (url, last) = (url.to_owned(), Mutex::new(None));
    Arc::new(move |trouble: Option<&str>| {
        let now = Some(trouble.map(str::to_owned));
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if *last == now {
            return;
        }
        match trouble {
            None => {
                let line = json!({ "event": "connected", "mqtt": url });
                tell(json, &format!("mqtt = \"{url}\": connected"), line);
            }
            Some(why) => tell(json, why, json!({ "event": "trouble", "message": why })),
        }
        *last = now;
    })
}

/// Serves until the task is dropped.
async fn serve((listener, identity): Bound, routes: axum::Router) {
    match identity {
        None => {
            let _ = axum::serve(listener, routes).await;
        }
        Some(identity) => {
            if let Ok(listener) = TlsListener::new(listener, &identity) {
                let _ = axum::serve(listener, routes).await;
            }
        }
    }
}

fn tell_reply(json: bool, reply: &Reply) {
    let device = reply.device.as_deref();
    match &reply.outcome {
        Outcome::Kept(up_to) if json => {
            say(
                json!({ "event": "kept", "device": device, "log": reply.origin, "epoch": up_to.epoch, "sequence": up_to.sequence }),
            );
        }
        Outcome::Gap(newest) if json => {
            say(
                json!({ "event": "gap", "device": device, "epoch": newest.epoch, "sequence": newest.sequence }),
            );
        }
        Outcome::Kept(_) | Outcome::Gap(_) => {}
        Outcome::Refused(why) => {
            tell(
                json,
                why,
                json!({ "event": "refused", "device": device, "log": reply.origin, "message": why }),
            );
        }
    }
}

fn tell(json: bool, sentence: &str, line: serde_json::Value) {
    if json { say(line) } else { say(sentence) }
}
