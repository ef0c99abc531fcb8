//! What must not build: a guarded value printed, stored or compared. Each case's message stands beside it.

#[test]
fn a_guarded_value_cannot_be_printed_stored_or_compared() {
    trybuild::TestCases::new().compile_fail("tests/guard/*.rs");
}
