//! Writing a table into a file, as [`super::base`] reads it.

use std::io::{self, Write};

use courseglue_frozen::{SectionWriter, Texts};

use super::buckets::bucket_of;
use super::liveness::Liveness;
use super::peer::Peer;

/// The least mean number of sites in a bucket; the mean is less than twice as large.
const IN_A_BUCKET: usize = 8;

/// Writes the sections of a table; the sites come by node id.
pub(super) fn write<'t, I: Iterator<Item = Peer<'t>>>(
    out: &mut SectionWriter<impl Write>,
    count: usize,
    peers: impl Fn() -> I,
) -> io::Result<()> {
    out.begin("table.glances")?;
    peers().try_for_each(|peer| out.write_all(&peer.glance.to_bytes()))?;
    out.begin("table.facts")?;
    for peer in peers() {
        out.write_all(&peer.seq().to_le_bytes())?;
        out.write_all(&peer.digest())?;
        out.write_all(&peer.key().0)?;
        let country = peer.country().and_then(|country| country.as_bytes().first_chunk().copied());
        out.write_all(&country.unwrap_or([0; 2]))?;
    }
    out.begin("table.seen")?;
    for peer in peers().filter(|peer| peer.glance.failing()) {
        let Liveness { failures, last_try, failing_since } = peer.liveness;
        out.write_all(&peer.id().0)?;
        out.write_all(&failures.to_le_bytes())?;
        out.write_all(&last_try.to_le_bytes())?;
        out.write_all(&failing_since.to_le_bytes())?;
    }
    out.begin("table.ends")?;
    let buckets = (count / IN_A_BUCKET).max(1).next_power_of_two();
    let (mut bucket, mut row) = (0, 0_u32);
    for peer in peers() {
        let its = bucket_of(peer.glance.domain(), buckets);
        for _ in bucket..its {
            out.write_all(&row.to_le_bytes())?;
        }
        (bucket, row) = (its, row.saturating_add(1));
    }
    for _ in bucket..buckets {
        out.write_all(&row.to_le_bytes())?;
    }
    Texts::write(out, "table.entries", peers().map(|peer| peer.json().into_owned()))?;
    let givers = |peer: Peer<'t>| peer.givers().flat_map(|by| by.0).collect::<Vec<u8>>();
    Texts::write(out, "table.givers", peers().map(givers))
}
