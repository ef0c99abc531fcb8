//! Numbers as Java has them: text forms, parsing, arithmetic.

mod arithmetic;
mod parse;
#[cfg(test)]
mod tests;
mod text;

pub use arithmetic::{
    add, compare, divide, multiply, negate, remainder, subtract, to_big_decimal, to_big_int, to_double, to_int, to_long,
};
pub use parse::{
    parse_big_decimal, parse_big_int, parse_double, parse_float, parse_int, parse_long, parse_radix, parse_unsigned,
};
pub use text::{decimal_plain_text, decimal_text, double_text, float_text};
pub(crate) use text::{zeros_before, zeros_behind};
