//! A type that comes through a macro is the type itself, and one that is called like Rust's is still checked.

#![allow(unused_parens)]

use hire_api::{Check, Checks, Model};

macro_rules! sent {
    ($name:ident { $($field:ident: $ty:ty),* $(,)? }) => {
        #[derive(Clone, PartialEq, Model)]
        #[hire(request)]
        pub struct $name {
            $(pub $field: $ty),*
        }
    };
}

macro_rules! twice {
    ($name:ident { $($field:ident: $ty:ty),* $(,)? }) => { sent!($name { $($field: ($ty)),* }); };
}

sent!(Once { a: String, b: Option<String>, c: Option<Vec<String>> });
twice!(Twice { a: String, b: Option<String>, c: Option<Vec<String>> });

mod named {
    use hire_api::Model;

    #[derive(Clone, PartialEq, Model)]
    #[hire(request)]
    pub struct String {
        #[hire(max_length = 2)]
        pub x: Option<::std::string::String>,
    }

    #[derive(Clone, PartialEq, Model)]
    #[hire(request)]
    pub struct Holder {
        pub inner: Option<String>,
    }
}

fn main() {
    let _ = Once::new("a").b("b").c(["c"]);
    let _ = Twice::new("a").b("b").c(["c"]);
    let mut checks = Checks::new();
    named::Holder::new().inner(named::String::new().x("abcdef")).check(&mut checks);
    assert!(checks.finish().is_err());
}
