//! The crate against recorded cases of the reference, arbitrary texts, and texts made to exhaust a reader.

mod bombs;
mod cases;
mod effective;
mod load;
mod properties;
