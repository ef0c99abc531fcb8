//! Prints the diagnostics of files: `cargo run -p accord-syntax --example parse -- FILE…`.

use std::io::Write;

use accord_syntax::{FileId, Source, parse};

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for file in std::env::args().skip(1) {
        let bytes = std::fs::read(&file)?;
        let source = Source::from_bytes(FileId(0), file.as_str(), &bytes);
        let start = std::time::Instant::now();
        let parsed = parse(&source);
        let took = start.elapsed();
        writeln!(
            out,
            "{file}: {} flows, {} mistakes, {took:?}",
            parsed.definition.flows.len(),
            parsed.diagnostics.len()
        )?;
        for diagnostic in parsed.diagnostics {
            let place = diagnostic.span.map(|span| source.line_col(span.start));
            let (line, col) = place.map_or((0, 0), |place| (place.line, place.col));
            writeln!(out, "  {line}:{col} [{}] {} {:?}", diagnostic.code, diagnostic.message, diagnostic.hints)?;
        }
    }
    Ok(())
}
