//! A small run with a fixed seed; `run.sh` runs longer ones.

#![allow(clippy::unwrap_used, reason = "a test ends with a panic")]

use std::path::Path;

use hire_random::consumer::Consumer;
use hire_random::random::Random;
use hire_random::{readers, schema};

#[test]
fn what_check_accepts_is_read_the_same_by_every_reader() {
    let schema = schema::schema(11, 20);
    let (accepted, refused) = schema.tried;
    assert!(accepted > 200 && refused > 60, "{accepted} accepted, {refused} refused");
    readers::run(&schema.api);
    let (compared, taken) = readers::compare(&mut Random::new(12), &schema.api, 20);
    assert!(compared > 100 && taken > 30 && compared - taken > 10, "{taken} of {compared} taken");
}

#[test]
fn what_check_accepts_compiles() {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let consumer = Consumer::new(&scratch.join("random"), &scratch.join("diff/target"));
    let schema = schema::schema(13, 25);
    consumer.compiles(&schema.api).unwrap_or_else(|said| panic!("{said}"));
    consumer.lints(&schema.api).unwrap_or_else(|said| panic!("{said}"));
}
