fn main() {
    let secret = accord_value::SecretString::from("value");
    let _ = serde_json::to_string(&secret);
}
