//! Expressions that cannot be parsed, in any text of a project.

use accord_syntax::expr::{Template, TemplateKind, TextSpan};
use accord_syntax::{Data, DataKind, Diagnostic, Project, Span, Text};

/// Where an invalid expression is reported, and how bad it is.
#[derive(Clone, Copy)]
pub(crate) enum Report {
    /// Concord's lint finds it too, and reports the step.
    Error(Span),
    /// Concord's lint does not look there: the expression itself is reported.
    Warning,
}

/// Looks at one text.
pub(crate) fn text(project: &Project, text: &Text, report: Report, findings: &mut Vec<Diagnostic>) {
    scalar(project, &text.value, text.span, report, findings);
}

/// Looks at every text of a value; keys are not evaluated and so not looked at.
pub(crate) fn data(project: &Project, value: &Data, report: Report, findings: &mut Vec<Diagnostic>) {
    match &value.kind {
        DataKind::Text(text) => scalar(project, text, value.span, report, findings),
        DataKind::List(items) => items.iter().for_each(|item| data(project, item, report, findings)),
        DataKind::Map(entries) => entries.iter().for_each(|(_, value)| data(project, value, report, findings)),
        DataKind::Null | DataKind::Bool(_) | DataKind::Int(_) | DataKind::Float(_) => {}
    }
}

fn scalar(project: &Project, text: &std::sync::Arc<str>, span: Span, report: Report, findings: &mut Vec<Diagnostic>) {
    if !text.contains("${") {
        return;
    }
    let (message, place) = match Template::parse(std::sync::Arc::clone(text)).kind() {
        TemplateKind::Invalid(error) => (format!("invalid expression: {}", error.message), Some(error.span)),
        TemplateKind::BothForms => ("invalid expression: `${…}` and `#{…}` cannot stand in one text".to_owned(), None),
        TemplateKind::Text(_) | TemplateKind::Expr(_) | TemplateKind::Parts(_) => return,
    };
    let place = place.map_or(span, |place| part(project, span, place));
    findings.push(match report {
        Report::Error(step) => Diagnostic::error("invalid-expression", message, step).focus(place),
        Report::Warning => Diagnostic::warning("invalid-expression", message, place),
    });
}

/// The place of a part of a scalar in its file.
fn part(project: &Project, scalar: Span, place: TextSpan) -> Span {
    let Some(source) = project.sources.get(scalar.file) else { return scalar };
    let start = source.offset_in_scalar(scalar, place.start as usize);
    let end = source.offset_in_scalar(scalar, place.end as usize);
    Span::new(scalar.file, start, end.max(start))
}
