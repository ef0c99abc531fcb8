//! From tokens to the tree: precedence climbing over the operators, descent for the rest.

use std::sync::Arc;

use super::MAX_DEPTH;
use super::ast::{Access, BinaryOp, Expr, ExprKind, Lambda, Literal, Suffix, TextSpan, UnaryOp};
use super::lexer::{self, Tok, Token};
use super::template::{ParseError, line_and_column};

type Parsed<T = Expr> = Result<T, ParseError>;

/// Parses the expression that begins at the byte `start` of `text`, behind `${`, and ends at its closing brace. Gives
/// the offset behind that brace too. `tokens` is room that is used again.
pub(super) fn expression(text: &str, start: usize, tokens: &mut Vec<Token>) -> Parsed<(Expr, usize)> {
    lexer::tokens(text, start, tokens);
    let mut parser = Parser { text, tokens, at: 0, depth: 0, after_namespaced_call: false };
    if parser.peek() == Tok::RightBrace {
        return Err(parser.unexpected("an expression between the braces"));
    }
    let expr = parser.expression()?;
    if parser.peek() != Tok::RightBrace {
        return Err(parser.unexpected("an operator or \"}\""));
    }
    let end = parser.span().end as usize;
    Ok((expr, end))
}

struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
    depth: u16,
    /// Whether a name, a colon and a call were read as a function with a namespace: the reason of many errors after it.
    after_namespaced_call: bool,
}

impl Parser<'_> {
    fn token(&self, ahead: usize) -> Token {
        let end = Token { tok: Tok::End, span: TextSpan::default() };
        self.tokens.get(self.at + ahead).or(self.tokens.last()).copied().unwrap_or(end)
    }

    fn peek(&self) -> Tok {
        self.token(0).tok
    }

    fn span(&self) -> TextSpan {
        self.token(0).span
    }

    /// The place of the last token that was taken.
    fn last(&self) -> TextSpan {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or_else(TextSpan::default, |token| token.span)
    }

    fn slice(&self, span: TextSpan) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    fn take(&mut self, tok: Tok) -> bool {
        let found = self.peek() == tok;
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, tok: Tok, expected: &str) -> Parsed<TextSpan> {
        let span = self.span();
        if self.take(tok) { Ok(span) } else { Err(self.unexpected(expected)) }
    }

    /// The error that the next token is not what was expected.
    #[cold]
    fn unexpected(&self, expected: &str) -> ParseError {
        let token = self.token(0);
        let (line, column) = line_and_column(self.text, token.span.start);
        let found = if token.tok == Tok::End { "<EOF>" } else { self.slice(token.span) };
        let mut message = format!("Encountered \"{found}\" at line {line}, column {column}: ");
        message += &self.reason(token, expected);
        ParseError { message: message.into(), span: token.span }
    }

    fn reason(&self, token: Token, expected: &str) -> String {
        let found = self.slice(token.span);
        if token.tok == Tok::End {
            return format!("expected {expected}, but the text ends here");
        }
        if token.tok == Tok::Illegal {
            return match found.chars().next() {
                Some('\'' | '"')
                    if self.text.get(token.span.end as usize..).is_some_and(|rest| rest.starts_with('\\')) =>
                {
                    "in a text only \\\\ and the text's own quote can stand behind a backslash".to_owned()
                }
                Some('\'' | '"') => "this text has no closing quote".to_owned(),
                _ => format!("expected {expected}; this character has no meaning in an expression"),
            };
        }
        if token.tok == Tok::RightBrace && self.after_namespaced_call {
            return "expected \":\". A name, a colon and a call such as x : f(1) are read as a function f of the \
                    namespace x: put parentheses round the name or the call"
                .to_owned();
        }
        if is_word(token.tok, found) {
            let dot = self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).is_some_and(|t| t.tok == Tok::Dot);
            let help =
                if dot { format!("write ['{found}'] instead of .{found}") } else { "choose another name".into() };
            return format!("expected {expected}; {found} is a word of the language: {help}");
        }
        if token.tok == Tok::Assign
            && self.at.checked_sub(1).is_some_and(|at| self.tokens.get(at).is_some_and(|t| t.tok == Tok::Assign))
        {
            return format!("expected {expected}; to compare write ==");
        }
        format!("expected {expected}")
    }

    #[cold]
    fn too_deep(&self, span: TextSpan) -> ParseError {
        let (line, column) = line_and_column(self.text, span.start);
        let message = format!(
            "The expression at line {line}, column {column} is nested too deeply: at most {MAX_DEPTH} levels are \
             read. Divide it"
        );
        ParseError { message: message.into(), span }
    }

    fn node(&self, kind: ExprKind, span: TextSpan) -> Parsed {
        let expr = Expr::new(kind, span);
        if expr.height() > MAX_DEPTH { Err(self.too_deep(span)) } else { Ok(expr) }
    }

    /// `a; b; c`.
    fn expression(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.too_deep(self.span()));
        }
        let first = self.assignment()?;
        let result = if self.peek() == Tok::Semicolon {
            let start = first.span;
            let mut items = vec![first];
            while self.take(Tok::Semicolon) {
                items.push(self.assignment()?);
            }
            self.node(ExprKind::Sequence(items), start.to(self.last()))
        } else {
            Ok(first)
        };
        self.depth -= 1;
        result
    }

    /// `x -> …`, `target = value` or a value.
    fn assignment(&mut self) -> Parsed {
        if self.lambda_begins(0) {
            return self.lambda_expression();
        }
        let target = self.choice()?;
        if !self.take(Tok::Assign) {
            return Ok(target);
        }
        self.enter()?;
        let value = self.assignment()?;
        self.depth -= 1;
        let span = target.span.to(value.span);
        self.node(ExprKind::Assign(Box::new(target), Box::new(value)), span)
    }

    fn enter(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(self.too_deep(self.span())) } else { Ok(()) }
    }

    /// Whether the parameters of a lambda and its arrow stand `ahead` tokens from here.
    fn lambda_begins(&self, ahead: usize) -> bool {
        match self.token(ahead).tok {
            Tok::Identifier => self.token(ahead + 1).tok == Tok::Arrow,
            Tok::LeftParen => {
                let mut at = ahead + 1;
                while self.token(at).tok == Tok::Identifier {
                    at += 1;
                    if self.token(at).tok != Tok::Comma || self.token(at + 1).tok != Tok::Identifier {
                        break;
                    }
                    at += 1;
                }
                self.token(at).tok == Tok::RightParen && self.token(at + 1).tok == Tok::Arrow
            }
            _ => false,
        }
    }

    /// Whether a name in parentheses stands here, behind another opening parenthesis. The reference's parser looks no
    /// further and takes it for the parameters of a lambda, so `((a) + 1)` is an error there.
    fn looks_like_lambda(&self) -> bool {
        self.peek() == Tok::LeftParen
            && self.token(1).tok == Tok::Identifier
            && matches!(self.token(2).tok, Tok::RightParen | Tok::Comma)
    }

    fn lambda_expression(&mut self) -> Parsed {
        let start = self.span();
        let lambda = self.lambda()?;
        self.node(ExprKind::Lambda(Arc::new(lambda)), start.to(self.last()))
    }

    fn lambda(&mut self) -> Parsed<Lambda> {
        let mut parameters = Vec::new();
        if self.take(Tok::LeftParen) {
            if self.peek() == Tok::Identifier {
                parameters.push(self.name()?);
                while self.take(Tok::Comma) {
                    parameters.push(self.name()?);
                }
            }
            self.expect(Tok::RightParen, "\")\"")?;
        } else {
            parameters.push(self.name()?);
        }
        let arrow = "\"->\": a name in parentheses behind another \"(\" is read as the parameter of a lambda, so leave out \
                     the parentheses round the name";
        self.expect(Tok::Arrow, arrow)?;
        self.enter()?;
        let body = if self.lambda_begins(0) { self.lambda_expression()? } else { self.choice()? };
        self.depth -= 1;
        Ok(Lambda { parameters, body })
    }

    fn name(&mut self) -> Parsed<Arc<str>> {
        let span = self.expect(Tok::Identifier, "a name")?;
        Ok(self.slice(span).into())
    }

    /// `condition ? a : b`.
    fn choice(&mut self) -> Parsed {
        let mut expr = self.binary(0)?;
        while self.take(Tok::Question) {
            self.enter()?;
            let yes = self.choice()?;
            self.expect(Tok::Colon, "an operator or \":\"")?;
            let no = self.choice()?;
            self.depth -= 1;
            let span = expr.span.to(no.span);
            expr = self.node(ExprKind::Choice(Box::new(expr), Box::new(yes), Box::new(no)), span)?;
        }
        Ok(expr)
    }

    /// Operators that bind at least as strongly as `least`, from the left.
    fn binary(&mut self, least: u8) -> Parsed {
        let mut left = self.unary()?;
        while let Some((_, strength)) = binary_operator(self.peek()).filter(|(_, strength)| *strength >= least) {
            let mut rest = Vec::with_capacity(1);
            while let Some((op, _)) = binary_operator(self.peek()).filter(|(_, other)| *other == strength) {
                self.at += 1;
                rest.push((op, self.binary(strength + 1)?));
            }
            let span = left.span.to(self.last());
            left = self.node(ExprKind::Binary(Box::new(left), rest), span)?;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Parsed {
        let op = match self.peek() {
            Tok::Minus => UnaryOp::Negate,
            Tok::Not => UnaryOp::Not,
            Tok::Empty => UnaryOp::Empty,
            _ => return self.path(),
        };
        let start = self.span();
        self.at += 1;
        self.enter()?;
        let side = self.unary()?;
        self.depth -= 1;
        let span = start.to(side.span);
        self.node(ExprKind::Unary(op, Box::new(side)), span)
    }

    /// A value and what follows it: `.name`, `[index]`, each with arguments or without.
    fn path(&mut self) -> Parsed {
        let base = self.primary()?;
        let mut suffixes = Vec::new();
        loop {
            let start = self.span();
            let access = if self.take(Tok::Dot) {
                Access::Name(self.name()?)
            } else if self.take(Tok::LeftBracket) {
                let index = self.expression()?;
                self.expect(Tok::RightBracket, "an operator or \"]\"")?;
                Access::Index(index)
            } else {
                break;
            };
            let arguments = if self.peek() == Tok::LeftParen { Some(self.arguments()?) } else { None };
            suffixes.push(Suffix { access, arguments, span: start.to(self.last()) });
        }
        if suffixes.is_empty() {
            return Ok(base);
        }
        let span = base.span.to(self.last());
        self.node(ExprKind::Path(Box::new(base), suffixes), span)
    }

    /// `(a, b)`.
    fn arguments(&mut self) -> Parsed<Vec<Expr>> {
        self.expect(Tok::LeftParen, "\"(\"")?;
        let mut arguments = Vec::new();
        if self.take(Tok::RightParen) {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.expression()?);
            if !self.take(Tok::Comma) {
                break;
            }
        }
        self.expect(Tok::RightParen, "an operator, \",\" or \")\"")?;
        Ok(arguments)
    }

    fn all_arguments(&mut self) -> Parsed<Vec<Vec<Expr>>> {
        let mut all = Vec::new();
        while self.peek() == Tok::LeftParen {
            all.push(self.arguments()?);
        }
        Ok(all)
    }

    fn primary(&mut self) -> Parsed {
        let start = self.span();
        let literal = match self.peek() {
            Tok::True => Literal::Bool(true),
            Tok::False => Literal::Bool(false),
            Tok::Null => Literal::Null,
            Tok::Integer => {
                let digits = self.slice(start);
                digits.parse().map_or_else(|_| Literal::HugeInteger(digits.into()), Literal::Integer)
            }
            // A dot without digits round it, as in `1.`, is understood by the standard library too.
            Tok::Float => Literal::Float(self.slice(start).parse().unwrap_or(f64::NAN)),
            Tok::Text => Literal::Text(unescape(self.slice(start))),
            Tok::LeftParen => return self.parenthesis(),
            Tok::LeftBracket => return self.list(),
            Tok::LeftBrace => return self.braces(),
            Tok::Identifier => return self.name_or_call(),
            _ => return Err(self.unexpected("a value")),
        };
        self.at += 1;
        self.node(ExprKind::Literal(literal), start)
    }

    /// `(value)`, or `(x -> body)` and its calls.
    fn parenthesis(&mut self) -> Parsed {
        let start = self.span();
        self.at += 1;
        if !self.lambda_begins(0) && !self.looks_like_lambda() {
            let mut expr = self.expression()?;
            let end = self.expect(Tok::RightParen, "an operator or \")\"")?;
            expr.span = start.to(end);
            return Ok(expr);
        }
        let lambda = Arc::new(self.lambda()?);
        self.expect(Tok::RightParen, "an operator or \")\"")?;
        let calls = self.all_arguments()?;
        let span = start.to(self.last());
        let kind = if calls.is_empty() { ExprKind::Lambda(lambda) } else { ExprKind::Apply(lambda, calls) };
        self.node(kind, span)
    }

    fn list(&mut self) -> Parsed {
        let start = self.span();
        self.at += 1;
        let mut items = Vec::new();
        if !self.take(Tok::RightBracket) {
            loop {
                items.push(self.expression()?);
                if !self.take(Tok::Comma) {
                    break;
                }
            }
            self.expect(Tok::RightBracket, "an operator, \",\" or \"]\"")?;
        }
        self.node(ExprKind::List(items), start.to(self.last()))
    }

    fn braces(&mut self) -> Parsed {
        let start = self.span();
        self.at += 1;
        let mut entries = Vec::new();
        if !self.take(Tok::RightBrace) {
            loop {
                let key = self.expression()?;
                let value = if self.take(Tok::Colon) { Some(self.expression()?) } else { None };
                entries.push((key, value));
                if !self.take(Tok::Comma) {
                    break;
                }
            }
            self.expect(Tok::RightBrace, "an operator, \":\", \",\" or \"}\"")?;
        }
        self.node(ExprKind::Braces(entries), start.to(self.last()))
    }

    /// `name`, `name(1)` or `prefix:name(1)`.
    fn name_or_call(&mut self) -> Parsed {
        let start = self.span();
        let namespaced = self.token(1).tok == Tok::Colon
            && self.token(2).tok == Tok::Identifier
            && self.token(3).tok == Tok::LeftParen;
        let prefix = if namespaced {
            let prefix = self.name()?;
            self.at += 1;
            self.after_namespaced_call = true;
            Some(prefix)
        } else {
            None
        };
        let name = self.name()?;
        let arguments = self.all_arguments()?;
        let kind =
            if arguments.is_empty() { ExprKind::Identifier(name) } else { ExprKind::Call { prefix, name, arguments } };
        self.node(kind, start.to(self.last()))
    }
}

/// An operator with two sides and how strongly it binds.
fn binary_operator(tok: Tok) -> Option<(BinaryOp, u8)> {
    Some(match tok {
        Tok::Or => (BinaryOp::Or, 0),
        Tok::And => (BinaryOp::And, 1),
        Tok::Equal => (BinaryOp::Equal, 2),
        Tok::NotEqual => (BinaryOp::NotEqual, 2),
        Tok::Less => (BinaryOp::Less, 3),
        Tok::Greater => (BinaryOp::Greater, 3),
        Tok::LessOrEqual => (BinaryOp::LessOrEqual, 3),
        Tok::GreaterOrEqual => (BinaryOp::GreaterOrEqual, 3),
        Tok::Concat => (BinaryOp::Concat, 4),
        Tok::Plus => (BinaryOp::Add, 5),
        Tok::Minus => (BinaryOp::Subtract, 5),
        Tok::Star => (BinaryOp::Multiply, 6),
        Tok::Divide => (BinaryOp::Divide, 6),
        Tok::Modulo => (BinaryOp::Modulo, 6),
        _ => return None,
    })
}

/// Whether the token is a reserved word, written as one.
fn is_word(tok: Tok, found: &str) -> bool {
    !matches!(tok, Tok::Identifier) && found.chars().next().is_some_and(char::is_alphabetic)
}

/// The text between the quotes, its escapes resolved.
fn unescape(quoted: &str) -> Arc<str> {
    let inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or("");
    if !inner.contains('\\') {
        return inner.into();
    }
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        text.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
    }
    text.into()
}
