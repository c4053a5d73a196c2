//! Addresses and URLs: what is canonical stays as it is.
#![no_main]

use courseglue_protocol::Address;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|url: &str| {
    if let Ok((scheme, address)) = Address::from_url(url) {
        assert_eq!(Address::parse(scheme, address.as_str()).as_ref(), Ok(&address));
        assert_eq!(Address::from_url(&address.url(scheme)), Ok((scheme, address.clone())));
        assert!(!address.domain().is_empty() && address.host_key().0[..4] != [0; 4]);
    }
});
