//! Texts with expressions in them.

use std::sync::Arc;

use super::ast::{Expr, ExprKind, TextSpan};
use super::lexer::{Token, offset};
use super::parser;

/// A text as a flow has it: with `${…}` in it, or without.
///
/// Parsing never fails: what cannot be parsed is kept ([`TemplateKind::Invalid`]) and is an error when it is evaluated,
/// so that a flow can catch it.
#[derive(Clone)]
pub struct Template {
    text: Arc<str>,
    kind: TemplateKind,
    calls: Arc<[FunctionCall]>,
}

/// A call of a function or lambda by its name, `name(…)` or `prefix:name(…)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionCall {
    /// The text before the colon.
    pub prefix: Option<Arc<str>>,
    /// The name.
    pub name: Arc<str>,
    /// Number of arguments in the first parentheses.
    pub arguments: usize,
    /// Where it stands in the template's text.
    pub span: TextSpan,
}

/// What a text is.
#[derive(Clone)]
pub enum TemplateKind {
    /// No expression. The text is as it is shown: where the source has escaped ones (`\${x}`), they are resolved.
    Text(Arc<str>),
    /// One expression and nothing else: the value keeps its type.
    Expr(Arc<Expr>),
    /// Texts and expressions in turn: the value is a text. At least two.
    Parts(Arc<[Part]>),
    /// Cannot be parsed.
    Invalid(ParseError),
    /// Has both `${…}` and `#{…}`, which is an error when evaluated.
    BothForms,
}

/// A piece of a text.
#[derive(Clone)]
pub enum Part {
    /// Stands as it is.
    Text(Arc<str>),
    /// Is evaluated.
    Expr(Arc<Expr>),
}

/// What is wrong with an expression, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// In words, such as `Encountered "}" at line 1, column 6: expected a value`.
    pub message: Arc<str>,
    /// The place in the template's text.
    pub span: TextSpan,
}

/// The message of a [`ParseError`] without its place, for those who show that otherwise: `found "}", expected a value`.
#[must_use]
pub fn without_place(message: &str) -> String {
    let words = message.strip_prefix("Encountered ").and_then(|rest| {
        let (found, rest) = rest.split_once(" at line ")?;
        let (_, expected) = rest.split_once(": ")?;
        Some(if found == "\"<EOF>\"" { expected.to_owned() } else { format!("found {found}, {expected}") })
    });
    words.unwrap_or_else(|| message.to_owned()).lines().collect::<Vec<_>>().join(" ")
}

impl Template {
    /// Parses a text. Only a text that has `${` somewhere has expressions; in it a backslash is dropped and the
    /// character behind it stands for itself, so `\${x}` is the text `${x}`.
    #[must_use]
    pub fn parse(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let kind = if text.contains("${") { parse(&text) } else { TemplateKind::Text(Arc::clone(&text)) };
        let mut template = Self { text, kind, calls: Arc::default() };
        let mut calls = Vec::new();
        for expr in template.expressions() {
            expr.visit(&mut |node| calls.extend(call_of(node)));
        }
        template.calls = calls.into();
        template
    }

    /// The calls of functions in its expressions, from left to right, outer ones first.
    #[must_use]
    pub fn calls(&self) -> &[FunctionCall] {
        &self.calls
    }

    /// The text as written.
    #[must_use]
    pub const fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> &TemplateKind {
        &self.kind
    }

    /// Whether nothing is to be evaluated.
    #[must_use]
    pub const fn is_constant(&self) -> bool {
        matches!(self.kind, TemplateKind::Text(_))
    }

    /// Its expressions, from left to right.
    pub fn expressions(&self) -> impl Iterator<Item = &Arc<Expr>> {
        let (one, parts): (_, &[Part]) = match &self.kind {
            TemplateKind::Expr(expr) => (Some(expr), &[]),
            TemplateKind::Parts(parts) => (None, parts),
            TemplateKind::Text(_) | TemplateKind::Invalid(_) | TemplateKind::BothForms => (None, &[]),
        };
        one.into_iter().chain(parts.iter().filter_map(|part| match part {
            Part::Expr(expr) => Some(expr),
            Part::Text(_) => None,
        }))
    }
}

fn call_of(node: &Expr) -> Option<FunctionCall> {
    match &node.kind {
        ExprKind::Call { prefix, name, arguments } => Some(FunctionCall {
            prefix: prefix.clone(),
            name: name.clone(),
            arguments: arguments.first().map_or(0, Vec::len),
            span: node.span,
        }),
        _ => None,
    }
}

fn parse(text: &str) -> TemplateKind {
    let mut parts = Vec::new();
    let mut literal = Literal::default();
    let mut tokens: Vec<Token> = Vec::new();
    let (mut dynamic, mut deferred) = (false, false);
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let next = text.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
        match (c, next) {
            ('$' | '#', Some('{')) => {
                *(if c == '$' { &mut dynamic } else { &mut deferred }) = true;
                match parser::expression(text, at + 2, &mut tokens) {
                    Ok((expr, end)) => {
                        parts.extend(literal.take().map(Part::Text));
                        parts.push(Part::Expr(Arc::new(expr)));
                        at = end;
                    }
                    Err(error) => return TemplateKind::Invalid(error),
                }
            }
            // A backslash makes a text of what would begin an expression, and of itself. Behind a sign that begins
            // nothing it stands for itself, and elsewhere it is dropped.
            ('\\', Some(next @ ('\\' | '$' | '#'))) => at += literal.keep([c, next]),
            ('\\', _) => {
                literal.end_run();
                at += 1;
            }
            ('$' | '#', Some(next)) if !matches!(next, '$' | '#') => at += literal.keep([c, next]),
            ('$' | '#', _) => {
                literal.end_run();
                literal.done.push(c);
                at += 1;
            }
            (c, _) => at += literal.keep([c]),
        }
    }
    if dynamic && deferred {
        return TemplateKind::BothForms;
    }
    parts.extend(literal.take().map(Part::Text));
    match parts.as_slice() {
        [] => TemplateKind::Text(Arc::default()),
        [Part::Text(text)] => TemplateKind::Text(Arc::clone(text)),
        [Part::Expr(expr)] => TemplateKind::Expr(Arc::clone(expr)),
        _ => TemplateKind::Parts(parts.into()),
    }
}

/// The text between two expressions as it is read: runs of characters, in which escapes are resolved at the end.
#[derive(Default)]
struct Literal {
    done: String,
    run: String,
}

impl Literal {
    /// Adds characters to the run; how many bytes they are.
    fn keep<const N: usize>(&mut self, chars: [char; N]) -> usize {
        self.run.extend(chars);
        chars.iter().map(|c| c.len_utf8()).sum()
    }

    /// Resolves the escapes of the run: a backslash before a backslash, `$` or `#` goes away.
    fn end_run(&mut self) {
        let mut chars = self.run.chars().peekable();
        while let Some(c) = chars.next() {
            let escaped = if c == '\\' { chars.next_if(|next| matches!(next, '\\' | '$' | '#')) } else { None };
            self.done.push(escaped.unwrap_or(c));
        }
        self.run.clear();
    }

    /// Everything so far, if there is anything.
    fn take(&mut self) -> Option<Arc<str>> {
        self.end_run();
        let text = std::mem::take(&mut self.done);
        (!text.is_empty()).then(|| text.into())
    }
}

/// Line and column of a byte of a text, both from 1, the column in code points.
pub(super) fn line_and_column(text: &str, at: u32) -> (usize, usize) {
    let before = text.char_indices().take_while(|(index, _)| offset(*index) < at);
    before.fold((1, 1), |(line, column), (_, c)| if c == '\n' { (line + 1, 1) } else { (line, column + 1) })
}
