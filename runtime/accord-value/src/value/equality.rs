//! Equality, hash and natural order as Java has them.

use std::cmp::Ordering;
use std::sync::Arc;

use bigdecimal::BigDecimal;
use num_bigint::{BigInt, Sign};

use super::{MAX_DEPTH, MAX_STEPS, Value};
use crate::{List, Map, Set, nesting};

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        if self.is_scalar() || other.is_scalar() {
            return equals(self, other, &mut Walk::default());
        }
        // An item of a set is looked for by another comparison.
        nesting::inside(|| equals(self, other, &mut Walk::default()), || false)
    }
}

impl Eq for Value {}

/// How far one walk has come. One that meets a container inside itself, goes too deep or too far ends with "not equal"
/// or a hash of what was seen.
#[derive(Default)]
struct Walk {
    /// The containers that are being looked into, from the outermost on.
    inside: Vec<usize>,
    steps: usize,
}

impl Walk {
    /// Runs `visit` inside a container; `otherwise` where the walk has to end.
    fn inside<T>(&mut self, identity: usize, otherwise: T, visit: impl FnOnce(&mut Walk) -> T) -> T {
        self.steps += 1;
        if self.inside.len() >= MAX_DEPTH || self.steps >= MAX_STEPS || self.inside.contains(&identity) {
            return otherwise;
        }
        self.inside.push(identity);
        let answer = visit(self);
        self.inside.pop();
        answer
    }
}

fn equals(a: &Value, b: &Value, walk: &mut Walk) -> bool {
    match (a, b) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Byte(a), Value::Byte(b)) => a == b,
        (Value::Short(a), Value::Short(b)) => a == b,
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Long(a), Value::Long(b)) => a == b,
        (Value::Float(a), Value::Float(b)) => float_bits(*a) == float_bits(*b),
        (Value::Double(a), Value::Double(b)) => double_bits(*a) == double_bits(*b),
        (Value::BigInt(a), Value::BigInt(b)) => a == b,
        // Java: 1.0 and 1.00 are not equal.
        (Value::BigDecimal(a), Value::BigDecimal(b)) => a.as_bigint_and_exponent() == b.as_bigint_and_exponent(),
        (Value::Char(a, _), Value::Char(b, _)) => a == b,
        (Value::Text(a), Value::Text(b)) => a == b,
        (Value::List(a), Value::List(b)) => a.same(b) || lists_equal(a, b, walk),
        (Value::Map(a), Value::Map(b)) => a.same(b) || maps_equal(a, b, walk),
        (Value::Set(a), Value::Set(b)) => a.same(b) || sets_equal(a, b, walk),
        (Value::Object(a), Value::Object(b)) => Arc::ptr_eq(a, b) || nesting::inside(|| a.equals(b.as_ref()), || false),
        _ => a.is_same(b),
    }
}

fn lists_equal(a: &List, b: &List, walk: &mut Walk) -> bool {
    if !a.kind().is_list() || !b.kind().is_list() || a.len() != b.len() {
        return false;
    }
    let identity = a.identity();
    let (a, b) = (a.snapshot(), b.snapshot());
    walk.inside(identity, false, |walk| a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| equals(a, b, walk)))
}

fn maps_equal(a: &Map, b: &Map, walk: &mut Walk) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let entries = a.unordered();
    walk.inside(a.identity(), false, |walk| {
        entries.iter().all(|(key, value)| b.get_key(key).is_some_and(|other| equals(value, &other, walk)))
    })
}

fn sets_equal(a: &Set, b: &Set, walk: &mut Walk) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let items = a.unordered();
    walk.inside(a.identity(), false, |_| items.iter().all(|item| b.contains(item)))
}

/// Java's `Double.doubleToLongBits`: one pattern for all NaN.
fn double_bits(number: f64) -> u64 {
    if number.is_nan() { 0x7ff8_0000_0000_0000 } else { number.to_bits() }
}

/// Java's `Float.floatToIntBits`.
fn float_bits(number: f32) -> u32 {
    if number.is_nan() { 0x7fc0_0000 } else { number.to_bits() }
}

impl Value {
    /// Whether both are the same thing, not only equal: Java's `==` of references. Scalars that Java keeps by value are
    /// the same when they are equal.
    pub fn is_same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::List(a), Value::List(b)) => a.same(b),
            (Value::Map(a), Value::Map(b)) => a.same(b),
            (Value::Set(a), Value::Set(b)) => a.same(b),
            (Value::Throwable(a), Value::Throwable(b)) => Arc::ptr_eq(a, b),
            (Value::Object(a), Value::Object(b)) => Arc::ptr_eq(a, b),
            (Value::Bytes(a), Value::Bytes(b)) => a.same(b),
            (a, b) if a.is_scalar() && b.is_scalar() && !matches!(a, Value::Bytes(_)) => {
                std::mem::discriminant(a) == std::mem::discriminant(b) && a == b
            }
            _ => false,
        }
    }

    /// Java's `hashCode`; 0 of `null`.
    pub fn hash_code(&self) -> i32 {
        hash(self, &mut Walk::default())
    }

    /// The order of Java's `compareTo` within one class; none where the classes differ or have no order.
    pub fn natural_cmp(&self, other: &Value) -> Option<Ordering> {
        Some(match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Byte(a), Value::Byte(b)) => a.cmp(b),
            (Value::Short(a), Value::Short(b)) => a.cmp(b),
            (Value::Int(a), Value::Int(b)) => a.cmp(b),
            (Value::Long(a), Value::Long(b)) => a.cmp(b),
            (Value::Float(a), Value::Float(b)) => compare_doubles(f64::from(*a), f64::from(*b)),
            (Value::Double(a), Value::Double(b)) => compare_doubles(*a, *b),
            (Value::BigInt(a), Value::BigInt(b)) => a.cmp(b),
            (Value::BigDecimal(a), Value::BigDecimal(b)) => a.cmp(b),
            (Value::Char(a, _), Value::Char(b, _)) => a.cmp(b),
            (Value::Text(a), Value::Text(b)) => compare_texts(a.as_str(), b.as_str()).cmp(&0),
            (Value::Object(a), Value::Object(b)) => return a.compare(&**b),
            _ => return None,
        })
    }
}

/// Java's `Double.compare`: -0.0 before 0.0, NaN last.
pub fn compare_doubles(a: f64, b: f64) -> Ordering {
    match a.partial_cmp(&b) {
        Some(Ordering::Equal) | None => double_bits(a).cast_signed().cmp(&double_bits(b).cast_signed()),
        Some(order) => order,
    }
}

/// Java's `String.compareTo`: the difference of the first differing UTF-16 code units, or of the lengths.
pub fn compare_texts(a: &str, b: &str) -> i32 {
    let (mut a_units, mut b_units) = (a.encode_utf16(), b.encode_utf16());
    loop {
        match (a_units.next(), b_units.next()) {
            (None, None) => return 0,
            (Some(a), Some(b)) if a == b => {}
            (Some(a), Some(b)) => return i32::from(a) - i32::from(b),
            (Some(_), None) => return i32::try_from(1 + a_units.count()).unwrap_or(i32::MAX),
            (None, Some(_)) => return i32::try_from(1 + b_units.count()).map_or(i32::MIN, |more| -more),
        }
    }
}

/// Java's `String.hashCode`, over UTF-16 code units.
pub fn hash_text(text: &str) -> i32 {
    text.encode_utf16().fold(0i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)))
}

fn hash(value: &Value, walk: &mut Walk) -> i32 {
    match value {
        Value::Null => 0,
        Value::Bool(value) => {
            if *value {
                1231
            } else {
                1237
            }
        }
        Value::Byte(number) => i32::from(*number),
        Value::Short(number) => i32::from(*number),
        Value::Int(number) => *number,
        Value::Long(number) => fold_long(number.cast_unsigned()),
        Value::Float(number) => float_bits(*number).cast_signed(),
        Value::Double(number) => fold_long(double_bits(*number)),
        Value::BigInt(number) => hash_big(number),
        Value::BigDecimal(number) => hash_decimal(number),
        Value::Char(unit, _) => i32::from(*unit),
        Value::Text(text) => hash_text(text.as_str()),
        Value::Bytes(bytes) => identity_hash(bytes.identity()),
        Value::List(list) if !list.kind().is_list() => identity_hash(list.identity()),
        Value::List(list) => {
            let items = list.snapshot();
            walk.inside(list.identity(), 0, |walk| {
                items.iter().fold(1i32, |sum, item| sum.wrapping_mul(31).wrapping_add(hash(item, walk)))
            })
        }
        Value::Map(map) => {
            let entries = map.unordered();
            walk.inside(map.identity(), 0, |walk| {
                entries.iter().fold(0i32, |sum, (key, value)| sum.wrapping_add(hash(key, walk) ^ hash(value, walk)))
            })
        }
        Value::Set(set) => {
            let items = set.unordered();
            walk.inside(set.identity(), 0, |walk| {
                items.iter().fold(0i32, |sum, item| sum.wrapping_add(hash(item, walk)))
            })
        }
        Value::Throwable(error) => identity_hash(Arc::as_ptr(error).addr()),
        Value::Object(object) => nesting::inside(|| object.hash_code(), || 0),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "Java's hash of a long keeps the lower half of the exclusive or")]
fn fold_long(bits: u64) -> i32 {
    ((bits ^ (bits >> 32)) as u32).cast_signed()
}

/// Java's `System.identityHashCode`: 31 bits that differ from object to object.
#[expect(clippy::cast_possible_truncation, reason = "a hash keeps the lower bits")]
pub(crate) fn identity_hash(address: usize) -> i32 {
    ((address >> 3) as u32 & 0x7fff_ffff).cast_signed()
}

/// Java's `BigInteger.hashCode`: over the magnitude in 32-bit words, the highest first, with the sign.
fn hash_big(number: &BigInt) -> i32 {
    let sum = number
        .magnitude()
        .to_u32_digits()
        .iter()
        .rev()
        .fold(0i32, |sum, word| sum.wrapping_mul(31).wrapping_add(word.cast_signed()));
    if number.sign() == Sign::Minus { sum.wrapping_neg() } else { sum }
}

/// Java's `BigDecimal.hashCode`.
#[expect(clippy::cast_possible_truncation, reason = "Java's scale has 32 bits")]
fn hash_decimal(number: &BigDecimal) -> i32 {
    let (unscaled, scale) = number.as_bigint_and_exponent();
    hash_big(&unscaled).wrapping_mul(31).wrapping_add(scale as i32)
}
