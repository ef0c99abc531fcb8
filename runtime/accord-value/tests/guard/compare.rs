fn main() {
    let secret = accord_value::SecretString::from("value");
    let _ = secret == accord_value::SecretString::from("value");
}
