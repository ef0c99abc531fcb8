//! probe
fn main() {
    for f in std::env::args().skip(1) {
        println!("== {f}");
        let text = std::fs::read_to_string(&f).unwrap_or_default();
        let mut o = granit_parser::options! { emit_unresolved_aliases: true, block_scalar_eof_without_line_feed: true, bom_inside_document_as_content: true, flow_nesting_limit: 1000, block_nesting_limit: 1000 };
        o.set_emit_comments(false);
        for e in granit_parser::Parser::new_from_str_with_options(&text, o) {
            match e {
                Ok((e, s)) => println!("{}:{}-{}:{} {:?} {:?}", s.start.line(), s.start.col()+1, s.end.line(), s.end.col()+1, e, s.tag_start.map(|m| m.col()+1)),
                Err(e) => { println!("{e:?}"); break }
            }
        }
    }
}
