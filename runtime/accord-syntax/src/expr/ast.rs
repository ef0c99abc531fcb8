//! The tree of an expression.

use std::sync::Arc;

/// A range of bytes in the text of a template.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TextSpan {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl TextSpan {
    /// The bytes from `start` up to, and without, `end`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// From the start of this span to the end of `other`.
    #[must_use]
    pub const fn to(self, other: Self) -> Self {
        Self { start: self.start, end: other.end }
    }
}

/// A node with its place.
#[derive(Clone)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands in the text of the template.
    pub span: TextSpan,
    pub(super) height: u16,
}

/// What an expression is.
#[derive(Clone)]
pub enum ExprKind {
    /// `1`, `'text'`, `true`, `null`.
    Literal(Literal),
    /// A name: a lambda's parameter, a variable, a task.
    Identifier(Arc<str>),
    /// `-a`, `!a`, `empty a`.
    Unary(UnaryOp, Box<Expr>),
    /// `a + b - c`: operators that bind equally strongly, from the left. At least one.
    Binary(Box<Expr>, Vec<(BinaryOp, Expr)>),
    /// `condition ? a : b`.
    Choice(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `target = value`.
    Assign(Box<Expr>, Box<Expr>),
    /// `a; b`: all are evaluated, the last is the value. At least two.
    Sequence(Vec<Expr>),
    /// `x -> body`.
    Lambda(Arc<Lambda>),
    /// `(x -> body)(1)(2)`: a lambda that is called at once, once for each list of arguments. At least one.
    Apply(Arc<Lambda>, Vec<Vec<Expr>>),
    /// `f(1)`, `ns:f(1)`, `f(1)(2)`.
    Call {
        /// The text before the colon.
        prefix: Option<Arc<str>>,
        /// The function, or the name of a lambda.
        name: Arc<str>,
        /// One list for each pair of parentheses. At least one.
        arguments: Vec<Vec<Expr>>,
    },
    /// `base.name`, `base[index]`, `base.method(1)` and chains of them. At least one suffix.
    Path(Box<Expr>, Vec<Suffix>),
    /// `[1, 2]`.
    List(Vec<Expr>),
    /// `{1, 2}` (a set), `{'a': 1}` (a map) or `{}` (an empty set). Entries with and without value in one pair of
    /// braces are an error when evaluated.
    Braces(Vec<(Expr, Option<Expr>)>),
}

/// A constant in an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number of 64 bits.
    Integer(i64),
    /// Digits that do not fit 64 bits: an error when evaluated.
    HugeInteger(Arc<str>),
    /// A number with a dot or an exponent.
    Float(f64),
    /// A text, its escapes resolved.
    Text(Arc<str>),
}

/// An operator with one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-`.
    Negate,
    /// `!` or `not`.
    Not,
    /// `empty`.
    Empty,
}

/// An operator with two sides. All group from the left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `||` or `or`.
    Or,
    /// `&&` or `and`.
    And,
    /// `==` or `eq`.
    Equal,
    /// `!=` or `ne`.
    NotEqual,
    /// `<` or `lt`.
    Less,
    /// `>` or `gt`.
    Greater,
    /// `<=` or `le`.
    LessOrEqual,
    /// `>=` or `ge`.
    GreaterOrEqual,
    /// `+=`: both sides as texts, joined.
    Concat,
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `*`.
    Multiply,
    /// `/` or `div`.
    Divide,
    /// `%` or `mod`.
    Modulo,
}

/// A function without a name.
#[derive(Clone)]
pub struct Lambda {
    /// Names of the parameters.
    pub parameters: Vec<Arc<str>>,
    /// What it gives.
    pub body: Expr,
}

/// One step of a path.
#[derive(Clone)]
pub struct Suffix {
    /// Which property.
    pub access: Access,
    /// The arguments, if the property is a method that is called.
    pub arguments: Option<Vec<Expr>>,
    /// Where the step stands.
    pub span: TextSpan,
}

/// How a property is named.
#[derive(Clone)]
pub enum Access {
    /// `.name`.
    Name(Arc<str>),
    /// `[index]`.
    Index(Expr),
}

impl Expr {
    /// A node that is as high as its highest child and one.
    pub(super) fn new(kind: ExprKind, span: TextSpan) -> Self {
        let mut height = 0;
        for_each_child(&kind, &mut |child| height = height.max(child.height));
        Self { kind, span, height: height.saturating_add(1) }
    }

    /// How many levels of nodes this one is: 1 for a leaf; never more than [`super::MAX_DEPTH`].
    #[must_use]
    pub const fn height(&self) -> u16 {
        self.height
    }

    /// Calls `f` with each direct child, in the order of evaluation.
    pub fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Self)) {
        for_each_child(&self.kind, f);
    }

    /// Calls `f` with this node and everything below it, parents first.
    pub fn visit<'a>(&'a self, f: &mut dyn FnMut(&'a Self)) {
        f(self);
        self.for_each_child(&mut |child| child.visit(f));
    }
}

fn for_each_child<'a>(kind: &'a ExprKind, f: &mut dyn FnMut(&'a Expr)) {
    match kind {
        ExprKind::Literal(_) | ExprKind::Identifier(_) => {}
        ExprKind::Unary(_, side) => f(side),
        ExprKind::Binary(first, rest) => {
            f(first);
            rest.iter().for_each(|(_, side)| f(side));
        }
        ExprKind::Choice(condition, yes, no) => {
            f(condition);
            f(yes);
            f(no);
        }
        ExprKind::Assign(target, value) => {
            f(target);
            f(value);
        }
        ExprKind::Sequence(items) | ExprKind::List(items) => items.iter().for_each(f),
        ExprKind::Lambda(lambda) => f(&lambda.body),
        ExprKind::Apply(lambda, calls) => {
            f(&lambda.body);
            calls.iter().flatten().for_each(f);
        }
        ExprKind::Call { arguments, .. } => arguments.iter().flatten().for_each(f),
        ExprKind::Path(base, suffixes) => {
            f(base);
            for suffix in suffixes {
                if let Access::Index(index) = &suffix.access {
                    f(index);
                }
                suffix.arguments.iter().flatten().for_each(&mut *f);
            }
        }
        ExprKind::Braces(entries) => {
            for (key, value) in entries {
                f(key);
                if let Some(value) = value {
                    f(value);
                }
            }
        }
    }
}
