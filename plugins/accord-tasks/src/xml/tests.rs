use accord_sdk::testing::World;
use accord_value::Value;

use crate::tests::{registry, shown};

const BOOKS: &str = r#"<?xml version="1.0"?>
<!DOCTYPE books [<!ENTITY who "Harper">]>
<books xmlns:x="urn:x">
  <book id="0" x:lang="es"><title>Don Quixote</title><author>Miguel de Cervantes</author><price>9.5</price></book>
  <book id="1"><title>To Kill a <em>Mockingbird</em></title><author>&who; Lee</author><price>12</price></book>
  <!-- a comment -->
  <x:book id="2"><title><![CDATA[<Third>]]></title></x:book>
</books>"#;

const POM: &str = r#"<project xmlns="http://maven.apache.org/POM/4.0.0">
  <parent><groupId>com.walmartlabs.concord.plugins</groupId><artifactId>parent</artifactId><version>1.27.1-SNAPSHOT</version></parent>
  <artifactId> xml-tasks </artifactId>
</project>"#;

fn world() -> World {
    let world = World::default();
    world.services.files.add("data.xml", BOOKS, false);
    world.services.files.add("pom.xml", POM, false);
    world.services.files.add("secret.xml", "<a b='hidden1'>hidden2</a>", true);
    world.services.files.add("bad.xml", "<a><b></a>", false);
    world.services.files.add("bad-secret.xml", "<hidden3></hidden4>", true);
    world
}

fn call(world: &World, method: &str, args: &[&str]) -> String {
    let args: Vec<Value> = args.iter().map(|arg| Value::from(*arg)).collect();
    shown(registry().call("xmlUtils", method, &args, false, &world.flow, &world.services))
}

#[test]
fn paths() {
    let world = world();
    for (path, expected) in [
        ("/books/book[@id=\"0\"]/title/text()", "[Don Quixote]"),
        ("/books/book/title/text()", "[Don Quixote, To Kill a ]"),
        ("/books/book/title", "[Don Quixote, To Kill a Mockingbird]"),
        ("//title", "[Don Quixote, To Kill a Mockingbird, <Third>]"),
        ("//em/../../author", "[Harper Lee]"),
        ("//book[1]/title", "[Don Quixote]"),
        ("/books/book[last()]/@id", "[1]"),
        ("/books/book[position() < 2]/@*", "[0, es]"),
        ("/books/x:book/@id", "[2]"),
        ("//@x:lang | //em", "[es, Mockingbird]"),
        ("/books/book[author='Harper Lee']/@id", "[1]"),
        ("/books/book[price > 10]/@id", "[1]"),
        ("//x:book[not(author)]/@id", "[2]"),
        ("//book[contains(title, 'Kill') or starts-with(title, 'Don') and @id != '1']/@id", "[0, 1]"),
        ("/books/*[count(title) = 1][2]/@id", "[1]"),
        ("//title[normalize-space(.) = 'Don Quixote']/../@id", "[0]"),
        ("/books/book[@x:lang]/author/node()", "[Miguel de Cervantes]"),
        ("books / book [ 1 ] / @id", "[0]"),
        ("//nothing", "[]"),
        ("//y:book", "[]"),
    ] {
        assert_eq!(call(&world, "xpathListOfStrings", &["data.xml", path]), expected, "{path}");
    }
    assert_eq!(call(&world, "xpathString", &["data.xml", "//author/text()"]), "Miguel de Cervantes");
    assert_eq!(call(&world, "xpathString", &["data.xml", "//nothing"]), "null");
}

#[test]
fn what_is_wrong_is_said() {
    let world = world();
    for (file, path, part) in [
        ("data.xml", "", "expected a name, *, @, . or text(), found the end"),
        ("data.xml", "/books/", "expected a name"),
        ("data.xml", "/books/book[1", "expected ], found the end"),
        ("data.xml", "/books book", "expected the end of the expression at character 8, found b"),
        ("data.xml", "/books/child::book", "the axis child:: is not supported"),
        ("data.xml", "//book[foo()]", "foo() is not supported here"),
        ("data.xml", "//book[contains(title)]", "contains() takes 2 arguments, found 1"),
        ("data.xml", "//book[@id='1]", "a ' is not closed"),
        ("data.xml", "//book[count(1)]", "count() takes a path"),
        ("bad.xml", "//a", "The file bad.xml is no XML"),
        ("nope.xml", "//a", "nope.xml"),
    ] {
        let found = call(&world, "xpathString", &[file, path]);
        assert!(found.starts_with("! ") && found.contains(part), "{path}: {found}");
    }
    let deep = format!("//a{}", "[a".repeat(100_000));
    assert!(call(&world, "xpathString", &["data.xml", &deep]).contains("nested more than"));
}

#[test]
fn a_maven_project_is_named() {
    let world = world();
    assert_eq!(
        call(&world, "mavenGav", &["pom.xml"]),
        "{groupId=com.walmartlabs.concord.plugins, artifactId=xml-tasks, version=1.27.1-SNAPSHOT}"
    );
    assert_eq!(call(&world, "mavenGav", &["data.xml"]), "! The file data.xml has no <groupId> in its <project>");
}

#[test]
fn the_file_of_a_secret_gives_secrets() {
    let world = world();
    assert_eq!(call(&world, "xpathListOfStrings", &["secret.xml", "//a | //@b"]), "[******, ******]");
    let found = call(&world, "xpathString", &["bad-secret.xml", "//a"]);
    assert!(found.starts_with("! The file bad-secret.xml") && !found.contains("hidden"), "{found}");
}

#[test]
fn a_deep_file_is_no_danger() {
    let world = World::default();
    let text = format!("{}x{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    world.services.files.add("deep.xml", &text, false);
    assert_eq!(call(&world, "xpathString", &["deep.xml", "/a/a/a"]), "x");
    assert!(call(&world, "xpathString", &["deep.xml", "//a//a//a"]).contains("looks at more than"));
}
