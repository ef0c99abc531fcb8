fn main() {
    let secret = accord_value::SecretString::from("value");
    let _ = format!("{secret}");
}
