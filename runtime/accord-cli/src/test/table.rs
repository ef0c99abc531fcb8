//! Coverage as a table: a row for each file, below it one for each of its flows.

use accord_runtime::{Coverage, FlowCoverage, Ran};

/// The table's lines.
pub(super) fn rows(coverage: &Coverage) -> Vec<String> {
    let mut cells: Vec<(String, Ran, String)> = Vec::new();
    for file in &coverage.files {
        cells.push((file.path.to_string(), file.ran(), String::new()));
        cells.extend(file.flows.iter().map(|flow| (format!("  {}", flow.name), flow.ran(), missed(flow))));
    }
    cells.push(("all".to_owned(), coverage.ran(), String::new()));
    let width = cells.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or(0).max("coverage".len());
    let mut rows = vec![format!("{:width$}  steps    hit       %  missed lines", "coverage")];
    rows.extend(cells.iter().map(|(name, ran, missed)| {
        let row = format!("{name:width$}  {:5}  {:5}  {:>6}  {missed}", ran.steps, ran.hit, percent(ran.percent()));
        row.trim_end().to_owned()
    }));
    rows
}

/// `14, 20-22`
fn missed(flow: &FlowCoverage) -> String {
    let ranges = flow.missed();
    let range = |(first, last): &(u32, u32)| if first == last { first.to_string() } else { format!("{first}-{last}") };
    ranges.iter().map(range).collect::<Vec<_>>().join(", ")
}

/// With one digit behind the point, never more than it is: 99.96 is not 100.
pub(super) fn percent(value: f64) -> String {
    format!("{:.1}", (value * 10.0).floor() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn nearly_all_is_not_all() {
        assert_eq!(
            (percent(99.96), percent(100.0), percent(0.0), percent(66.66)),
            ("99.9".to_owned(), "100.0".to_owned(), "0.0".to_owned(), "66.6".to_owned())
        );
    }
}
