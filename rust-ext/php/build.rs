//! Keeps the extension mapped until the process ends.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // PHP unloads extensions at shutdown, while a name lookup may still be under way in a thread whose code
    // lies in here.
    println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
}
