//! The live page of a running collector: the log's own bytes, and the same file to save.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use millwatt::archive::Archive;
use millwatt_tests::pymodbus::MeterServer;
use millwatt_tests::rig::{self, Running};

const SITE: &str = r#"
[site]
name = "Xưởng <b>sống</b>"
zone = "Asia/Bangkok"
currency = "VND"
main = "mill"
commit_every = "200ms"

[[asset]]
id = "mill"
name = "Cối xay"

[[meter]]
asset = "mill"
address = "127.0.0.1:PORT"
profile = "eastron-sdm630"
every = "50ms"
"#;

/// Status line with headers, and body.
fn get(port: u16, path: &str) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the page is served");
    let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("takes a request");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("answers");
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("has headers");
    (String::from_utf8_lossy(&answer[..end]).into_owned(), answer[end + 4..].to_vec())
}

#[test]
fn the_live_page_hands_out_the_log_and_the_report() {
    let Some(page) = rig::need("MILLWATT_PAGE", "live page") else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let Some(server) = MeterServer::start(folder.path(), &[], "live page") else { return };
    let site = SITE.replace("PORT", &server.port.to_string());
    std::fs::write(path("site.toml"), site).expect("the site file can be written");
    let port = rig::free_port();
    let mut command = rig::millwatt();
    command.arg("run").arg(path("site.toml")).arg("--data").arg(path("data"));
    command.args(["--listen", &format!("127.0.0.1:{port}"), "--page"]).arg(page);
    let mut run = Running::start(&mut command, &path("run.log"));
    rig::wait_for_port(port);
    rig::wait_until("the log holds readings", Duration::from_secs(20), || {
        get(port, "/data").0.starts_with("HTTP/1.1 200")
    });

    let (_, first) = get(port, "/data");
    let first = Archive::load(&first).expect("a log").span().expect("readings");
    rig::wait_until("newer readings are handed out", Duration::from_secs(20), || {
        let (_, later) = get(port, "/data");
        Archive::load(&later).ok().and_then(|log| log.span()).is_some_and(|span| span.to > first.to)
    });
    let (headers, live) = get(port, "/");
    let live = String::from_utf8_lossy(&live).into_owned();
    assert!(headers.contains("text/html") && live.contains("data-live=\"live\""), "{headers}");
    assert!(live.contains("connect-src 'self'"));
    assert!(live.contains("<title>Xưởng &lt;b&gt;sống&lt;/b&gt;</title>"), "a name is text");
    let (headers, saved) = get(port, "/report.html");
    let saved = String::from_utf8_lossy(&saved).into_owned();
    assert!(headers.contains("attachment"), "{headers}");
    assert!(saved.contains("connect-src 'none'") && saved.contains("data-live=\"\""));
    assert!(run.terminate().success());
}
