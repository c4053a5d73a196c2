//! The clients that a process keeps, so that connections survive from one call of PHP to the next.

use std::process;
use std::sync::Arc;
use std::time::SystemTime;

use once_cell::sync::Lazy;
use parking_lot::RwLock;

use crate::client::{Client, ClientError, Policy};

/// One FPM worker serves few sites, and their settings change seldom.
const KEPT: usize = 8;

static CLIENTS: Lazy<RwLock<Vec<Kept>>> = Lazy::new(RwLock::default);

struct Kept {
    process: u32,
    policy: Policy,
    roots_changed: Option<SystemTime>,
    client: Arc<Client>,
}

/// The client of this process for this policy, made at the first call.
///
/// # Errors
/// As [`Client::new`].
pub fn client(policy: &Policy) -> Result<Arc<Client>, ClientError> {
    let process = process::id();
    let roots_changed =
        policy.roots.as_deref().and_then(|file| std::fs::metadata(file).ok()?.modified().ok());
    let fits = |kept: &Kept| {
        kept.process == process && kept.policy == *policy && kept.roots_changed == roots_changed
    };
    if let Some(kept) = CLIENTS.read().iter().find(|kept| fits(kept)) {
        return Ok(Arc::clone(&kept.client));
    }
    let client = Arc::new(Client::new(policy)?);
    let mut clients = CLIENTS.write();
    let (own, inherited) =
        std::mem::take(&mut *clients).into_iter().partition(|kept| kept.process == process);
    // What was inherited by a fork is the parent's: its connections are not ours to close.
    std::mem::forget::<Vec<Kept>>(inherited);
    *clients = own;
    if clients.len() >= KEPT {
        clients.remove(0);
    }
    clients.push(Kept { process, policy: policy.clone(), roots_changed, client: Arc::clone(&client) });
    Ok(client)
}
