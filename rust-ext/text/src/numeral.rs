//! Decimal digits of the world's scripts as ASCII digits.

/// The zeros of the scripts whose ten digits follow one another (Unicode category Nd, after NFKC).
const ZEROS: [u32; 21] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x19D0,
];

/// The ASCII digit of the same value, or `None` where `c` is no such digit.
pub(super) fn ascii_digit(c: char) -> Option<char> {
    let code = u32::from(c);
    ZEROS
        .iter()
        .find(|&&zero| (zero..zero + 10).contains(&code))
        .and_then(|&zero| char::from_digit(code - zero, 10))
}
