//! Finds what a path names in a document.

use std::cell::Cell;
use std::cmp::Ordering;

use roxmltree::{Attribute, Document, Node};

use super::xpath::{Axis, Comparison, Expr, Function, Path, Step, Test};

/// How many nodes one expression may look at.
const MOST_LOOKS: usize = 10_000_000;

/// An element, a text or an attribute.
#[derive(Clone, Copy)]
enum Item<'a> {
    Node(Node<'a, 'a>),
    Attribute(Node<'a, 'a>, usize, Attribute<'a, 'a>),
}

impl<'a> Item<'a> {
    /// The place in the document's order.
    fn order(&self) -> (u32, usize) {
        match self {
            Self::Node(node) => (node.id().get(), 0),
            Self::Attribute(node, index, _) => (node.id().get(), index + 1),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Attribute(_, _, attribute) => attribute.value().to_owned(),
            Self::Node(node) if node.is_text() || node.is_comment() => node.text().unwrap_or_default().to_owned(),
            Self::Node(node) => node.descendants().filter(Node::is_text).filter_map(|text| text.text()).collect(),
        }
    }
}

/// What an expression is worth.
enum Worth<'a> {
    Items(Vec<Item<'a>>),
    Number(f64),
    Text(String),
    Truth(bool),
}

struct Looker {
    looks: Cell<usize>,
}

/// Where an expression stands: an item among those of its step.
struct Place<'a> {
    item: Item<'a>,
    position: usize,
    last: usize,
}

/// The texts of all that the paths name, in the document's order.
pub(super) fn select<'a>(document: &'a Document<'a>, paths: &[Path]) -> Result<Vec<String>, String> {
    let looker = Looker { looks: Cell::new(0) };
    let root = Item::Node(document.root());
    let mut found = Vec::new();
    for path in paths {
        found.extend(looker.path(path, root)?);
    }
    sort(&mut found);
    Ok(found.iter().map(Item::text).collect())
}

fn sort(items: &mut Vec<Item<'_>>) {
    items.sort_by_key(Item::order);
    items.dedup_by_key(|item| item.order());
}

impl Looker {
    fn look(&self, count: usize) -> Result<(), String> {
        self.looks.set(self.looks.get().saturating_add(count));
        if self.looks.get() > MOST_LOOKS {
            return Err(format!(
                "it looks at more than {MOST_LOOKS} nodes: name the elements on the way instead of //"
            ));
        }
        Ok(())
    }

    fn path<'a>(&self, path: &Path, from: Item<'a>) -> Result<Vec<Item<'a>>, String> {
        let start = match (path.absolute, from) {
            (true, Item::Node(node) | Item::Attribute(node, ..)) => Item::Node(node.document().root()),
            (false, item) => item,
        };
        let mut items = vec![start];
        for step in &path.steps {
            let mut next = Vec::new();
            for item in items {
                next.extend(self.step(step, item)?);
            }
            sort(&mut next);
            items = next;
        }
        Ok(items)
    }

    fn step<'a>(&self, step: &Step, from: Item<'a>) -> Result<Vec<Item<'a>>, String> {
        let mut items: Vec<Item<'a>> = match (step.axis, from) {
            (Axis::Child, Item::Node(node)) => node.children().map(Item::Node).collect(),
            (Axis::DescendantOrSelf, Item::Node(node)) => node.descendants().map(Item::Node).collect(),
            (Axis::Attribute, Item::Node(node)) => node
                .attributes()
                .enumerate()
                .map(|(index, attribute)| Item::Attribute(node, index, attribute))
                .collect(),
            (Axis::Parent, Item::Node(node)) => node.parent().map(Item::Node).into_iter().collect(),
            (Axis::Parent, Item::Attribute(node, ..)) => vec![Item::Node(node)],
            (Axis::Itself | Axis::DescendantOrSelf, item) => vec![item],
            (Axis::Child | Axis::Attribute, Item::Attribute(..)) => Vec::new(),
        };
        self.look(items.len() + 1)?;
        items.retain(|item| passes(&step.test, item));
        for predicate in &step.predicates {
            let last = items.len();
            let mut kept = Vec::new();
            for (index, item) in items.into_iter().enumerate() {
                let place = Place { item, position: index + 1, last };
                let holds = match self.eval(predicate, &place)? {
                    Worth::Number(number) => same(number, as_number(place.position)),
                    worth => truth(&worth),
                };
                if holds {
                    kept.push(item);
                }
            }
            items = kept;
        }
        Ok(items)
    }

    fn eval<'a>(&self, expr: &Expr, place: &Place<'a>) -> Result<Worth<'a>, String> {
        Ok(match expr {
            Expr::Number(number) => Worth::Number(*number),
            Expr::Literal(text) => Worth::Text(text.clone()),
            Expr::Path(path) => Worth::Items(self.path(path, place.item)?),
            Expr::Or(all) => Worth::Truth(self.any(all, place, true)?),
            Expr::And(all) => Worth::Truth(!self.any(all, place, false)?),
            Expr::Compare(comparison, a, b) => {
                Worth::Truth(compare(*comparison, &self.eval(a, place)?, &self.eval(b, place)?))
            }
            Expr::Call(function, arguments) => {
                let mut values = Vec::with_capacity(arguments.len());
                for argument in arguments {
                    values.push(self.eval(argument, place)?);
                }
                call(*function, &values, place)?
            }
        })
    }

    /// Whether one of the expressions is `wanted`.
    fn any(&self, all: &[Expr], place: &Place<'_>, wanted: bool) -> Result<bool, String> {
        for expr in all {
            if truth(&self.eval(expr, place)?) == wanted {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn call<'a>(function: Function, values: &[Worth<'_>], place: &Place<'_>) -> Result<Worth<'a>, String> {
    Ok(match (function, values) {
        (Function::Last, []) => Worth::Number(as_number(place.last)),
        (Function::Position, []) => Worth::Number(as_number(place.position)),
        (Function::Not, [value]) => Worth::Truth(!truth(value)),
        (Function::Count, [Worth::Items(items)]) => Worth::Number(as_number(items.len())),
        (Function::Contains, [text, part]) => Worth::Truth(text_of(text).contains(&text_of(part))),
        (Function::StartsWith, [text, start]) => Worth::Truth(text_of(text).starts_with(&text_of(start))),
        (Function::NormalizeSpace, [text]) => {
            Worth::Text(text_of(text).split_whitespace().collect::<Vec<_>>().join(" "))
        }
        _ => return Err("count() takes a path".to_owned()),
    })
}

fn passes(test: &Test, item: &Item<'_>) -> bool {
    match (test, item) {
        (Test::Node, _) | (Test::Any, Item::Attribute(..)) => true,
        (Test::Text, Item::Node(node)) => node.is_text(),
        (Test::Text, Item::Attribute(..)) => false,
        (Test::Any, Item::Node(node)) => node.is_element(),
        (Test::Name(prefix, name), Item::Node(node)) => {
            let tag = node.tag_name();
            node.is_element() && tag.name() == name && is_of(prefix.as_deref(), tag.namespace(), node)
        }
        (Test::Name(prefix, name), Item::Attribute(node, _, attribute)) => {
            let found = attribute.namespace();
            attribute.name() == name
                && if prefix.is_none() { found.is_none() } else { is_of(prefix.as_deref(), found, node) }
        }
    }
}

/// Whether a name of that namespace is written with that prefix, or without one, where the node stands.
fn is_of(prefix: Option<&str>, namespace: Option<&str>, node: &Node<'_, '_>) -> bool {
    match namespace {
        None => prefix.is_none(),
        found => node.lookup_namespace_uri(prefix) == found,
    }
}

#[expect(clippy::cast_precision_loss, reason = "positions are far below 2^52")]
fn as_number(count: usize) -> f64 {
    count as f64
}

fn same(a: f64, b: f64) -> bool {
    a.partial_cmp(&b) == Some(Ordering::Equal)
}

fn truth(worth: &Worth<'_>) -> bool {
    match worth {
        Worth::Items(items) => !items.is_empty(),
        Worth::Number(number) => !same(*number, 0.0) && !number.is_nan(),
        Worth::Text(text) => !text.is_empty(),
        Worth::Truth(truth) => *truth,
    }
}

fn text_of(worth: &Worth<'_>) -> String {
    match worth {
        Worth::Items(items) => items.first().map(Item::text).unwrap_or_default(),
        Worth::Number(number) => number.to_string(),
        Worth::Text(text) => text.clone(),
        Worth::Truth(truth) => truth.to_string(),
    }
}

fn number_of(text: &str) -> f64 {
    text.trim().parse().unwrap_or(f64::NAN)
}

/// A path holds where one of its items does.
fn compare(comparison: Comparison, a: &Worth<'_>, b: &Worth<'_>) -> bool {
    match (a, b) {
        (Worth::Items(items), other) if !matches!(other, Worth::Truth(_)) => {
            items.iter().any(|item| compare(comparison, &Worth::Text(item.text()), other))
        }
        (other, Worth::Items(items)) if !matches!(other, Worth::Truth(_)) => {
            items.iter().any(|item| compare(comparison, other, &Worth::Text(item.text())))
        }
        (Worth::Truth(_), _) | (_, Worth::Truth(_)) => {
            let (a, b) = (truth(a), truth(b));
            holds(comparison, Some(a.cmp(&b)))
        }
        (Worth::Text(a), Worth::Text(b)) if matches!(comparison, Comparison::Equal | Comparison::NotEqual) => {
            holds(comparison, Some(a.cmp(b)))
        }
        _ => holds(comparison, number_of(&text_of(a)).partial_cmp(&number_of(&text_of(b)))),
    }
}

fn holds(comparison: Comparison, order: Option<Ordering>) -> bool {
    match (comparison, order) {
        (Comparison::Equal, order) => order == Some(Ordering::Equal),
        (Comparison::NotEqual, order) => order != Some(Ordering::Equal),
        (_, None) => false,
        (Comparison::Less, Some(order)) => order.is_lt(),
        (Comparison::LessOrEqual, Some(order)) => order.is_le(),
        (Comparison::Greater, Some(order)) => order.is_gt(),
        (Comparison::GreaterOrEqual, Some(order)) => order.is_ge(),
    }
}
