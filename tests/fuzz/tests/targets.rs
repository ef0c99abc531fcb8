//! Every target for as long as `FUZZ_SECONDS` says.

use std::path::Path;

use accord_fuzz::engine;
use accord_fuzz::targets::{data, evaluation, expression, flow, format, patterns, redactor, sealed, state, yaml};

macro_rules! targets {
    ($($name:ident: $make:path, $target:path;)*) => {
        $(#[test]
        fn $name() {
            let report = engine::run(stringify!($name), Path::new(env!("CARGO_TARGET_TMPDIR")), $make, $target);
            let engine::Report { executions, longest, slowest } = report;
            println!("{}: {executions} inputs, the longest took {longest:?} (number {slowest})", stringify!($name));
            assert!(executions > 0);
        })*
    };
}

targets! {
    yaml: yaml::make, yaml::yaml;
    expression: expression::make, expression::expression;
    evaluation: evaluation::make, evaluation::evaluation;
    flow: flow::make, flow::flow;
    format: format::make, format::format;
    regex: patterns::make, patterns::regex;
    glob: patterns::make, patterns::glob;
    data: data::make, data::data;
    state: state::make, state::state;
    sealed: sealed::make, sealed::sealed;
    redactor: redactor::make, redactor::redactor;
}
