//! Parts of a record that other systems read: where a course takes place, and the copy that it offers.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Hundredths of a degree, written as a number of degrees with two decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Degrees(pub i32);

impl Serialize for Degrees {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(self.0) / 100.0)
    }
}

impl<'de> Deserialize<'de> for Degrees {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let hundredths = f64::deserialize(deserializer)? * 100.0;
        // More decimals than two would tell a house.
        if !(-18_000.0..=18_000.0).contains(&hundredths) || (hundredths - hundredths.round()).abs() > 1e-6 {
            return Err(de::Error::custom("degrees are a number with at most two decimals"));
        }
        #[allow(clippy::cast_possible_truncation, reason = "its range was checked")]
        Ok(Self(hundredths.round() as i32))
    }
}

/// A place on Earth (WGS 84), no more exact than a kilometre.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// North of the equator.
    pub lat: Degrees,
    /// East of Greenwich.
    pub lon: Degrees,
}

impl Place {
    /// Whether there is such a place.
    pub(super) fn is_on_earth(self) -> bool {
        self.lat.0.abs() <= 9_000
    }

    /// The square of the geohash grid that it lies in, of four characters: about 39 by 20 kilometres.
    #[must_use]
    pub fn geohash(self) -> String {
        const DIGITS: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";
        const CHARACTERS: usize = 4;
        let (mut lat, mut lon) = ((-9_000.0, 9_000.0), (-18_000.0, 18_000.0));
        let mut hash = String::new();
        for character in 0..CHARACTERS {
            let mut digit = 0;
            for bit in 0..5 {
                let is_lon = (character * 5 + bit) % 2 == 0;
                let (range, at) = if is_lon { (&mut lon, self.lon) } else { (&mut lat, self.lat) };
                let middle = f64::midpoint(range.0, range.1);
                let upper = f64::from(at.0) >= middle;
                digit = digit * 2 + usize::from(upper);
                if upper { range.0 = middle } else { range.1 = middle }
            }
            hash.push(char::from(DIGITS[digit]));
        }
        hash
    }
}

/// A backup that the publisher offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copy {
    /// Bytes.
    pub size: u64,
    /// The branch of Moodle that made it, such as `4.5`.
    pub version: String,
    /// SHA-256 of the file, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_have_two_decimals() {
        for (text, hundredths) in [("41.12", 4112), ("-0.57", -57), ("180", 18_000), ("1.0", 100)] {
            let read: Degrees = serde_json::from_str(text).unwrap();
            assert_eq!(read, Degrees(hundredths));
            assert_eq!(
                serde_json::from_str::<Degrees>(&serde_json::to_string(&read).unwrap()).unwrap(),
                read
            );
        }
        for wrong in ["41.123", "181", "-180.01", "\"1\"", "null"] {
            assert!(serde_json::from_str::<Degrees>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_place_has_a_square_of_the_geohash_grid() {
        let place = |lat, lon| Place { lat: Degrees(lat), lon: Degrees(lon) }.geohash();
        assert_eq!(place(4112, 125), "sp2c");
        assert_eq!([place(-3345, -7067), place(3568, 13_976), place(0, 0)], ["66j9", "xn76", "s000"]);
    }
}
