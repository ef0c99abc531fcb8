fn main() {
    let secret = accord_value::SecretString::from("value");
    let _: accord_value::SecretString = Clone::clone(&secret);
}
