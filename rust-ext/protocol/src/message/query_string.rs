//! The query string of a GET: names and values that need no escapes.

use std::str::FromStr;

use super::{Code, Fault};

/// The longest query string that is read, in bytes.
const MAX_BYTES: usize = 1024;

/// A query string such as `operation=snapshot&after=…`. Unknown names are passed over, since proxies add some; of two
/// values for one name the first counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct QueryString<'q>(&'q str);

impl<'q> QueryString<'q> {
    /// # Errors
    /// [`Code::TooLarge`].
    pub fn read(text: &'q str) -> Result<Self, Fault> {
        if text.len() > MAX_BYTES {
            return Err(Fault::new(Code::TooLarge, format!("a query string has at most {MAX_BYTES} bytes")));
        }
        Ok(Self(text))
    }

    pub fn get(self, name: &str) -> Option<&'q str> {
        self.0
            .split('&')
            .filter_map(|field| field.split_once('='))
            .find_map(|(n, v)| (n == name).then_some(v))
    }

    /// The value as a number or an id.
    ///
    /// # Errors
    /// [`Code::BadRequest`] where it is there and cannot be read.
    pub fn parse<T: FromStr>(self, name: &str) -> Result<Option<T>, Fault> {
        let wrong = |_| Fault::new(Code::BadRequest, format!("the value of '{name}' cannot be read"));
        self.get(name).map(|value| value.parse().map_err(wrong)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_among_others() {
        let query = QueryString::read("x&operation=sketch&from=0&=&count=300&from=7").unwrap();
        assert_eq!((query.get("operation"), query.get("x"), query.get("to")), (Some("sketch"), None, None));
        assert_eq!(query.parse("from"), Ok(Some(0_u32)));
        assert_eq!(query.parse::<u32>("to"), Ok(None));
        assert_eq!(query.parse::<u32>("operation").unwrap_err().code, Code::BadRequest);
        assert_eq!(QueryString::read(&"x".repeat(1025)).unwrap_err().code, Code::TooLarge);
    }
}
