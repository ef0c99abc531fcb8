//! Literals that must not be seen where source text is shown: passwords and the like that are written in a file.
//!
//! Works on the file as it is, also where it does not load: a picture of a mistake must not show the password beside it.

use std::collections::BTreeSet;

use accord_sdk::Registry;
use accord_syntax::expr::{Access, Expr, ExprKind, Literal, Template, TemplateKind};
use accord_syntax::{Data, DataKind, Source, Span, read_data_and_problems};

/// The places of the literals in a file that a task's secret parameter, or a key of such a name, is given.
#[must_use]
pub fn hidden(source: &Source, registry: &Registry) -> Vec<Span> {
    let mut search =
        Search { source, registry, names: BTreeSet::from(["password"]), methods: BTreeSet::new(), found: Vec::new() };
    for info in registry.names().filter_map(|name| registry.info(name)) {
        for parameter in info.input.iter().flatten() {
            search.parameter(parameter);
        }
        let secret = info.methods.iter().filter(|method| method.parameters.iter().any(|parameter| parameter.secret));
        search.methods.extend(secret.map(|method| &*method.name));
    }
    search.methods.insert("sensitive");
    let (root, problems) = read_data_and_problems(source);
    if let Some(root) = &root {
        search.data(root);
    }
    // What was not read as YAML is searched as text.
    if let Some(first) = problems.iter().filter_map(|problem| problem.span).map(|span| span.start).min() {
        search.text(first);
    }
    search.addresses();
    search.found
}

struct Search<'a> {
    source: &'a Source,
    registry: &'a Registry,
    /// Names of secret parameters.
    names: BTreeSet<&'a str>,
    /// Methods and functions with secret parameters.
    methods: BTreeSet<&'a str>,
    found: Vec<Span>,
}

impl<'a> Search<'a> {
    fn parameter(&mut self, parameter: &'a accord_sdk::Parameter) {
        if parameter.secret {
            self.names.insert(&parameter.name);
        }
        if let accord_sdk::ParameterType::Object(fields) = &parameter.kind {
            fields.iter().for_each(|field| self.parameter(field));
        }
    }

    fn data(&mut self, data: &Data) {
        match &data.kind {
            DataKind::Text(text) => self.scalar(text, data.span),
            DataKind::List(items) => items.iter().for_each(|item| self.data(item)),
            DataKind::Map(entries) => {
                for (key, value) in entries {
                    let name = key.value.rsplit('.').next().unwrap_or(&key.value);
                    if self.names.contains(name) {
                        self.literals(value);
                    }
                    self.scalar(&key.value, key.span);
                    self.data(value);
                }
            }
            DataKind::Null | DataKind::Bool(_) | DataKind::Int(_) | DataKind::Float(_) => {}
        }
    }

    fn literals(&mut self, value: &Data) {
        match &value.kind {
            DataKind::Text(text) if text.contains("${") => {}
            DataKind::Text(_) | DataKind::Int(_) | DataKind::Float(_) => self.found.push(value.span),
            DataKind::List(items) => items.iter().for_each(|item| self.literals(item)),
            DataKind::Map(_) | DataKind::Null | DataKind::Bool(_) => {}
        }
    }

    fn scalar(&mut self, text: &std::sync::Arc<str>, span: Span) {
        if !text.contains("${") {
            return;
        }
        let template = Template::parse(std::sync::Arc::clone(text));
        if matches!(template.kind(), TemplateKind::Invalid(_) | TemplateKind::BothForms) {
            self.quoted(span.start as usize, span.end as usize);
            return;
        }
        for expr in template.expressions() {
            expr.visit(&mut |node| self.node(node, span));
        }
    }

    fn node(&mut self, node: &Expr, scalar: Span) {
        match &node.kind {
            ExprKind::Path(base, suffixes) => {
                let ExprKind::Identifier(task) = &base.kind else { return };
                let Some(info) = self.registry.info(task) else { return };
                let Some(suffix) = suffixes.first() else { return };
                if let (Access::Name(method), Some(arguments)) = (&suffix.access, &suffix.arguments) {
                    for index in info.secret_arguments(method, arguments.len()) {
                        self.argument(arguments.get(index), scalar);
                    }
                }
            }
            ExprKind::Call { prefix: None, name, arguments } if &**name == "sensitive" => {
                self.argument(arguments.first().and_then(|first| first.first()), scalar);
            }
            _ => {}
        }
    }

    fn argument(&mut self, argument: Option<&Expr>, scalar: Span) {
        let Some(argument) = argument else { return };
        argument.visit(&mut |node| {
            if matches!(node.kind, ExprKind::Literal(Literal::Text(_))) {
                let at = |offset: u32| self.source.offset_in_scalar(scalar, offset as usize);
                self.found.push(Span::new(scalar.file, at(node.span.start), at(node.span.end)));
            }
        });
    }

    /// Everything behind a name of a secret parameter or method, line by line, from the line of an offset on.
    fn text(&mut self, from: u32) {
        let text = self.source.text();
        let line = self.source.line_col(from).line;
        let start = self.source.line_start(line).unwrap_or(from) as usize;
        self.quoted(start, text.len());
        let mut at = start;
        for line in text.get(start..).unwrap_or("").split_inclusive('\n') {
            let line_end = at + line.trim_end().len();
            for name in self.names.clone() {
                for (found, _) in line.match_indices(name) {
                    let rest = line.get(found + name.len()..).unwrap_or("");
                    let key_end = rest.trim_start_matches(['"', '\'', ' ']);
                    let Some(value) = key_end.strip_prefix(':') else { continue };
                    let value_start = at + line.len() - value.trim_start().len();
                    if value_start < line_end {
                        self.push(value_start, line_end);
                    }
                }
            }
            at += line.len();
        }
    }

    /// Users and passwords in addresses, wherever they stand: `https://user:password@host`. Of `ssh` the user alone says
    /// nothing.
    fn addresses(&mut self) {
        let text = self.source.text();
        for (at, joint) in text.match_indices("://") {
            let start = at + joint.len();
            let rest = text.get(start..).unwrap_or("");
            let is_end =
                |c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '\'' | '`' | '<' | '>' | '{' | '}');
            let authority = rest.split(is_end).next().unwrap_or("");
            let Some((user, _)) = authority.rsplit_once('@') else { continue };
            let is_ssh = text.get(..at).is_some_and(|before| before.ends_with("ssh"));
            if !user.is_empty() && (!is_ssh || user.contains(':')) {
                self.push(start, start + user.len());
            }
        }
    }

    /// Quoted literals behind a method with secret parameters, up to the end of their line.
    fn quoted(&mut self, start: usize, end: usize) {
        let mut at = start;
        for line in self.source.text().get(start..end).unwrap_or("").split_inclusive('\n') {
            let calls = self.methods.iter().filter_map(|method| line.find(&format!("{method}("))).min();
            if let Some(call) = calls {
                let mut open = None;
                for (offset, c) in line.char_indices().skip_while(|(offset, _)| *offset < call) {
                    match open {
                        None if matches!(c, '\'' | '"') => open = Some((offset, c)),
                        Some((from, quote)) if quote == c => {
                            self.push(at + from, at + offset + 1);
                            open = None;
                        }
                        _ => {}
                    }
                }
                if let Some((from, _)) = open {
                    self.push(at + from, at + line.trim_end().len());
                }
            }
            at += line.len();
        }
    }

    fn push(&mut self, start: usize, end: usize) {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.found.push(Span::new(self.source.id(), offset(start), offset(end)));
    }
}

#[cfg(test)]
mod tests {
    use accord_syntax::Sources;

    use super::*;

    #[test]
    fn users_in_addresses_are_hidden() {
        for (text, expected) in [
            ("a: https://me:hunter2@host/x", "a: https://#@host/x"),
            ("a: {url: 'http://token@host'}", "a: {url: 'http://#@host'}"),
            ("a: ssh://git@host/x", "a: ssh://git@host/x"),
            ("a: ssh://git:pw@host/x", "a: ssh://#@host/x"),
            ("a: https://${user}@host/x", "a: https://${user}@host/x"),
            ("a: https://host/x@y", "a: https://host/x@y"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }

    /// The text with each hidden part as `#`.
    fn shown(text: &str) -> String {
        let mut registry = Registry::new();
        accord_tasks::register(&mut registry);
        let source = Sources::new().add("concord.yml", text);
        let mut spans = hidden(&source, &registry);
        spans.sort_unstable();
        spans.dedup();
        let (mut out, mut at) = (String::new(), 0);
        for span in spans.iter().filter(|span| span.end > span.start) {
            out.push_str(text.get(at..span.start as usize).unwrap_or(""));
            out.push('#');
            at = span.end as usize;
        }
        out + &text[at..]
    }

    #[test]
    fn secret_literals_are_found() {
        for (text, expected) in [
            ("a: ${crypto.exportAsString('o', 'n', 'pw')}", "a: ${crypto.exportAsString('o', 'n', #)}"),
            (
                "a: \"x ${crypto.exportAsString('o', 'n', 'p' += 'w')}\"",
                "a: \"x ${crypto.exportAsString('o', 'n', # += #)}\"",
            ),
            ("a: ${crypto.exportAsString('o', 'n', pw)}", "a: ${crypto.exportAsString('o', 'n', pw)}"),
            ("a: ${sensitive('pw')}", "a: ${sensitive(#)}"),
            (
                "- task: http\n  in:\n    auth:\n      basic:\n        password: 'pw'\n",
                "- task: http\n  in:\n    auth:\n      basic:\n        password: #\n",
            ),
            ("storePassword: 12345", "storePassword: #"),
            ("auth.basic.token: x", "auth.basic.token: #"),
            ("password: ${p}", "password: ${p}"),
            // Broken expressions and files: rather too much than too little.
            ("a: ${crypto.exportAsString('o', 'n', 'pw'", "a: ${crypto.exportAsString(#, #, #"),
            ("a: ]\npassword: pw", "a: ]\npassword: #"),
            ("a: \"\\q ${crypto.encryptString('pw')}\"", "a: \"\\q ${crypto.encryptString(#)}#"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
