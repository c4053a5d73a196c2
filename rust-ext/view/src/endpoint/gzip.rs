//! Packing answers.

use std::cell::RefCell;

use flate2::{Compress, Compression, FlushCompress, Status};

/// The factor by which answers mostly shrink at least.
const EXPECTED: usize = 2;
/// The window of the compression, in powers of two: the largest that the format allows.
const WINDOW: u8 = 15;

thread_local! {
    /// Its tables are larger than most answers: making them anew would take as long as packing one.
    static FAST: RefCell<Compress> = RefCell::new(Compress::new_gzip(Compression::fast(), WINDOW));
}

/// Packs what is sent once; `None` where that fails.
pub fn fast(bytes: &[u8]) -> Option<Vec<u8>> {
    FAST.with_borrow_mut(|packer| {
        packer.reset();
        pack(packer, bytes)
    })
}

/// Packs what is sent many times; `None` where that fails.
pub fn well(bytes: &[u8]) -> Option<Vec<u8>> {
    pack(&mut Compress::new_gzip(Compression::default(), WINDOW), bytes)
}

fn pack(packer: &mut Compress, bytes: &[u8]) -> Option<Vec<u8>> {
    let more = bytes.len() / EXPECTED + 64;
    let mut packed = Vec::with_capacity(more);
    loop {
        let rest = bytes.get(usize::try_from(packer.total_in()).ok()?..)?;
        if packer.compress_vec(rest, &mut packed, FlushCompress::Finish).ok()? == Status::StreamEnd {
            return Some(packed);
        }
        packed.reserve(more);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn what_is_packed_can_be_unpacked_one_after_the_other() {
        let noise: Vec<u8> = (0..100_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        for bytes in [&b""[..], b"a", &noise, &vec![7; 50_000], &noise[..9_999]] {
            for packed in [fast(bytes).unwrap(), well(bytes).unwrap()] {
                let mut unpacked = Vec::new();
                GzDecoder::new(&*packed).read_to_end(&mut unpacked).unwrap();
                assert!(unpacked == bytes);
            }
        }
    }
}
