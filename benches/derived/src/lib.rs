//! The structs and enums that hire-gen writes, with serde's derive in the place of hire-macros'.

include!(concat!(env!("OUT_DIR"), "/models.rs"));
