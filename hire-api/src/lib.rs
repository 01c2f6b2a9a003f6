//! Typed client for Feishu (Lark) Hire and Contact, generated from YAML specs.
