//! A name's addresses, within a time.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// The way in which names are looked up; tests have names of their own.
pub type Lookup = fn(&str, u16) -> io::Result<Vec<SocketAddr>>;

/// Asks the operating system, which also understands the odd spellings of IPv4 addresses (`0x7f.1`, `2130706433`).
///
/// # Errors
/// Errors of the operating system, mostly that there is no such name.
pub fn system(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    Ok((host, port).to_socket_addrs()?.collect())
}

/// Looks a name up in a thread of its own, because the operating system knows no time limit.
///
/// # Errors
/// [`io::ErrorKind::TimedOut`]; [`io::ErrorKind::NotFound`] where the name leads to no address.
pub fn within(lookup: Lookup, host: &str, port: u16, limit: Duration) -> io::Result<Vec<SocketAddr>> {
    let (answer, answers) = mpsc::sync_channel(1);
    let name = host.to_owned();
    thread::Builder::new().name("courseglue-lookup".into()).spawn(move || {
        // The caller may have stopped waiting.
        let _ = answer.send(lookup(&name, port));
    })?;
    match answers.recv_timeout(limit) {
        Ok(Ok(addresses)) if addresses.is_empty() => Err(io::ErrorKind::NotFound.into()),
        Ok(Ok(found)) => Ok(found),
        // The operating system has no kind for a name that leads nowhere, only words.
        Ok(Err(error)) if error.kind() == io::ErrorKind::TimedOut => Err(error),
        Ok(Err(_)) => Err(io::ErrorKind::NotFound.into()),
        Err(RecvTimeoutError::Timeout) => Err(io::ErrorKind::TimedOut.into()),
        Err(RecvTimeoutError::Disconnected) => Err(io::ErrorKind::Other.into()),
    }
}
