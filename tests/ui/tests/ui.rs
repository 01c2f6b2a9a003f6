//! Compiler messages for misuse of the derives and the client. `TRYBUILD=overwrite` updates them.

#[test]
fn misuse_of_the_derives_is_told_what_to_do() {
    trybuild::TestCases::new().compile_fail("macros/fail/*.rs");
}

#[test]
fn everything_the_derives_take_works_on_private_types() {
    trybuild::TestCases::new().pass("macros/pass/*.rs");
}

#[test]
fn requests_cannot_be_built_wrong() {
    trybuild::TestCases::new().compile_fail("api/fail/*.rs");
}
