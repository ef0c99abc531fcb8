//! scratch
use accord_syntax::*;
fn main() {
    for f in std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap().split('\u{1}') {
        if f.is_empty() { continue }
        let s = Source::new(FileId(0), "x", f);
        match read_data(&s) {
            Ok(_) => println!("ok"),
            Err(e) => { let p = s.line_col(e[0].span.unwrap().start); println!("{}:{} {} {}", p.line, p.col, e[0].code, e[0].message) }
        }
    }
}
