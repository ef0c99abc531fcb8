//! Sets: shared, mutable, with identity and Java's order.

/// Which Java set it is: decides the order in which items are seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetKind {
    /// `java.util.LinkedHashSet`.
    Linked,
    /// `java.util.HashSet`.
    Hash,
    /// `java.util.TreeSet`.
    Tree,
    /// Immutable ones.
    Immutable,
}

/// A set. A clone is another reference to the same set.
#[derive(Clone)]
pub struct Set(crate::Map);
