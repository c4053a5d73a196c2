//! What this site takes from others: every entry and item is checked here, whatever way it came.

mod item;
#[cfg(test)]
mod tests;

pub use item::{Intake, OF_ONE_SITE};
