fn main() {
    let secret = accord_value::SecretString::from("value");
    let _ = std::collections::HashSet::from([secret]);
}
