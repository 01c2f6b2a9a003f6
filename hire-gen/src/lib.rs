//! Reads endpoint specs in YAML and writes a typed Rust client.
