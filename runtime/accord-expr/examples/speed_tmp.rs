#[path = "../tests/support/mod.rs"]
mod support;
use support::World;
use accord_syntax::expr::Template;
use std::time::Instant;
fn main() {
    let mut w = World::default();
    w.variables.insert("i".into(), accord_value::Value::Int(5));
    w.variables.insert("x".into(), "a".into());
    w.variables.insert("l".into(), w.eval("${[1,2,3,4,5,6,7,8,9,10]}").unwrap());
    w.variables.insert("m".into(), w.eval("${{'a':{'b':1}}}").unwrap());
    for t in ["${i}", "${i + 1}", "${x == 'a'}", "text ${i} more", "${m.a.b}", "${x.toUpperCase()}", "${x.length()}", "${x.replaceAll('[a-z]+','b')}", "${hasVariable('x')}", "${l.stream().map(y -> y * 2).toList()}", "${i > 3 && i < 10 ? 'a' : 'b'}", "${Math.max(1, 2)}", "${(f -> f(1))(y -> y + 1)}"] {
        let tpl = Template::parse(t);
        let n = 300000;
        for _ in 0..n/10 { let _ = accord_expr::eval(&tpl, &w); }
        let s = Instant::now();
        for _ in 0..n { std::hint::black_box(accord_expr::eval(std::hint::black_box(&tpl), &w)).ok(); }
        println!("{:>8.1} ns  {t}", s.elapsed().as_nanos() as f64 / n as f64);
    }
}
