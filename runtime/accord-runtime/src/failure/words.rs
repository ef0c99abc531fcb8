//! The messages of the reference in words for people: what was found, what was expected, how to mend it.
//!
//! The log keeps the reference's wording, as flows can see it. What is not known here is told as it is.

use accord_sdk::Registry;
use accord_syntax::expr::without_place;
use accord_syntax::{Project, nearest};

use crate::scripts;

/// What a message says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Told {
    /// The kind of failure, as lint calls it where it knows it.
    pub(super) code: &'static str,
    pub(super) title: String,
    pub(super) notes: Vec<String>,
    pub(super) hints: Vec<String>,
    pub(super) about: About,
}

/// What of a step a message is about, where no part of an expression is to blame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// The step as such.
    Step,
    /// The value of its key.
    Value,
    /// A parameter of this name.
    Parameter(String),
    /// A line and a column of the step's script, from 1.
    Script(usize, usize),
}

impl Told {
    fn new(code: &'static str, title: impl Into<String>) -> Self {
        Self { code, title: title.into(), notes: Vec::new(), hints: Vec::new(), about: About::Step }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    fn about(self, about: About) -> Self {
        Self { about, ..self }
    }
}

/// What words are made of.
pub(super) struct Words<'a> {
    pub(super) project: &'a Project,
    pub(super) registry: &'a Registry,
}

impl Words<'_> {
    /// Puts a message, masked and without the expression's text in front, into words.
    pub(super) fn of(&self, message: &str) -> Told {
        let message = message.trim();
        let mut told = self.known(message).unwrap_or_else(|| as_it_is(message));
        if told.hints.is_empty() {
            told.hints = self.help(message).iter().map(|hint| sentence(hint)).collect();
        }
        told
    }

    /// What those say who know more about it.
    fn help(&self, message: &str) -> Option<String> {
        self.registry.hint_for(message).or_else(|| scripts::hint_for(message))
    }

    fn known(&self, message: &str) -> Option<Told> {
        self.names(message).or_else(|| values(message)).or_else(|| secrets(message))
    }

    /// Names that nothing has.
    fn names(&self, message: &str) -> Option<Told> {
        if let Some(name) = between(message, "Can't find a variable '", "'. Check if it is defined").or_else(|| {
            message.strip_prefix("ELResolver cannot handle a null base Object with identifier '")?.strip_suffix('\'')
        }) {
            return Some(self.variable(name));
        }
        if let Some((_, details)) = message
            .split_once("Can't find the specified variable. Check if it is defined in the current scope. Details: ")
        {
            return Some(plain(details));
        }
        if let Some(name) = between(message, "Task not found: '", "'") {
            let known: Vec<&str> = self.registry.names().collect();
            let told = Told::new("unknown-task", format!("there is no task '{name}'")).about(About::Value);
            return Some(match (self.registry.hint(name), nearest(name, &known)) {
                (Some(hint), _) => told.hint(sentence(hint)),
                (None, Some(meant)) => told.hint(format!("Did you mean '{meant}'?")),
                (None, None) => told.hint(format!("There are: {}.", known.join(", "))),
            });
        }
        let definition = &self.project.definition;
        for (start, code, what, known) in [
            (
                "Flow not found: ",
                "unknown-flow",
                "flow",
                definition.flows.keys().map(|name| &**name).collect::<Vec<&str>>(),
            ),
            ("Form not found: ", "unknown-form", "form", definition.forms.keys().map(|name| &**name).collect()),
        ] {
            let Some(name) = message.strip_prefix(start) else { continue };
            let told = Told::new(code, format!("there is no {what} '{name}'")).about(About::Value);
            return Some(told.hint(match nearest(name, &known) {
                Some(meant) => format!("Did you mean '{meant}'?"),
                None if known.is_empty() => format!("The project has no {what}s."),
                None => format!("There are: {}.", known.join(", ")),
            }));
        }
        if let Some(name) = between(message, "Function '", "' not found") {
            let known: Vec<&str> = accord_expr::function_names().map(|(name, _)| name).collect();
            let told = Told::new("unknown-function", format!("there is no function '{name}'"));
            return Some(match nearest(name, &known) {
                Some(meant) => told.hint(format!("Did you mean '{meant}'?")),
                None => told.hint(format!("There are: {}.", known.join(", "))),
            });
        }
        if let Some(name) = between(message, "Unknown language '", "'. Check process dependencies") {
            return Some(
                Told::new("unknown-language", format!("scripts in '{name}' cannot be run")).about(About::Value),
            );
        }
        method(message).or_else(|| script(message))
    }

    fn variable(&self, name: &str) -> Told {
        let told = Told::new("undefined-variable", format!("there is no variable '{name}'"));
        if let Some(hint) = self.registry.hint(name) {
            return told.hint(format!("The task of that name is not built in: {}.", hint.trim_end_matches('.')));
        }
        if name == "projectInfo" {
            return told.hint("Processes of a project have it: start this one with '--project NAME'.");
        }
        if accord_lint::is_provided(name) {
            return told.hint(format!(
                "Processes of a server have it; here, give it a value with '-e {name}=…' or in configuration.arguments."
            ));
        }
        let of_profile = self.project.definition.profiles.values().find(|profile| {
            let arguments = profile.configuration.as_ref().and_then(|configuration| configuration.arguments.as_ref());
            arguments.is_some_and(|arguments| arguments.get(name).is_some())
        });
        if let Some(profile) = of_profile
            && !self.project.active_profiles.contains(&profile.name.value)
        {
            return told
                .hint(format!("The profile '{0}' has it, and is not active: add '-p {0}'.", profile.name.value));
        }
        if let Some(flow) = accord_lint::setters(self.project, name).first() {
            let hint = format!("The flow '{flow}' sets it, and what a flow sets ends with it");
            return told.hint(format!("{hint}: name it in 'out' of the step 'call: {flow}', or set it before."));
        }
        let known = accord_lint::variable_names(self.project);
        let known: Vec<&str> = known.iter().map(String::as_str).filter(|known| *known != name).collect();
        let tasks: Vec<&str> = self.registry.names().collect();
        told.hint(match nearest(name, &known).or_else(|| nearest(name, &tasks)) {
            Some(meant) if name.chars().count() > 2 => format!("Did you mean '{meant}'?"),
            _ => format!("Set it before, in configuration.arguments, or with '-e {name}=…'."),
        })
    }
}

/// Methods that an object or a task does not have.
fn method(message: &str) -> Option<Told> {
    let (first, rest) = message.split_once('\n')?;
    let (name, owner) = first.strip_prefix("Can't find '")?.split_once("()' method ")?;
    let title = if let Some(rest) = owner.strip_prefix("in the task '") {
        format!("the task '{}' has no method '{name}'", rest.split('\'').next().unwrap_or(rest))
    } else if let Some((task, takes)) =
        owner.strip_prefix("of the task '").and_then(|rest| rest.split_once("' that takes "))
    {
        format!("'{task}.{name}' cannot be called with {}", takes.trim_end_matches('.'))
    } else {
        let class = owner.strip_prefix("in ").unwrap_or(owner).trim_end_matches('.');
        format!("{} has no method '{name}'", noun(class))
    };
    let help = rest.lines().filter(|line| !line.starts_with("Check the task's or type's"));
    Some(help.fold(Told::new("unknown-method", title), |told, line| told.hint(plain_classes(line).trim())))
}

/// A script that cannot be read: `SyntaxError: <eval>:2:13 …`, and its line.
fn script(message: &str) -> Option<Told> {
    let (kind, rest) = message.lines().next()?.split_once(": <eval>:")?;
    let (place, words) = rest.split_once(' ')?;
    let (line, column) = place.split_once(':')?;
    let about = About::Script(line.parse().ok()?, column.parse().ok()?);
    Some(Told::new("script", format!("{kind}: {words}")).about(about))
}

/// Values of the wrong kind.
fn values(message: &str) -> Option<Told> {
    if let Some((from, to)) = message.strip_prefix("Cannot cast ").and_then(|rest| rest.split_once(" to ")) {
        return Some(wrong_kind(from, to));
    }
    if let Some((from, rest)) =
        message.strip_prefix("class ").and_then(|rest| rest.split_once(" cannot be cast to class "))
    {
        return Some(wrong_kind(from, rest.split(' ').next().unwrap_or(rest)));
    }
    if let Some((name, rest)) =
        message.strip_prefix("Invalid variable '").and_then(|rest| rest.split_once("' type, expected: "))
    {
        let (wanted, got) = rest.split_once(", got: ")?;
        let title = format!("'{name}' must be {}, and this is {}", noun(wanted), noun(got));
        let told = Told::new("wrong-parameter", title).about(About::Parameter(name.to_owned()));
        return Some(match (simple(wanted), simple(got)) {
            ("String", _) => told.hint("Put quotes round it."),
            (_, "String") => told.hint(
                "Write it without quotes; of a text, an expression makes a number, e.g. '${Integer.parseInt(x)}'.",
            ),
            _ => told,
        });
    }
    if let Some(name) = between(message, "Mandatory variable '", "' is required") {
        let told = Told::new("missing-parameter", format!("'{name}' is missing, or null"));
        return Some(told.hint(format!("Add '{name}' to the step's 'in:'.")).about(About::Parameter(name.to_owned())));
    }
    if message == "/ by zero" {
        return Some(Told::new("failed", "a number was divided by zero"));
    }
    if let Some(text) = between(message, "For input string: \"", "\"") {
        let told = Told::new("wrong-type", format!("the text '{text}' is not a number"));
        return Some(told.hint("A text of digits counts as a number: look where this one comes from."));
    }
    if message.starts_with("Encountered \"") {
        return Some(Told::new("invalid-expression", format!("invalid expression: {}", without_place(message))));
    }
    None
}

fn wrong_kind(from: &str, to: &str) -> Told {
    let title = format!("{} stands where {} is expected", noun(from), noun(to));
    let told = Told::new("wrong-type", title).about(About::Value);
    match simple(to) {
        "String" => told.hint("Make a text of it: '${value.toString()}'."),
        _ => told,
    }
}

/// Secrets that cannot be had.
fn secrets(message: &str) -> Option<Told> {
    if let Some(rest) = message.strip_prefix("Secret not found: ") {
        let (name, looked) = rest.split_once("; ").unwrap_or((rest, ""));
        let told = Told::new("secret-missing", format!("there is no secret '{name}'"));
        let told = if looked.is_empty() { told } else { told.note(looked) };
        let hint =
            format!("Create it with 'accord secret create {name}'; 'accord secret list' shows those that exist.");
        return Some(told.hint(hint));
    }
    if let Some(name) =
        message.strip_prefix("Project-scoped secrets can only be accessed within the project they belong to. Secret: ")
    {
        let told = Told::new("secret-refused", format!("the secret '{name}' is for processes of its project alone"));
        return Some(told.hint("Start the process in that project: '--project NAME'; 'accord secret show' names it."));
    }
    if let Some((name, place)) = message.strip_prefix("Organization not found: ").and_then(|rest| rest.split_once(" ("))
    {
        let told =
            Told::new("unknown-org", format!("there is no organization '{name}'")).note(place.trim_end_matches(')'));
        return Some(
            told.hint(format!("Create it with 'accord org create {name}'; 'accord org list' shows those that exist.")),
        );
    }
    if message.starts_with("The process must run in a project") {
        let title = message.trim_end_matches('.').replacen("The process", "the process", 1);
        let told = Told::new("no-project", title);
        return Some(told.hint("Start it with '--project NAME'; 'accord project list' shows those that exist."));
    }
    None
}

fn plain(title: &str) -> Told {
    Told::new("failed", plain_classes(title.trim_end_matches('.')))
}

/// The first line as the title, the others as a note.
fn as_it_is(message: &str) -> Told {
    let mut lines = message.lines().map(plain_classes);
    let title = lines.next().filter(|line| !line.is_empty());
    let told = Told::new("failed", title.unwrap_or_else(|| "the step failed without a message".to_owned()));
    let rest: Vec<String> = lines.collect();
    if rest.is_empty() { told } else { told.note(rest.join("\n")) }
}

fn between<'m>(message: &'m str, start: &str, end: &str) -> Option<&'m str> {
    message.strip_prefix(start)?.split_once(end).map(|(name, _)| name)
}

/// A text as a sentence of its own.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    let rest = chars.as_str();
    let end = if rest.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{rest}{end}")
}

/// The last part of a class's name.
fn simple(class: &str) -> &str {
    let class = class.trim_start_matches("class ").trim_start_matches("interface ");
    class.rsplit(['.', '$']).next().unwrap_or(class)
}

/// What a class of Java is to people.
fn noun(class: &str) -> String {
    match simple(class) {
        "String" => "a text".to_owned(),
        "Integer" | "Long" | "Short" | "Byte" | "BigInteger" => "a whole number".to_owned(),
        "Double" | "Float" | "BigDecimal" | "Number" => "a number".to_owned(),
        "Boolean" => "true or false".to_owned(),
        "Character" => "a character".to_owned(),
        "Object;" => "a list".to_owned(),
        name if name.ends_with("List") || name == "Collection" || name == "ListN" || name == "List12" => {
            "a list".to_owned()
        }
        name if name.ends_with("Map") || name == "MapN" || name == "Map1" => "a map".to_owned(),
        name if name.ends_with("Set") || name == "SetN" => "a set".to_owned(),
        name => format!("a value of the kind '{name}'"),
    }
}

/// The text with the names of Java's classes in words.
fn plain_classes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = ["java.lang.", "java.util.", "java.math."].iter().filter_map(|start| rest.find(start)).min() {
        let (before, found) = rest.split_at(at);
        let before = before.strip_suffix("class ").or_else(|| before.strip_suffix("interface ")).unwrap_or(before);
        let end =
            found.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '$' | '_'))).unwrap_or(found.len());
        let (class, after) = found.split_at(end);
        let (class, dot) = class.strip_suffix('.').map_or((class, ""), |class| (class, "."));
        out.push_str(before);
        out.push_str(&noun(class));
        out.push_str(dot);
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(message: &str) -> Told {
        let mut registry = Registry::new();
        accord_tasks::register(&mut registry);
        let text = "configuration: {arguments: {greeting: x}}\nflows:\n  deploy: [{set: {made: 1}}]\n";
        let mut sources = accord_syntax::Sources::new();
        let source = sources.add("concord.yml", text);
        let definition = accord_syntax::parse(&source).definition;
        let project = Project::merge(sources, vec![(source.id(), definition)], Some(source.id()));
        Words { project: &project, registry: &registry }.of(message)
    }

    #[test]
    fn messages_are_put_into_words() {
        for (message, title, hint) in [
            (
                "Can't find a variable 'greetin'. Check if it is defined in the current scope. Details: ELResolver cannot \
                 handle a null base Object with identifier 'greetin'",
                "there is no variable 'greetin'",
                "Did you mean 'greeting'?",
            ),
            (
                "ELResolver cannot handle a null base Object with identifier 'made'",
                "there is no variable 'made'",
                "The flow 'deploy' sets it",
            ),
            ("Task not found: 'htpp'", "there is no task 'htpp'", "Did you mean 'http'?"),
            ("Task not found: 'slack'", "there is no task 'slack'", "Call the REST API"),
            ("Flow not found: deplyo", "there is no flow 'deplyo'", "Did you mean 'deploy'?"),
            ("Form not found: f", "there is no form 'f'", "The project has no forms."),
            ("Function 'hasVar' not found", "there is no function 'hasVar'", "There are: "),
            (
                "Can't find 'nope()' method in java.lang.String.\nCheck the task's or type's available methods and their \
                 signatures.\nDid you mean: notify(), join(java.lang.String)?",
                "a text has no method 'nope'",
                "Did you mean: notify(), join(a text)?",
            ),
            (
                "Cannot cast java.lang.Long to java.lang.String",
                "a whole number stands where a text is expected",
                "Make a text",
            ),
            (
                "Invalid variable 'url' type, expected: class java.lang.String, got: class java.lang.Integer",
                "'url' must be a text, and this is a whole number",
                "Put quotes",
            ),
            ("Mandatory variable 'url' is required", "'url' is missing, or null", "Add 'url'"),
            ("SyntaxError: <eval>:2:13 Unexpected token\nconst b = a +;\n     ^", "SyntaxError: Unexpected token", ""),
            ("/ by zero", "a number was divided by zero", ""),
            ("For input string: \"x\"", "the text 'x' is not a number", "A text of digits"),
            ("Secret not found: Default/x; looked in the store s", "there is no secret 'Default/x'", "Create it"),
            ("Organization not found: x (in the store 's')", "there is no organization 'x'", "Create it"),
            ("Cannot compare x of type class java.util.ArrayList.", "Cannot compare x of type a list.", ""),
            ("", "the step failed without a message", ""),
        ] {
            let told = told(message);
            assert_eq!(told.title, title, "{message}");
            assert!(told.hints.join(" ").starts_with(hint), "{message}: {:?}", told.hints);
        }
        assert_eq!(told("first\nsecond\nthird").notes, ["second\nthird"]);
    }
}
