//! What flows can call: names and parameters of methods, for help and for fuzzing.

use accord_value::Value;

use crate::classes;
use crate::method::Method;

/// A method as a flow calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Its name; of a constructor, the class's.
    pub name: &'static str,
    /// Java's names of the parameters' types, such as `int` or `java.lang.String`.
    pub parameters: Vec<&'static str>,
}

/// The methods that a value has, overloads apart.
#[must_use]
pub fn methods_of(value: &Value) -> Vec<Signature> {
    signatures(classes::tables(value), false)
}

/// The methods of the classes that flows can name, by the class's simple name, constructors too.
#[must_use]
pub fn class_methods() -> Vec<(&'static str, Signature)> {
    let of_class = |(name, class): (&'static str, &'static classes::Class)| {
        let constructors = class.constructors.iter().map(move |method| (name, Signature { name, ..signature(method) }));
        signatures(class.tables, true).into_iter().map(move |signature| (name, signature)).chain(constructors)
    };
    classes::all().flat_map(of_class).collect()
}

fn signatures(tables: &[&[Method]], of_class: bool) -> Vec<Signature> {
    let methods = tables.iter().flat_map(|table| table.iter());
    methods.filter(|method| method.is_static == of_class).map(signature).collect()
}

fn signature(method: &Method) -> Signature {
    Signature { name: method.name, parameters: method.parameters.iter().map(|ty| ty.name()).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_known_by_value_and_by_class() {
        let of_text = methods_of(&Value::from("text"));
        let signature = |name, parameters: &[&'static str]| Signature { name, parameters: parameters.to_vec() };
        assert!(of_text.contains(&signature("substring", &["int", "int"])));
        assert!(!of_text.iter().any(|signature| signature.name == "valueOf"), "belongs to the class");
        let of_classes = class_methods();
        assert!(of_classes.contains(&("Integer", signature("parseInt", &["java.lang.String"]))));
        assert!(of_classes.iter().any(|(class, signature)| *class == "StringBuilder" && signature.name == *class));
    }
}
