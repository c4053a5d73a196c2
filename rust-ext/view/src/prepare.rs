//! Preparing rows: finding the words of many records, which is most of the work of a rebuild.

use std::thread;

use courseglue_core::Change;

/// The most threads, as other processes of this server have work too.
const THREADS: usize = 4;
/// Fewer rows than this are not worth a thread.
const LEAST: usize = 64;

/// Adds what the index needs to the rows of records, on several cores.
pub fn prepare(rows: &mut [Change]) {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS);
    let share = rows.len().div_ceil(threads).max(LEAST);
    if rows.len() > share {
        thread::scope(|scope| {
            for part in rows.chunks_mut(share) {
                // Where the system allows no thread, the rest is done below.
                let _ = thread::Builder::new().spawn_scoped(scope, move || part.iter_mut().for_each(one));
            }
        });
    }
    rows.iter_mut().for_each(one);
}

fn one(row: &mut Change) {
    if let Change::Record(row) = row {
        row.prepare();
    }
}
