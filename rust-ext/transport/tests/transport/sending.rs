//! One request over real sockets: what is sent, what comes back, and what stops it.

use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use crate::server::{Server, answer};
use courseglue_core::{Barrier, Failure, Families, Method, Proxy, Request, Response, TlsFault};
use courseglue_transport::clients::client;
use courseglue_transport::{Client, ClientError, Policy};
use flate2::Compression;
use flate2::write::GzEncoder;

fn open() -> Policy {
    Policy {
        url: "https://moodle.example/m".into(),
        plain_http: true,
        blocked: Vec::new(),
        ports: Vec::new(),
        proxy: None,
        roots: None,
    }
}

fn blocking(blocked: &[&str]) -> Policy {
    Policy { blocked: blocked.iter().map(|entry| (*entry).to_owned()).collect(), ..open() }
}

fn get(url: &str) -> Request {
    Request {
        id: 1,
        method: Method::Get,
        url: url.into(),
        body: Vec::new(),
        timeout_ms: 5_000,
        max_bytes: 1 << 20,
    }
}

fn send(policy: &Policy, request: &Request) -> Result<Response, Failure> {
    Client::new(policy).unwrap().send(request, Duration::from_secs(5), 1 << 20)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn is_refused(result: &Result<Response, Failure>) -> bool {
    matches!(result, Err(Failure::Refused(_)))
}

#[test]
fn a_post_carries_json_and_says_who_asks() {
    let server = Server::saying(answer("200 OK", "Content-Type: application/json\r\n", b"{}"));
    let request = Request { method: Method::Post, body: b"{\"a\":1}".to_vec(), ..get(&server.url()) };
    let response = send(&open(), &request).unwrap();
    assert_eq!((response.status, response.body.as_slice()), (200, b"{}".as_slice()));
    assert_eq!(response.content_type.as_deref(), Some("application/json"));
    let seen = &server.seen()[0];
    assert_eq!(seen.line, "POST /peer.php HTTP/1.1");
    assert_eq!(seen.body, b"{\"a\":1}");
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert_eq!(seen.header("accept"), Some("application/json"));
    let branch = concat!(env!("CARGO_PKG_VERSION_MAJOR"), ".", env!("CARGO_PKG_VERSION_MINOR"));
    let name = format!("CourseGlue/{branch} (+https://moodle.example/m)");
    assert_eq!(seen.header("user-agent"), Some(name.as_str()));
    assert_eq!(seen.header("cookie"), None);
}

#[test]
fn answers_of_any_status_are_answers() {
    for (status, number) in [("404 Not Found", 404), ("503 Service Unavailable", 503), ("403 Forbidden", 403)]
    {
        let server = Server::saying(answer(status, "Content-Type: text/html\r\n", b"<html>"));
        let response = send(&open(), &get(&server.url())).unwrap();
        assert_eq!(response.status, number);
        assert_eq!(response.content_type.as_deref(), Some("text/html"));
        assert_eq!(response.body, b"<html>");
    }
}

#[test]
fn redirects_are_not_followed() {
    let other = Server::saying(answer("200 OK", "", b""));
    let server = Server::saying(answer("302 Found", &format!("Location: {}\r\n", other.url()), b""));
    assert_eq!(send(&open(), &get(&server.url())).unwrap().status, 302);
    assert_eq!((server.connections(), other.connections()), (1, 0));
}

#[test]
fn cookies_are_not_kept() {
    let server = Server::saying(answer("200 OK", "Set-Cookie: a=b\r\n", b""));
    let client = Client::new(&open()).unwrap();
    for _ in 0..2 {
        client.send(&get(&server.url()), Duration::from_secs(5), 1 << 20).unwrap();
    }
    assert_eq!(server.seen()[1].header("cookie"), None);
}

#[test]
fn a_connection_serves_several_requests() {
    let server = Server::saying(answer("200 OK", "", b"{}"));
    let client = Client::new(&open()).unwrap();
    for _ in 0..5 {
        client.send(&get(&server.url()), Duration::from_secs(5), 1 << 20).unwrap();
    }
    assert_eq!((server.seen().len(), server.connections()), (5, 1));
}

#[test]
fn compressed_answers_are_asked_for_and_unpacked() {
    let server = Server::saying(answer("200 OK", "Content-Encoding: gzip\r\n", &gzip(b"{\"sites\":[]}")));
    assert_eq!(send(&open(), &get(&server.url())).unwrap().body, b"{\"sites\":[]}");
    assert_eq!(server.seen()[0].header("accept-encoding"), Some("gzip"));
}

#[test]
fn an_answer_that_says_it_is_too_large_is_not_read() {
    let server = Server::saying("HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n");
    assert_eq!(send(&open(), &get(&server.url())), Err(Failure::TooLarge));
}

#[test]
fn an_answer_without_end_is_cut_off() {
    let server = Server::start(|_, stream| {
        let chunk = vec![b'x'; 65_536];
        let mut sent = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while sent.is_ok() {
            sent = stream.write_all(b"10000\r\n").and_then(|()| stream.write_all(&chunk));
            sent = sent.and_then(|()| stream.write_all(b"\r\n"));
        }
    });
    assert_eq!(send(&open(), &get(&server.url())), Err(Failure::TooLarge));
}

#[test]
fn a_compressed_bomb_is_cut_off_at_its_unpacked_size() {
    let bomb = gzip(&vec![0; 64 << 20]);
    assert!(bomb.len() < 1 << 17);
    let server = Server::saying(answer("200 OK", "Content-Encoding: gzip\r\n", &bomb));
    assert_eq!(send(&open(), &get(&server.url())), Err(Failure::TooLarge));
}

#[test]
fn an_answer_of_exactly_the_limit_is_taken() {
    let server = Server::saying(answer("200 OK", "", &vec![b'x'; 1 << 20]));
    assert_eq!(send(&open(), &get(&server.url())).unwrap().body.len(), 1 << 20);
}

#[test]
fn a_silent_server_is_given_up() {
    let server = Server::start(|_, _| {});
    let request = Request { timeout_ms: 200, ..get(&server.url()) };
    let start = Instant::now();
    assert_eq!(send(&open(), &request), Err(Failure::TimedOut));
    assert!((200..2_000).contains(&start.elapsed().as_millis()));
}

#[test]
fn a_dripping_server_does_not_get_more_time() {
    let server = Server::start(|_, stream| {
        let mut sent = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        while sent.is_ok() {
            std::thread::sleep(Duration::from_millis(50));
            sent = stream.write_all(b"x");
        }
    });
    let start = Instant::now();
    let client = Client::new(&open()).unwrap();
    let result = client.send(&get(&server.url()), Duration::from_millis(300), 1 << 20);
    assert_eq!(result, Err(Failure::TimedOut));
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[test]
fn an_answer_that_breaks_off_is_no_answer() {
    let server = Server::start(|_, stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf").unwrap();
        stream.shutdown(std::net::Shutdown::Both).unwrap();
    });
    assert!(matches!(send(&open(), &get(&server.url())), Err(Failure::Protocol)));
}

#[test]
fn what_is_not_http_is_named_so() {
    let server = Server::saying("SSH-2.0-OpenSSH_9.2\r\n");
    assert!(matches!(send(&open(), &get(&server.url())), Err(Failure::Protocol)));
}

#[test]
fn tls_to_a_server_without_it_fails() {
    let server = Server::saying("HTTP/1.1 400 Bad Request\r\n\r\n");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            stream.unwrap().write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        }
    });
    let result = send(&open(), &get(&url));
    assert_eq!(result, Err(Failure::Tls(TlsFault::NotTls)));
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_closed_port_is_unreachable() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let families = Families { ipv4: true, ipv6: false };
    for scheme in ["http", "https"] {
        let result = send(&open(), &get(&format!("{scheme}://{address}/")));
        assert_eq!(result, Err(Failure::Unreachable(Barrier::Closed(families))), "{scheme}");
    }
}

#[test]
fn blocked_addresses_are_never_dialled_however_they_are_spelled() {
    let server = Server::saying(answer("200 OK", "", b""));
    let port = server.address.port();
    let policy = blocking(&["127.0.0.0/8", "0000::1"]);
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "0",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
    ] {
        let result = send(&policy, &get(&format!("http://{host}:{port}/")));
        assert!(is_refused(&result), "{host}: {result:?}");
    }
    assert!(is_refused(&send(&open(), &get(&format!("http://user@127.0.0.1:{port}/")))));
    assert_eq!(server.connections(), 0);
    assert!(send(&open(), &get(&server.url())).is_ok(), "the same address, allowed");
}

#[test]
fn ports_that_are_not_allowed_are_never_dialled() {
    let server = Server::saying(answer("200 OK", "", b""));
    let policy = Policy { ports: vec![443, 80], ..open() };
    assert!(is_refused(&send(&policy, &get(&server.url()))));
    let policy = Policy { ports: vec![server.address.port()], ..open() };
    assert!(send(&policy, &get(&server.url())).is_ok());
    assert_eq!(server.connections(), 1);
}

#[test]
fn plain_http_is_refused_unless_allowed() {
    let server = Server::saying(answer("200 OK", "", b""));
    let policy = Policy { plain_http: false, ..open() };
    assert!(is_refused(&send(&policy, &get(&server.url()))));
    assert_eq!(server.connections(), 0);
}

/// `mixed.example` has an open and an inner address, `loop.example` is this host, `slow.example` never answers.
fn names(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    let addresses: &[&str] = match host {
        "mixed.example" => &["203.0.113.9", "10.0.0.1"],
        "loop.example" | "127.0.0.1" => &["127.0.0.1"],
        "open.example" => &["203.0.113.9"],
        "slow.example" => loop {
            std::thread::park();
        },
        "empty.example" => &[],
        "six.example" => &["::1"],
        "both.example" => &["::1", "127.0.0.1"],
        _ => return Err(io::ErrorKind::NotFound.into()),
    };
    Ok(addresses.iter().map(|address| SocketAddr::new(address.parse().unwrap(), port)).collect())
}

fn send_to_name(policy: &Policy, url: &str) -> Result<Response, Failure> {
    let client = Client::with_lookup(policy, names).unwrap();
    client.send(&get(url), Duration::from_millis(500), 1 << 20)
}

#[test]
fn a_name_with_one_blocked_address_is_refused() {
    assert!(is_refused(&send_to_name(&blocking(&["10.0.0.0/8"]), "http://mixed.example/")));
}

#[test]
fn a_name_that_leads_to_this_host_is_refused_where_loopback_is() {
    let server = Server::saying(answer("200 OK", "", b""));
    let url = format!("http://loop.example:{}/", server.address.port());
    assert!(is_refused(&send_to_name(&blocking(&["127.0.0.0/8"]), &url)));
    assert_eq!(server.connections(), 0);
    assert!(send_to_name(&open(), &url).is_ok());
}

#[test]
fn names_that_do_not_exist_are_unreachable_and_slow_lookups_time_out() {
    for host in ["nowhere.example", "empty.example"] {
        let result = send_to_name(&open(), &format!("http://{host}/"));
        assert_eq!(result, Err(Failure::Unreachable(Barrier::NoName)), "{host}");
    }
    // As the operating system says it, which has no kind for it.
    assert_eq!(send(&open(), &get("http://nowhere.invalid/")), Err(Failure::Unreachable(Barrier::NoName)));
    assert_eq!(send_to_name(&open(), "http://slow.example/"), Err(Failure::TimedOut));
}

#[test]
fn an_ipv6_address_that_leads_nowhere_is_named() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let only = Families { ipv4: false, ipv6: true };
    let result = send_to_name(&open(), &format!("http://six.example:{port}/"));
    let nowhere =
        [Barrier::Closed(only), Barrier::NoRoute(only)].map(|barrier| Err(Failure::Unreachable(barrier)));
    assert!(nowhere.contains(&result), "{result:?}");
    let both = Families { ipv4: true, ipv6: true };
    let result = send_to_name(&open(), &format!("http://both.example:{port}/"));
    assert_eq!(result, Err(Failure::Unreachable(Barrier::Closed(both))));
    let server = Server::saying(answer("200 OK", "", b"{}"));
    let url = format!("http://both.example:{}/", server.address.port());
    assert!(send_to_name(&open(), &url).is_ok(), "the other address is tried");
}

#[test]
fn where_an_answer_leads_and_when_to_come_again_is_read() {
    let headers = "Location: https://www.example/x\r\nRetry-After: 90\r\n";
    let server = Server::saying(answer("302 Found", headers, b""));
    let response = send(&open(), &get(&server.url())).unwrap();
    assert_eq!(
        (response.location.as_deref(), response.retry_after),
        (Some("https://www.example/x"), Some(90))
    );
    let server =
        Server::saying(answer("429 Too Many", "Retry-After: Fri, 31 Dec 2100 23:59:59 GMT\r\n", b""));
    assert_eq!(send(&open(), &get(&server.url())).unwrap().retry_after, None);
}

#[test]
fn who_has_not_joined_does_not_say_who_it_is() {
    let server = Server::saying(answer("200 OK", "", b""));
    send(&Policy { url: String::new(), ..open() }, &get(&server.url())).unwrap();
    let name = concat!("CourseGlue/", env!("CARGO_PKG_VERSION_MAJOR"), ".", env!("CARGO_PKG_VERSION_MINOR"));
    assert_eq!(server.seen()[0].header("user-agent"), Some(name));
}

/// A proxy that tunnels to nowhere: it answers both the CONNECT and the request inside.
fn proxy() -> Server {
    Server::start(|seen, stream| {
        let answer = if seen.line.starts_with("CONNECT") {
            "HTTP/1.1 200 Tunnel\r\n\r\n".into()
        } else {
            answer("200 OK", "", b"{}")
        };
        stream.write_all(&answer).unwrap();
    })
}

fn behind(server: &Server, bypass: &[&str]) -> Policy {
    let proxy = Proxy {
        host: "127.0.0.1".into(),
        port: server.address.port(),
        kind: "HTTP".into(),
        user: Some("me".into()),
        password: Some("p:w".into()),
        bypass: bypass.iter().map(|entry| (*entry).to_owned()).collect(),
    };
    Policy { proxy: Some(proxy), ports: vec![80], ..blocking(&["127.0.0.0/8", "10.0.0.0/8"]) }
}

#[test]
fn a_proxy_is_told_the_name_and_is_itself_exempt_from_the_rules() {
    let proxy = proxy();
    assert_eq!(send_to_name(&behind(&proxy, &[]), "http://open.example/x").unwrap().status, 200);
    let seen = proxy.seen();
    assert_eq!(seen[0].line, "CONNECT open.example:80 HTTP/1.1");
    assert_eq!(seen[0].header("proxy-authorization"), Some("Basic bWU6cDp3"));
    assert_eq!(seen[1].line, "GET /x HTTP/1.1");
    assert_eq!(seen[1].header("proxy-authorization"), None);
}

#[test]
fn what_is_blocked_is_blocked_behind_a_proxy_as_well() {
    let proxy = proxy();
    let policy = behind(&proxy, &[]);
    for url in ["http://mixed.example/", "http://loop.example/", "http://open.example:8080/"] {
        assert!(is_refused(&send_to_name(&policy, url)), "{url}");
    }
    let proxys_own = format!("http://127.0.0.1:{}/", proxy.address.port());
    assert!(is_refused(&send_to_name(&Policy { ports: Vec::new(), ..policy }, &proxys_own)));
    assert_eq!(proxy.connections(), 0);
}

#[test]
fn hosts_that_bypass_the_proxy_are_dialled_directly_under_the_same_rules() {
    let (proxy, server) = (proxy(), Server::saying(answer("200 OK", "", b"")));
    let url = format!("http://loop.example:{}/", server.address.port());
    let bypassing = Policy { ports: Vec::new(), ..behind(&proxy, &["*.example"]) };
    assert!(is_refused(&send_to_name(&bypassing, &url)));
    assert!(send_to_name(&Policy { blocked: Vec::new(), ..bypassing }, &url).is_ok());
    assert_eq!((proxy.connections(), server.connections()), (0, 1));
}

#[test]
fn settings_that_cannot_be_followed_are_named() {
    let roots = |file: &str| Client::new(&Policy { roots: Some(file.into()), ..open() });
    assert!(matches!(roots("/nowhere/roots.pem"), Err(ClientError::Roots(..))));
    assert!(matches!(roots("/proc/self/cmdline"), Err(ClientError::NoRoots(..))));
    let mut policy = behind(&proxy(), &[]);
    policy.proxy.as_mut().unwrap().kind = "GOPHER".into();
    assert!(matches!(Client::new(&policy), Err(ClientError::ProxyType(..))));
}

#[test]
fn a_process_keeps_one_client_for_a_policy() {
    let server = Server::saying(answer("200 OK", "", b"{}"));
    let policy = Policy { url: "https://kept.example".into(), ..open() };
    for _ in 0..3 {
        client(&policy).unwrap().send(&get(&server.url()), Duration::from_secs(5), 1 << 20).unwrap();
    }
    assert_eq!(server.connections(), 1);
    let other = Policy { url: "https://other.example".into(), ..open() };
    client(&other).unwrap().send(&get(&server.url()), Duration::from_secs(5), 1 << 20).unwrap();
    assert_eq!(server.connections(), 2);
}

#[test]
fn a_proxy_that_is_not_there_is_named() {
    let gone = Server { address: TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap(), ..proxy() };
    let result = send_to_name(&behind(&gone, &[]), "http://open.example/x");
    assert_eq!(result, Err(Failure::Unreachable(Barrier::Proxy)));
}
