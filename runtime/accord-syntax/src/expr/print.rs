//! An expression as text again: with the fewest parentheses, so that it parses to the same tree.

use std::fmt::{self, Display, Formatter, Write};

use super::ast::{Access, BinaryOp, Expr, ExprKind, Lambda, Literal, UnaryOp};

/// How strongly a node binds, as text: what needs more than its place gives is put in parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    Sequence,
    Assignment,
    Choice,
    Binary(u8),
    Unary,
    Value,
}

const LOWEST_BINARY: Strength = Strength::Binary(0);

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExprKind::Literal(literal) => print_literal(literal, f),
            ExprKind::Identifier(name) => f.write_str(name),
            ExprKind::Unary(op, side) => {
                f.write_str(match op {
                    UnaryOp::Negate => "-",
                    UnaryOp::Not => "!",
                    UnaryOp::Empty => "empty ",
                })?;
                inner(side, Strength::Unary, f)
            }
            ExprKind::Binary(first, rest) => {
                // A side that is a row of the same strength could only come from parentheses.
                let least = Strength::Binary(rest.first().map_or(0, |(op, _)| sign(*op).1) + 1);
                inner(first, least, f)?;
                rest.iter().try_for_each(|(op, side)| {
                    write!(f, " {} ", sign(*op).0)?;
                    inner(side, least, f)
                })
            }
            ExprKind::Choice(condition, yes, no) => {
                inner(condition, LOWEST_BINARY, f)?;
                f.write_str(" ? ")?;
                // A name before the colon could make it a function of a namespace.
                if matches!(yes.kind, ExprKind::Identifier(_)) {
                    write!(f, "({yes})")?;
                } else {
                    guarded(yes, f)?;
                }
                f.write_str(" : ")?;
                inner(no, Strength::Choice, f)
            }
            ExprKind::Assign(target, value) => {
                inner(target, Strength::Choice, f)?;
                f.write_str(" = ")?;
                inner(value, Strength::Assignment, f)
            }
            // A lambda at the start of parentheses would take all of them.
            ExprKind::Sequence(items) => list(items, "; ", Strength::Choice, f),
            ExprKind::Lambda(lambda) => print_lambda(lambda, f),
            ExprKind::Apply(lambda, calls) => {
                f.write_char('(')?;
                print_lambda(lambda, f)?;
                f.write_char(')')?;
                calls.iter().try_for_each(|arguments| print_arguments(arguments, f))
            }
            ExprKind::Call { prefix, name, arguments } => {
                if let Some(prefix) = prefix {
                    write!(f, "{prefix}:")?;
                }
                f.write_str(name)?;
                arguments.iter().try_for_each(|arguments| print_arguments(arguments, f))
            }
            ExprKind::Path(base, suffixes) => {
                print_base(base, f)?;
                for suffix in suffixes {
                    match &suffix.access {
                        Access::Name(name) => write!(f, ".{name}")?,
                        Access::Index(index) => write!(f, "[{index}]")?,
                    }
                    if let Some(arguments) = &suffix.arguments {
                        print_arguments(arguments, f)?;
                    }
                }
                Ok(())
            }
            ExprKind::List(items) => {
                f.write_char('[')?;
                list(items, ", ", Strength::Sequence, f)?;
                f.write_char(']')
            }
            ExprKind::Braces(entries) => {
                f.write_char('{')?;
                for (index, (key, value)) in entries.iter().enumerate() {
                    if index > 0 {
                        f.write_str(", ")?;
                    }
                    match value {
                        None => inner(key, Strength::Sequence, f)?,
                        Some(value) => {
                            guarded(key, f)?;
                            f.write_str(": ")?;
                            inner(value, Strength::Sequence, f)?;
                        }
                    }
                }
                f.write_char('}')
            }
        }
    }
}

/// The tree in full, without places: two expressions that print the same are the same.
impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExprKind::Literal(literal) => write!(f, "{literal:?}"),
            ExprKind::Identifier(name) => write!(f, "{name}"),
            ExprKind::Unary(op, side) => write!(f, "{op:?}({side:?})"),
            ExprKind::Binary(first, rest) => {
                write!(f, "({first:?}")?;
                rest.iter().try_for_each(|(op, side)| write!(f, " {op:?} {side:?}"))?;
                f.write_char(')')
            }
            ExprKind::Choice(condition, yes, no) => write!(f, "Choice({condition:?}, {yes:?}, {no:?})"),
            ExprKind::Assign(target, value) => write!(f, "Assign({target:?}, {value:?})"),
            ExprKind::Sequence(items) => write!(f, "Sequence{items:?}"),
            ExprKind::Lambda(lambda) => write!(f, "Lambda({:?} -> {:?})", lambda.parameters, lambda.body),
            ExprKind::Apply(lambda, calls) => {
                write!(f, "Apply({:?} -> {:?}){calls:?}", lambda.parameters, lambda.body)
            }
            ExprKind::Call { prefix, name, arguments } => write!(f, "Call({prefix:?}, {name}){arguments:?}"),
            ExprKind::Path(base, suffixes) => {
                write!(f, "Path({base:?})")?;
                suffixes.iter().try_for_each(|suffix| match &suffix.access {
                    Access::Name(name) => write!(f, ".{name}{:?}", suffix.arguments),
                    Access::Index(index) => write!(f, "[{index:?}]{:?}", suffix.arguments),
                })
            }
            ExprKind::List(items) => write!(f, "List{items:?}"),
            ExprKind::Braces(entries) => write!(f, "Braces{entries:?}"),
        }
    }
}

fn sign(op: BinaryOp) -> (&'static str, u8) {
    match op {
        BinaryOp::Or => ("||", 0),
        BinaryOp::And => ("&&", 1),
        BinaryOp::Equal => ("==", 2),
        BinaryOp::NotEqual => ("!=", 2),
        BinaryOp::Less => ("<", 3),
        BinaryOp::Greater => (">", 3),
        BinaryOp::LessOrEqual => ("<=", 3),
        BinaryOp::GreaterOrEqual => (">=", 3),
        BinaryOp::Concat => ("+=", 4),
        BinaryOp::Add => ("+", 5),
        BinaryOp::Subtract => ("-", 5),
        BinaryOp::Multiply => ("*", 6),
        BinaryOp::Divide => ("/", 6),
        BinaryOp::Modulo => ("%", 6),
    }
}

fn strength(kind: &ExprKind) -> Strength {
    match kind {
        ExprKind::Sequence(_) => Strength::Sequence,
        ExprKind::Assign(..) | ExprKind::Lambda(_) => Strength::Assignment,
        ExprKind::Choice(..) => Strength::Choice,
        ExprKind::Binary(_, rest) => Strength::Binary(rest.first().map_or(0, |(op, _)| sign(*op).1)),
        ExprKind::Unary(..) => Strength::Unary,
        _ => Strength::Value,
    }
}

fn inner(expr: &Expr, least: Strength, f: &mut Formatter<'_>) -> fmt::Result {
    if strength(&expr.kind) < least { write!(f, "({expr})") } else { write!(f, "{expr}") }
}

/// What stands before a colon: anything but a plain value is put in parentheses.
fn guarded(expr: &Expr, f: &mut Formatter<'_>) -> fmt::Result {
    let plain = strength(&expr.kind) == Strength::Value && !matches!(expr.kind, ExprKind::Identifier(_));
    if plain { write!(f, "{expr}") } else { write!(f, "({expr})") }
}

/// What stands before a dot: numbers in parentheses, as their own dot would take the name's.
fn print_base(base: &Expr, f: &mut Formatter<'_>) -> fmt::Result {
    let number = matches!(
        base.kind,
        ExprKind::Literal(Literal::Integer(_) | Literal::HugeInteger(_) | Literal::Float(_)) | ExprKind::Path(..)
    );
    if number { write!(f, "({base})") } else { inner(base, Strength::Value, f) }
}

fn list(items: &[Expr], between: &str, least: Strength, f: &mut Formatter<'_>) -> fmt::Result {
    items.iter().enumerate().try_for_each(|(index, item)| {
        if index > 0 {
            f.write_str(between)?;
        }
        inner(item, least, f)
    })
}

fn print_arguments(arguments: &[Expr], f: &mut Formatter<'_>) -> fmt::Result {
    f.write_char('(')?;
    list(arguments, ", ", Strength::Sequence, f)?;
    f.write_char(')')
}

fn print_lambda(lambda: &Lambda, f: &mut Formatter<'_>) -> fmt::Result {
    match lambda.parameters.as_slice() {
        [one] => f.write_str(one)?,
        all => write!(f, "({})", all.join(", "))?,
    }
    f.write_str(" -> ")?;
    match lambda.body.kind {
        ExprKind::Lambda(_) => write!(f, "{}", lambda.body),
        _ => inner(&lambda.body, Strength::Choice, f),
    }
}

fn print_literal(literal: &Literal, f: &mut Formatter<'_>) -> fmt::Result {
    match literal {
        Literal::Null => f.write_str("null"),
        Literal::Bool(value) => write!(f, "{value}"),
        Literal::Integer(value) => write!(f, "{value}"),
        Literal::HugeInteger(digits) => f.write_str(digits),
        Literal::Float(value) if value.is_finite() => write!(f, "{value:?}"),
        Literal::Float(_) => f.write_str("1e999"),
        Literal::Text(text) => {
            f.write_char('\'')?;
            for c in text.chars() {
                if matches!(c, '\\' | '\'') {
                    f.write_char('\\')?;
                }
                f.write_char(c)?;
            }
            f.write_char('\'')
        }
    }
}
