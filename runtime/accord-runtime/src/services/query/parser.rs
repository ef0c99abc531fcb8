//! From words and signs to a query: recursive descent, with PostgreSQL's order of operators.

use super::ast::{Column, Comparison, Expr, Function, Type};
use super::eval::Datum;
use super::lexer::{Kind, Token, tokens};
use super::{Order, Query, all_columns};

/// How deep expressions may be nested.
const DEEPEST: usize = 100;

/// Words that end a column list or a table name.
const CLAUSES: [&str; 14] = [
    "from",
    "where",
    "order",
    "limit",
    "offset",
    "group",
    "having",
    "union",
    "intersect",
    "except",
    "join",
    "inner",
    "left",
    "cross",
];

pub(super) fn parse(text: &str) -> Result<Query, String> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens, at: 0, depth: 0, alias: None };
    // The table's other name is used before it is given.
    parser.alias = parser.find_alias();
    let query = parser.query()?;
    parser.sign(";");
    match parser.peek() {
        None => Ok(query),
        Some(_) => Err(parser.unexpected("the end of the query")),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    alias: Option<String>,
}

type Parsed = Result<Expr, String>;

impl Parser {
    fn peek(&self) -> Option<&Kind> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    fn next(&mut self) -> Option<Kind> {
        let kind = self.peek().cloned();
        self.at += usize::from(kind.is_some());
        kind
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Kind::Word(found)) if found == word)
    }

    fn word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }

    fn sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Kind::Sign(found)) if *found == sign);
        self.at += usize::from(found);
        found
    }

    fn expect_word(&mut self, word: &str) -> Result<(), String> {
        if self.word(word) { Ok(()) } else { Err(self.unexpected(word)) }
    }

    fn expect_sign(&mut self, sign: &str) -> Result<(), String> {
        if self.sign(sign) { Ok(()) } else { Err(self.unexpected(sign)) }
    }

    fn unexpected(&self, expected: &str) -> String {
        match self.tokens.get(self.at) {
            Some(token) => format!("expected {expected} at character {}, found {}", token.at, token.kind.shown()),
            None => format!("expected {expected}, found the end of the query"),
        }
    }

    fn find_alias(&self) -> Option<String> {
        let from = self.tokens.iter().position(|token| token.kind == Kind::Word("from".to_owned()))?;
        let mut after = self.tokens.iter().skip(from + 2).map(|token| &token.kind).peekable();
        after.next_if(|kind| **kind == Kind::Word("as".to_owned()));
        match after.next()? {
            Kind::Word(word) if !CLAUSES.contains(&word.as_str()) => Some(word.clone()),
            Kind::Quoted(name) => Some(name.clone()),
            _ => None,
        }
    }

    fn query(&mut self) -> Result<Query, String> {
        self.expect_word("select")?;
        let distinct = self.word("distinct");
        let columns = if self.sign("*") { all_columns() } else { self.columns()? };
        self.expect_word("from")?;
        if !self.word("json_store_data") {
            return Err(self.unexpected("json_store_data (the only table of a query)"));
        }
        if self.alias.is_some() {
            self.word("as");
            self.next();
        }
        let filter = if self.word("where") { Some(self.expr()?) } else { None };
        let order = if self.word("order") { self.order()? } else { Vec::new() };
        let (mut limit, mut offset) = (None, 0);
        loop {
            if self.word("limit") {
                limit = Some(self.count()?);
            } else if self.word("offset") {
                offset = self.count()?;
            } else {
                break;
            }
        }
        if let Some(Kind::Word(word)) =
            self.peek().filter(|kind| matches!(kind, Kind::Word(w) if CLAUSES.contains(&w.as_str())))
        {
            return Err(format!("`{word}` is not supported: expected where, order by, limit or offset"));
        }
        Ok(Query { distinct, columns, filter, order, limit, offset })
    }

    fn columns(&mut self) -> Result<Vec<(String, Expr)>, String> {
        let mut columns = Vec::new();
        loop {
            let expr = self.expr()?;
            let named = self.word("as");
            let name = match self.peek() {
                Some(Kind::Quoted(name)) => Some(name.clone()),
                Some(Kind::Word(word)) if named || !CLAUSES.contains(&word.as_str()) => Some(word.clone()),
                _ if named => return Err(self.unexpected("the column's name")),
                _ => None,
            };
            self.at += usize::from(name.is_some());
            let name = name.unwrap_or_else(|| expr.column_name().to_owned());
            columns.push((name, expr));
            if !self.sign(",") {
                return Ok(columns);
            }
        }
    }

    fn order(&mut self) -> Result<Vec<Order>, String> {
        self.expect_word("by")?;
        let mut order = Vec::new();
        loop {
            let by = self.expr()?;
            let descending = self.word("desc");
            if !descending {
                self.word("asc");
            }
            let nulls_first = match self.word("nulls") {
                true if self.word("first") => true,
                true => {
                    self.expect_word("last")?;
                    false
                }
                false => descending,
            };
            order.push(Order { by, descending, nulls_first });
            if !self.sign(",") {
                return Ok(order);
            }
        }
    }

    fn count(&mut self) -> Result<usize, String> {
        match self.peek() {
            Some(Kind::Number(number)) => {
                let count = number.parse().map_err(|_| self.unexpected("a whole number"))?;
                self.at += 1;
                Ok(count)
            }
            _ => Err(self.unexpected("a whole number")),
        }
    }

    fn expr(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(too_deep());
        }
        let found = self.or();
        self.depth -= 1;
        found
    }

    fn or(&mut self) -> Parsed {
        let first = self.and()?;
        let mut all = vec![first];
        while self.word("or") {
            all.push(self.and()?);
        }
        Ok(if all.len() > 1 { Expr::Or(all) } else { all.remove(0) })
    }

    fn and(&mut self) -> Parsed {
        let first = self.not()?;
        let mut all = vec![first];
        while self.word("and") {
            all.push(self.not()?);
        }
        Ok(if all.len() > 1 { Expr::And(all) } else { all.remove(0) })
    }

    fn not(&mut self) -> Parsed {
        let mut negated = false;
        while self.word("not") {
            negated = !negated;
        }
        let found = self.is()?;
        Ok(negate(found, negated))
    }

    fn is(&mut self) -> Parsed {
        let found = self.comparison()?;
        if !self.word("is") {
            return Ok(found);
        }
        let negated = self.word("not");
        self.expect_word("null")?;
        Ok(negate(Expr::IsNull(Box::new(found)), negated))
    }

    fn comparison(&mut self) -> Parsed {
        let left = self.operators()?;
        let signs = [
            ("=", Comparison::Equal),
            ("<>", Comparison::NotEqual),
            ("!=", Comparison::NotEqual),
            ("<=", Comparison::LessOrEqual),
            (">=", Comparison::GreaterOrEqual),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ];
        for (sign, comparison) in signs {
            if self.sign(sign) {
                return Ok(Expr::Compare(comparison, Box::new(left), Box::new(self.operators()?)));
            }
        }
        let negated = self.word("not");
        if self.word("like") || self.is_word("ilike") {
            let any_case = self.word("ilike");
            let pattern = Box::new(self.operators()?);
            return Ok(negate(Expr::Like { text: Box::new(left), pattern, any_case }, negated));
        }
        if self.word("in") {
            self.expect_sign("(")?;
            let items = self.list()?;
            return Ok(negate(Expr::In(Box::new(left), items), negated));
        }
        if negated { Err(self.unexpected("like, ilike or in")) } else { Ok(left) }
    }

    fn operators(&mut self) -> Parsed {
        let mut left = self.cast()?;
        for _ in 0..DEEPEST {
            let (path, as_text) = match self.peek() {
                Some(Kind::Sign("->")) => (false, false),
                Some(Kind::Sign("->>")) => (false, true),
                Some(Kind::Sign("#>")) => (true, false),
                Some(Kind::Sign("#>>")) => (true, true),
                Some(Kind::Sign("@>")) => {
                    self.at += 1;
                    left = Expr::Contains(Box::new(left), Box::new(self.cast()?));
                    continue;
                }
                Some(Kind::Sign("<@")) => {
                    self.at += 1;
                    left = Expr::Contains(Box::new(self.cast()?), Box::new(left));
                    continue;
                }
                Some(Kind::Sign("||")) => {
                    self.at += 1;
                    left = Expr::Concat(Box::new(left), Box::new(self.cast()?));
                    continue;
                }
                Some(Kind::Sign(sign @ ("+" | "-" | "*" | "/" | "%" | "?" | "?|" | "?&"))) => {
                    return Err(format!("the operator {sign} is not supported"));
                }
                _ => return Ok(left),
            };
            self.at += 1;
            left = Expr::Get { of: Box::new(left), key: Box::new(self.cast()?), path, as_text };
        }
        Err(too_deep())
    }

    fn cast(&mut self) -> Parsed {
        let mut found = self.primary()?;
        for _ in 0..DEEPEST {
            if !self.sign("::") {
                return Ok(found);
            }
            found = Expr::Cast(Box::new(found), self.type_name()?);
        }
        Err(too_deep())
    }

    fn type_name(&mut self) -> Result<Type, String> {
        let expected = "one of the types jsonb, text, integer, numeric and boolean";
        let found = match self.peek() {
            Some(Kind::Word(name)) => Type::of(name).ok_or_else(|| self.unexpected(expected))?,
            _ => return Err(self.unexpected(expected)),
        };
        self.at += 1;
        Ok(found)
    }

    fn list(&mut self) -> Result<Vec<Expr>, String> {
        let mut items = Vec::new();
        if self.sign(")") {
            return Ok(items);
        }
        loop {
            items.push(self.expr()?);
            if self.sign(")") {
                return Ok(items);
            }
            self.expect_sign(",")?;
        }
    }

    fn primary(&mut self) -> Parsed {
        if self.sign("(") {
            let found = self.expr()?;
            self.expect_sign(")")?;
            return Ok(found);
        }
        if self.sign("?") {
            return Ok(Expr::Parameters);
        }
        let negative = self.sign("-");
        let start = self.at;
        let found = match self.next() {
            Some(Kind::Number(number)) => {
                let number = if negative { format!("-{number}") } else { number };
                return Datum::number(&number).map(Expr::Literal);
            }
            Some(Kind::Text(text)) if !negative => return Ok(Expr::Literal(Datum::text(&text))),
            Some(Kind::Word(word) | Kind::Quoted(word)) if !negative => self.named(&word)?,
            _ => None,
        };
        if found.is_none() {
            self.at = start;
        }
        found.ok_or_else(|| self.unexpected("a column, a value, ? or a function"))
    }

    /// What a word stands for; none for nothing.
    fn named(&mut self, word: &str) -> Result<Option<Expr>, String> {
        match word {
            "null" => return Ok(Some(Expr::Literal(Datum::Null))),
            "true" | "false" => return Ok(Some(Expr::Literal(Datum::Bool(word == "true")))),
            "cast" if self.sign("(") => {
                let inner = self.expr()?;
                self.expect_word("as")?;
                let name = self.type_name()?;
                self.expect_sign(")")?;
                return Ok(Some(Expr::Cast(Box::new(inner), name)));
            }
            _ => {}
        }
        if let Some((_, function)) = Function::ALL.into_iter().find(|(name, _)| *name == word)
            && self.sign("(")
        {
            let star = function == Function::Count && self.sign("*");
            let arguments = match star {
                true => self.expect_sign(")").map(|()| Vec::new())?,
                false => self.list()?,
            };
            if !function.takes(arguments.len()) {
                return Err(format!("the function {word} does not take {} arguments", arguments.len()));
            }
            return Ok(Some(Expr::Call(function, arguments)));
        }
        let of_table = word == "json_store_data" || self.alias.as_deref() == Some(word);
        let column = match (of_table, self.sign(".")) {
            (true, true) => match self.next() {
                Some(Kind::Word(name) | Kind::Quoted(name)) => Column::of(&name),
                _ => None,
            },
            (_, true) => None,
            _ => Column::of(word),
        };
        Ok(column.map(Expr::Column))
    }
}

fn negate(expr: Expr, negated: bool) -> Expr {
    if negated { Expr::Not(Box::new(expr)) } else { expr }
}

fn too_deep() -> String {
    format!("it is nested more than {DEEPEST} levels deep")
}
