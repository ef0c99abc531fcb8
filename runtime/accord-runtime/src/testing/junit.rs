//! The report as JUnit XML: one suite, a case for each test.
//! Source: the schema of Jenkins' xUnit plugin (`junit-10.xsd`); GitLab's "Unit test reports".

use std::borrow::Cow;
use std::time::Duration;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::results::{TestOutcome, TestReport, TestResult};
use crate::clock::utc;
use crate::log::LogEntry;

type Line<'a> = &'a dyn Fn(&LogEntry) -> Option<String>;

/// The document. `line` gives an entry of a log as text.
pub(super) fn report(report: &TestReport, line: Line<'_>) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Memory takes what is written to it.
    let _ = document(&mut writer, report, line);
    let mut text = String::from_utf8(writer.into_inner()).unwrap_or_default();
    text.push('\n');
    text
}

fn document(writer: &mut Writer<Vec<u8>>, report: &TestReport, line: Line<'_>) -> std::io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let name = clean(report.mask(&report.project).as_str());
    let failures = report.count(TestOutcome::Failed).to_string();
    let skipped = report.count(TestOutcome::Skipped).to_string();
    let errors = report.results.iter().filter(|result| is_error(result.outcome)).count().to_string();
    let (tests, time) = (report.results.len().to_string(), seconds(report.duration));
    let started = utc(report.started);
    let counts = || {
        [("tests", &*tests), ("failures", &*failures), ("errors", &*errors), ("skipped", &*skipped), ("time", &*time)]
    };
    let suites = writer.create_element("testsuites").with_attribute(("name", &*name)).with_attributes(counts());
    suites.write_inner_content(|writer| {
        let suite = writer.create_element("testsuite").with_attribute(("name", &*name)).with_attributes(counts());
        suite.with_attribute(("timestamp", started.trim_end_matches('Z'))).write_inner_content(|writer| {
            report.results.iter().try_for_each(|result| case(writer, report, result, line))
        })?;
        Ok(())
    })?;
    Ok(())
}

fn case(writer: &mut Writer<Vec<u8>>, report: &TestReport, result: &TestResult, line: Line<'_>) -> std::io::Result<()> {
    let mask = |text: &str| clean(report.mask(text).as_str());
    let (name, file, class) = (mask(&result.case.name), mask(&result.case.path), mask(&class(&report.project, result)));
    let time = seconds(result.duration);
    let mut element = writer.create_element("testcase").with_attributes([
        ("name", &*name),
        ("classname", &*class),
        ("file", &*file),
        ("time", &*time),
    ]);
    let number;
    if let Some(place) = &result.case.place {
        number = place.line.to_string();
        element = element.with_attribute(("line", &*number));
    }
    let log: Vec<String> = result.log.iter().filter_map(line).collect();
    if result.outcome == TestOutcome::Passed && log.is_empty() {
        element.write_empty()?;
        return Ok(());
    }
    element.write_inner_content(|writer| {
        trouble(writer, result, &mask)?;
        if !log.is_empty() {
            text(writer, "system-out", &[], &mask(&log.join("\n")))?;
        }
        Ok(())
    })?;
    Ok(())
}

fn trouble(writer: &mut Writer<Vec<u8>>, result: &TestResult, mask: &dyn Fn(&str) -> String) -> std::io::Result<()> {
    let tag = match result.outcome {
        TestOutcome::Passed => return Ok(()),
        TestOutcome::Skipped => {
            writer.create_element("skipped").write_empty()?;
            return Ok(());
        }
        TestOutcome::Failed => "failure",
        _ => "error",
    };
    let message = mask(result.message.as_ref().map_or("", |message| message.as_str()));
    let body = result.picture(false).map_or_else(|| message.clone(), |picture| mask(picture.as_str()));
    text(writer, tag, &[("message", &message), ("type", result.outcome.name())], &body)
}

fn text(writer: &mut Writer<Vec<u8>>, tag: &str, attributes: &[(&str, &str)], body: &str) -> std::io::Result<()> {
    let element = writer.create_element(tag).with_attributes(attributes.iter().copied());
    element.write_text_content(BytesText::new(body))?;
    Ok(())
}

fn is_error(outcome: TestOutcome) -> bool {
    outcome.is_bad() && outcome != TestOutcome::Failed
}

/// The project and the file, with dots: readers make a tree of them.
fn class(project: &str, result: &TestResult) -> String {
    let file = result.case.place.as_ref().map_or("", |place| &*place.file);
    let stem = [".concord.yml", ".concord.yaml", ".yml", ".yaml"].iter().find_map(|end| file.strip_suffix(end));
    format!("{project}.{}", stem.unwrap_or(file).trim_start_matches('.').replace(['.', '/'], "."))
}

fn seconds(duration: Duration) -> String {
    format!("{:.3}", duration.as_secs_f64())
}

/// Without the characters that no XML document may hold, however they are written.
fn clean(text: &str) -> String {
    let is_xml = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    let clean: Cow<'_, str> = if text.chars().all(is_xml) {
        text.into()
    } else {
        text.chars().map(|c| if is_xml(c) { c } else { '\u{fffd}' }).collect::<String>().into()
    };
    clean.into_owned()
}
