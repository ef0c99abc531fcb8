//! `xmlUtils`: reads values out of XML files. Source: Concord's documentation, *XML Task*.

use accord_sdk::{FileError, Method, Parameter, Task, TaskContext, TaskError, TaskInfo};
use accord_value::{List, Map, Text, Value};
use roxmltree::{Document, Node, ParsingOptions};

use crate::args;

mod select;
#[cfg(test)]
mod tests;
mod xpath;

/// The most elements, texts and comments that a file may have.
const MOST_NODES: u32 = 5_000_000;

/// The task `xmlUtils`.
pub(crate) struct XmlUtils;

impl Task for XmlUtils {
    fn describe(&self) -> TaskInfo {
        let file = || Parameter::string("file").required();
        let path = || Parameter::string("expression").required().summary("XPath 1.0: paths with conditions");
        TaskInfo::new("xmlUtils", "Reads values out of XML files.")
            .method(Method::new("xpathString", [file(), path()]))
            .method(Method::new("xpathListOfStrings", [file(), path()]))
            .method(Method::new("mavenGav", [file()]))
            .dry_run_ready()
    }

    fn call(&self, method: &str, args: &[Value], cx: &mut TaskContext<'_>) -> Result<Value, TaskError> {
        match (method, args) {
            ("xpathString", [_, _]) => Ok(values(args, cx)?.into_iter().next().unwrap_or_default()),
            ("xpathListOfStrings", [_, _]) => Ok(Value::List(List::new(values(args, cx)?))),
            ("mavenGav", [_]) => {
                let text = read(args, cx)?;
                let document = parse(&text, args)?;
                let gav = gav(document.root_element(), &args::text(args, 0))?;
                let gav = gav.map(|(name, value)| (name, Text::with_mark(value, text.is_sensitive())));
                Ok(Value::Map(Map::from_pairs(gav)))
            }
            _ => Err(cx.no_such_method(method, args)),
        }
    }
}

/// What the expression in the second argument finds in the file that the first one names.
fn values(args: &[Value], cx: &TaskContext<'_>) -> Result<Vec<Value>, TaskError> {
    let expression = args::text(args, 1);
    let broken = |problem: String| {
        let rest = Text::plain(format!("': {problem}"));
        TaskError::illegal_argument(Text::concat([&Text::plain("Invalid XPath expression '"), &expression, &rest]))
    };
    let paths = xpath::parse(expression.as_str()).map_err(broken)?;
    let text = read(args, cx)?;
    let document = parse(&text, args)?;
    let found = select::select(&document, &paths).map_err(broken)?;
    Ok(found.into_iter().map(|value| Value::Text(Text::with_mark(value, text.is_sensitive()))).collect())
}

fn read(args: &[Value], cx: &TaskContext<'_>) -> Result<Text, TaskError> {
    let path = args::text(args, 0);
    let file = cx.files().read(path.as_str()).map_err(|error| match error {
        FileError::Outside(_) => TaskError::illegal_argument(Text::concat([
            &Text::plain("Not authorized to access file outside of working directory: "),
            &path,
        ])),
        other => other.into(),
    })?;
    Ok(Text::with_mark(String::from_utf8_lossy(&file.bytes), file.sensitive))
}

fn parse<'a>(text: &'a Text, args: &[Value]) -> Result<Document<'a>, TaskError> {
    // Entities of the file itself are replaced, within the reader's bounds; nothing outside of it is read.
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    Document::parse_with_options(text.as_str(), options).map_err(|error| {
        // The reader's words quote names of the file.
        let problem = Text::with_mark(format!(" is no XML: {error}"), text.is_sensitive());
        TaskError::illegal_argument(Text::concat([&Text::plain("The file "), &args::text(args, 0), &problem]))
    })
}

/// Group, artifact and version of a Maven project; what it does not say itself is its parent's.
fn gav(project: Node<'_, '_>, file: &Text) -> Result<[(&'static str, String); 3], TaskError> {
    let child = |of: Node<'_, '_>, name: &str| {
        let found = of.children().find(|node| node.tag_name().name() == name)?;
        found.text().map(|text| text.trim().to_owned())
    };
    let parent = project.children().find(|node| node.tag_name().name() == "parent");
    let value = |name: &'static str| {
        let own = child(project, name);
        let value = if name == "artifactId" { own } else { own.or_else(|| child(parent?, name)) };
        value.map(|value| (name, value)).ok_or_else(|| {
            let rest = Text::plain(format!(" has no <{name}> in its <project>"));
            TaskError::illegal_argument(Text::concat([&Text::plain("The file "), file, &rest]))
        })
    };
    Ok([value("groupId")?, value("artifactId")?, value("version")?])
}
