//! Vectors of sketches and messages, frozen as files.

mod messages;
mod sketch;

use serde_json::Value;

/// Compares with `vectors/NAME.json`; `COURSEGLUE_BLESS=1` writes that anew.
fn freeze(name: &str, vectors: &Value) {
    let file = format!("{}/../vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = serde_json::to_string_pretty(vectors).unwrap() + "\n";
    if std::env::var_os("COURSEGLUE_BLESS").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text, "{file}");
}
