//! XPath expressions: location paths with predicates, the part of XPath 1.0 that finds texts.
//!
//! Owns: the steps `name`, `*`, `.`, `..`, `//`, `@name`, `@*`, `text()`, `node()`; predicates with numbers, texts, paths,
//! `= != < <= > >= and or`, `not`, `last`, `position`, `count`, `contains`, `starts-with`, `normalize-space`; `|` between
//! paths. Source: <https://www.w3.org/TR/xpath-10/>.

/// How deep predicates may be nested.
const DEEPEST: usize = 50;

/// A location path.
#[derive(Debug)]
pub(super) struct Path {
    pub(super) absolute: bool,
    pub(super) steps: Vec<Step>,
}

#[derive(Debug)]
pub(super) struct Step {
    pub(super) axis: Axis,
    pub(super) test: Test,
    pub(super) predicates: Vec<Expr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Axis {
    Child,
    /// What stands between the slashes of `//`.
    DescendantOrSelf,
    Itself,
    Parent,
    Attribute,
}

#[derive(Debug)]
pub(super) enum Test {
    /// A name, with its prefix where one is written.
    Name(Option<String>, String),
    /// `*`
    Any,
    Text,
    Node,
}

#[derive(Debug)]
pub(super) enum Expr {
    Or(Vec<Expr>),
    And(Vec<Expr>),
    Compare(Comparison, Box<Expr>, Box<Expr>),
    Number(f64),
    Literal(String),
    Path(Path),
    Call(Function, Vec<Expr>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Not,
    Last,
    Position,
    Count,
    Contains,
    StartsWith,
    NormalizeSpace,
}

impl Function {
    /// Name, function, number of arguments.
    const ALL: [(&'static str, Function, usize); 7] = [
        ("not", Self::Not, 1),
        ("last", Self::Last, 0),
        ("position", Self::Position, 0),
        ("count", Self::Count, 1),
        ("contains", Self::Contains, 2),
        ("starts-with", Self::StartsWith, 2),
        ("normalize-space", Self::NormalizeSpace, 1),
    ];
}

/// Reads an expression: one path, or several with `|` between them.
pub(super) fn parse(text: &str) -> Result<Vec<Path>, String> {
    let mut parser = Parser { text, rest: text, depth: 0 };
    let mut paths = Vec::new();
    loop {
        paths.push(parser.path()?);
        if parser.sign("|") {
            continue;
        }
        parser.skip();
        return if parser.rest.is_empty() { Ok(paths) } else { Err(parser.unexpected("the end of the expression")) };
    }
}

struct Parser<'a> {
    text: &'a str,
    rest: &'a str,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn sign(&mut self, sign: &str) -> bool {
        self.skip();
        let after = self.rest.strip_prefix(sign);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn expect(&mut self, sign: &str) -> Result<(), String> {
        if self.sign(sign) { Ok(()) } else { Err(self.unexpected(sign)) }
    }

    fn unexpected(&self, expected: &str) -> String {
        let at = self.text.chars().count() - self.rest.chars().count() + 1;
        match self.rest.chars().next() {
            Some(found) => format!("expected {expected} at character {at}, found {found}"),
            None => format!("expected {expected}, found the end"),
        }
    }

    /// A name; none where none stands here.
    fn name(&mut self) -> Option<&'a str> {
        self.skip();
        let first = self.rest.chars().next().filter(|c| c.is_alphabetic() || *c == '_')?;
        let end = self.rest.find(|c: char| !(c.is_alphanumeric() || "_-.".contains(c))).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end.max(first.len_utf8()));
        self.rest = rest;
        Some(name)
    }

    fn path(&mut self) -> Result<Path, String> {
        let mut steps = Vec::new();
        let absolute = self.sign("/");
        // `//` at the start: the second slash is here.
        if absolute && self.sign("/") {
            steps.push(anything());
        } else if absolute && !self.begins_step() {
            return Ok(Path { absolute, steps });
        }
        loop {
            steps.push(self.step()?);
            if !self.sign("/") {
                return Ok(Path { absolute, steps });
            }
            if self.sign("/") {
                steps.push(anything());
            }
        }
    }

    fn begins_step(&mut self) -> bool {
        self.skip();
        self.rest.starts_with(|c: char| c.is_alphabetic() || "_.*@".contains(c))
    }

    fn step(&mut self) -> Result<Step, String> {
        let (axis, test) = if self.sign("..") {
            (Axis::Parent, Test::Node)
        } else if self.sign(".") {
            (Axis::Itself, Test::Node)
        } else if self.sign("@") {
            (Axis::Attribute, self.test()?)
        } else {
            (Axis::Child, self.test()?)
        };
        let mut predicates = Vec::new();
        while self.sign("[") {
            predicates.push(self.expr()?);
            self.expect("]")?;
        }
        Ok(Step { axis, test, predicates })
    }

    fn test(&mut self) -> Result<Test, String> {
        if self.sign("*") {
            return Ok(Test::Any);
        }
        let Some(name) = self.name() else { return Err(self.unexpected("a name, *, @, . or text()")) };
        if self.rest.starts_with("::") {
            return Err(format!("the axis {name}:: is not supported: expected a name, *, @, . or .."));
        }
        if self.sign("(") {
            self.expect(")")?;
            return match name {
                "text" => Ok(Test::Text),
                "node" => Ok(Test::Node),
                _ => Err(format!("{name}() is not supported here: expected text() or node()")),
            };
        }
        match self.rest.strip_prefix(':') {
            None => Ok(Test::Name(None, name.to_owned())),
            Some(rest) => {
                self.rest = rest;
                match self.name() {
                    Some(local) => Ok(Test::Name(Some(name.to_owned()), local.to_owned())),
                    None => Err(self.unexpected("a name")),
                }
            }
        }
    }

    fn expr(&mut self) -> Result<Expr, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("it is nested more than {DEEPEST} levels deep"));
        }
        let mut all = vec![self.and()?];
        while self.word("or") {
            all.push(self.and()?);
        }
        self.depth -= 1;
        Ok(if all.len() > 1 { Expr::Or(all) } else { all.remove(0) })
    }

    fn and(&mut self) -> Result<Expr, String> {
        let mut all = vec![self.comparison()?];
        while self.word("and") {
            all.push(self.comparison()?);
        }
        Ok(if all.len() > 1 { Expr::And(all) } else { all.remove(0) })
    }

    /// An operator that is a word.
    fn word(&mut self, word: &str) -> bool {
        let before = self.rest;
        let found = self.name() == Some(word);
        if !found {
            self.rest = before;
        }
        found
    }

    fn comparison(&mut self) -> Result<Expr, String> {
        let left = self.primary()?;
        let signs = [
            ("!=", Comparison::NotEqual),
            ("<=", Comparison::LessOrEqual),
            (">=", Comparison::GreaterOrEqual),
            ("=", Comparison::Equal),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ];
        for (sign, comparison) in signs {
            if self.sign(sign) {
                return Ok(Expr::Compare(comparison, Box::new(left), Box::new(self.primary()?)));
            }
        }
        Ok(left)
    }

    fn primary(&mut self) -> Result<Expr, String> {
        if self.sign("(") {
            let inner = self.expr()?;
            self.expect(")")?;
            return Ok(inner);
        }
        for quote in ['"', '\''] {
            if let Some(rest) = self.rest.strip_prefix(quote) {
                let (text, after) = rest.split_once(quote).ok_or_else(|| format!("a {quote} is not closed"))?;
                self.rest = after;
                return Ok(Expr::Literal(text.to_owned()));
            }
        }
        let end = self.rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(self.rest.len());
        let (digits, after) = self.rest.split_at(end);
        if digits.starts_with(|c: char| c.is_ascii_digit())
            && let Ok(number) = digits.parse()
        {
            self.rest = after;
            return Ok(Expr::Number(number));
        }
        let before = self.rest;
        if let Some(name) = self.name()
            && let Some((_, function, takes)) = Function::ALL.into_iter().find(|(known, ..)| *known == name)
            && self.sign("(")
        {
            let mut arguments = Vec::new();
            while !self.sign(")") {
                if !arguments.is_empty() {
                    self.expect(",")?;
                }
                arguments.push(self.expr()?);
            }
            if arguments.len() != takes {
                return Err(format!("{name}() takes {takes} arguments, found {}", arguments.len()));
            }
            return Ok(Expr::Call(function, arguments));
        }
        self.rest = before;
        self.path().map(Expr::Path)
    }
}

fn anything() -> Step {
    Step { axis: Axis::DescendantOrSelf, test: Test::Node, predicates: Vec::new() }
}
