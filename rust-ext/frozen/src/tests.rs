use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn written(rows: &BTreeSet<[u8; 3]>, texts: &[String]) -> Vec<u8> {
    let mut out = SectionWriter::new(Vec::new());
    out.section("rows", &rows.iter().flatten().copied().collect::<Vec<u8>>()).unwrap();
    Texts::write(&mut out, "texts", texts).unwrap();
    out.finish().unwrap()
}

fn read(bytes: Vec<u8>) -> Option<(Rows, Texts)> {
    let sections = Sections::read(&Bytes::new(bytes))?;
    Some((Rows::read(sections.get("rows")?, 3)?, Texts::read(sections.get("texts")?)?))
}

#[test]
fn a_part_of_a_part_lies_inside_of_it() {
    let bytes = Bytes::new(b"0123456789".to_vec());
    let part = bytes.slice(2..6).unwrap();
    assert_eq!(part.slice(1..3).unwrap().get(), b"34");
    assert!(part.slice(1..5).is_none() && part.slice(usize::MAX..usize::MAX).is_none());
    assert_eq!((u16_at(b"\x01\x02\x03", 1), u32_at(b"\x01\x02\x03", 0)), (0x0302, 0));
}

#[test]
fn one_name_is_for_one_section() {
    let mut out = SectionWriter::new(Vec::new());
    out.section("rows", b"abc").unwrap();
    assert!(out.section("rows", b"abc").is_err());
}

proptest! {
    #[test]
    fn what_was_written_is_found(
        rows: BTreeSet<[u8; 3]>,
        mut texts in prop::collection::vec(".{0,8}", 0..20),
        key: [u8; 3],
    ) {
        texts.sort();
        texts.dedup();
        let (read_rows, read_texts) = read(written(&rows, &texts)).unwrap();
        let sorted: Vec<[u8; 3]> = rows.iter().copied().collect();
        prop_assert_eq!(read_rows.find(&key), sorted.binary_search(&key));
        prop_assert_eq!(read_rows.find_even(&key), sorted.binary_search(&key));
        for row in &sorted {
            prop_assert_eq!(read_rows.find_even(row), sorted.binary_search(row));
        }
        prop_assert!(read_rows.iter(0..rows.len()).eq(sorted.iter()));
        prop_assert_eq!(read_rows.get(rows.len()), b"");
        prop_assert_eq!(read_texts.len(), texts.len());
        for (number, text) in texts.iter().enumerate() {
            prop_assert_eq!(read_texts.text(number), text);
            prop_assert_eq!(read_texts.find(text.as_bytes()), Ok(number));
        }
        prop_assert_eq!(read_texts.get(texts.len()), b"");
    }

    #[test]
    fn damaged_bytes_stop_nothing(
        rows: BTreeSet<[u8; 3]>,
        texts in prop::collection::vec(".{0,8}", 0..20),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut: prop::sample::Index,
        is_cut: bool,
    ) {
        let mut bytes = written(&rows, &texts);
        let len = bytes.len();
        damage.iter().for_each(|(at, byte)| bytes[at.index(len)] = *byte);
        bytes.truncate(if is_cut { cut.index(len) } else { len });
        for texts in [Texts::read(Bytes::new(bytes.clone())), read(bytes).map(|(_, texts)| texts)].into_iter().flatten() {
            (0..texts.len().min(50)).for_each(|number| drop(texts.text(number).to_owned()));
            let _ = texts.find(b"x");
        }
    }
}
