//! The clients that a process keeps, so that connections survive from one call of PHP to the next.

use std::process;
use std::sync::Arc;
use std::time::SystemTime;

use once_cell::sync::Lazy;
use parking_lot::RwLock;

use crate::client::{Client, ClientError, Policy};

/// The most clients that a process keeps: one FPM worker serves few sites, and their settings change seldom.
const MAX_CLIENTS: usize = 8;

static CLIENTS: Lazy<RwLock<Vec<KeptClient>>> = Lazy::new(RwLock::default);

struct KeptClient {
    process: u32,
    policy: Policy,
    roots_changed: Option<SystemTime>,
    client: Arc<Client>,
}

/// The client of this process for this policy, made at the first call.
///
/// # Errors
/// The errors of [`Client::new`].
pub fn client(policy: &Policy) -> Result<Arc<Client>, ClientError> {
    let process = process::id();
    let roots_changed =
        policy.roots.as_deref().and_then(|file| std::fs::metadata(file).ok()?.modified().ok());
    let fits = |kept: &KeptClient| {
        kept.process == process && kept.policy == *policy && kept.roots_changed == roots_changed
    };
    if let Some(kept) = CLIENTS.read().iter().find(|kept| fits(kept)) {
        return Ok(Arc::clone(&kept.client));
    }
    let client = Arc::new(Client::new(policy)?);
    let mut clients = CLIENTS.write();
    let (own, inherited) =
        std::mem::take(&mut *clients).into_iter().partition(|kept| kept.process == process);
    // A client that was inherited by a fork is the parent's: its connections are not ours to close.
    std::mem::forget::<Vec<KeptClient>>(inherited);
    *clients = own;
    if clients.len() >= MAX_CLIENTS {
        clients.remove(0);
    }
    clients.push(KeptClient { process, policy: policy.clone(), roots_changed, client: Arc::clone(&client) });
    Ok(client)
}
