//! A certificate of the program's own, so that PINs and readings do not cross a network in the open.
//!
//! Nobody vouches for it: a phone shows a warning once, and whoever sets it up compares the fingerprint with the one
//! that the program printed. Another certificate may be put in its place: `form.crt` and `form.key`, or for the receiver
//! `tls.crt` and `tls.key`, all PEM.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::file_log::way_out;
use crate::trust::key::replace;
use axum::serve::Listener;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use sha2::{Digest as _, Sha256};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;

/// For how long a phone may take to agree on keys.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Most phones that agree on keys at once.
const MOST_HANDSHAKES: usize = 32;

/// What a server speaks TLS with.
#[derive(Clone)]
pub struct Identity {
    acceptor: TlsAcceptor,
    fingerprint: String,
}

impl Identity {
    /// A folder's certificate `NAME.crt` and its key `NAME.key`, made at first for these addresses.
    ///
    /// # Errors
    /// When it cannot be read or made: a sentence with the way out.
    pub fn open(folder: &Path, name: &str, addresses: &[IpAddr]) -> Result<Self, String> {
        let paths = ["key", "crt"].map(|kind| folder.join(format!("{name}.{kind}")));
        if !paths.iter().all(|path| path.exists()) {
            make(&paths, addresses)?;
        }
        let [key, certificate] = &paths;
        let key = read(key).and_then(|pem| {
            PrivateKeyDer::from_pem_slice(&pem).map_err(|error| unusable(key, &error))
        })?;
        let pem = read(certificate)?;
        let chain = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>();
        let chain = chain.map_err(|error| unusable(certificate, &error))?;
        let first = chain.first().ok_or_else(|| unusable(certificate, &"it is empty"))?;
        let fingerprint = fingerprint(first);
        let config = config(chain, key).map_err(|error| unusable(certificate, &error))?;
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), fingerprint })
    }

    /// SHA-256 of the certificate, as browsers show it.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

fn config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<ServerConfig, tokio_rustls::rustls::Error> {
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions()?.with_no_client_auth();
    let mut config = builder.with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}; {}", path.display(), way_out(&error)))
}

fn unusable(path: &Path, why: &dyn std::fmt::Display) -> String {
    format!(
        "{}: this certificate or its key cannot be used ({why}); put back the pair, or move both \
         away and the next start makes new ones",
        path.display()
    )
}

/// `AB:CD:…`
fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    let digest = Sha256::digest(certificate.as_ref());
    let pairs: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join(":")
}

fn make(paths: &[PathBuf; 2], addresses: &[IpAddr]) -> Result<(), String> {
    let failed = |error: rcgen::Error| format!("no certificate can be made: {error}");
    let mut params = CertificateParams::new(names(addresses)).map_err(failed)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "millwatt");
    let key = KeyPair::generate().map_err(failed)?;
    let certificate = params.self_signed(&key).map_err(failed)?;
    let [key_path, certificate_path] = paths;
    let files =
        [(key_path, key.serialize_pem(), 0o600), (certificate_path, certificate.pem(), 0o644)];
    for (path, pem, mode) in files {
        replace(path, pem.as_bytes(), mode)
            .map_err(|error| format!("{}: {error}; {}", path.display(), way_out(&error)))?;
    }
    Ok(())
}

/// The addresses, and the machine's name where it is a plain one.
fn names(addresses: &[IpAddr]) -> Vec<String> {
    let mut names: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = host.trim();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
    if !host.is_empty() && host.chars().all(is_plain) {
        names.push(host.to_owned());
        names.push(format!("{host}.local"));
    }
    names.push("localhost".to_owned());
    names
}

/// Takes connections and gives those that agreed on keys; one that dawdles delays nobody.
pub(crate) struct TlsListener {
    agreed: mpsc::Receiver<(TlsStream<TcpStream>, std::net::SocketAddr)>,
    address: std::net::SocketAddr,
    /// Ends with this listener.
    _accepting: JoinSet<()>,
}

impl TlsListener {
    /// Over a port that is taken already.
    pub(crate) fn new(listener: TcpListener, identity: &Identity) -> std::io::Result<Self> {
        let address = listener.local_addr()?;
        let (send, agreed) = mpsc::channel(MOST_HANDSHAKES);
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(listener, identity.acceptor.clone(), send));
        Ok(Self { agreed, address, _accepting: accepting })
    }
}

type Agreed = mpsc::Sender<(TlsStream<TcpStream>, std::net::SocketAddr)>;

async fn accept(mut listener: TcpListener, acceptor: TlsAcceptor, agreed: Agreed) {
    let places = Arc::new(Semaphore::new(MOST_HANDSHAKES));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        // Waits out a moment without free file descriptors.
        let (stream, address) = Listener::accept(&mut listener).await;
        let (acceptor, agreed) = (acceptor.clone(), agreed.clone());
        tokio::spawn(async move {
            let shaken = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await;
            drop(place);
            if let Ok(Ok(stream)) = shaken {
                // Nobody takes it when the server ends.
                let _ = agreed.send((stream, address)).await;
            }
        });
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.agreed.recv().await {
            Some(agreed) => agreed,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        Ok(self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_certificate_is_made_once_and_its_key_is_its_owners() {
        let folder = tempfile::tempdir().expect("a folder");
        let addresses = [IpAddr::from([192, 168, 1, 20])];
        let made = Identity::open(folder.path(), "form", &addresses).expect("made");
        let read = Identity::open(folder.path(), "form", &addresses).expect("read");
        assert_eq!(made.fingerprint(), read.fingerprint());
        assert_eq!(made.fingerprint().len(), 32 * 3 - 1);
        let metadata = std::fs::metadata(folder.path().join("form.key")).expect("there");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn what_is_no_certificate_is_refused_and_left() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["form.key", "form.crt"] {
            std::fs::write(folder.path().join(name), "none").expect("written");
        }
        let error = Identity::open(folder.path(), "form", &[]).err().expect("refused");
        assert!(error.contains("put back the pair"), "{error}");
    }
}
