//! The crate against recorded cases of the reference, arbitrary texts, and texts made to exhaust a reader.

#![expect(clippy::expect_used, reason = "a test that cannot read its cases has failed")]

mod bombs;
mod cases;
mod effective;
mod load;
mod properties;
