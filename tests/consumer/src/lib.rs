//! A library's own endpoints, beside those of Feishu Hire.

include!(concat!(env!("OUT_DIR"), "/api.rs"));
