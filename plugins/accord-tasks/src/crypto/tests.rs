//! Exports and the action `create`.

use accord_sdk::Variables;
use accord_sdk::testing::{Content, World};
use accord_value::{Map, Value};

use crate::tests::{registry, result, shown};

fn world() -> World {
    let world = World::default();
    world.services.secret("myOrg", "token", Content::Data("s3cr3t-v4lue"));
    world.services.secret("myOrg", "creds", Content::UsernamePassword("bob", "hunter22"));
    world.services.secret("myOrg", "key", Content::KeyPair);
    world.services.secret("Default", "own", Content::Data("own-value"));
    world.services.files.add("value.txt", "the value", false);
    world.services.files.add("id", "private part", false);
    world.services.files.add("id.pub", "public part", false);
    world
}

#[test]
fn exports() {
    let registry = registry();
    let world = world();
    let call = |method: &str, args: &[Value]| shown(world.call(&registry, "crypto", method, args));
    let token = |password: Value| ["myOrg".into(), "token".into(), password];
    assert_eq!(call("exportAsString", &token(Value::Null)), "******");
    assert_eq!(world.services.secrets.registered(), ["s3cr3t-v4lue"]);
    assert_eq!(call("exportAsString", &token("pass-word".into())), "******");
    assert!(world.services.secrets.registered().contains(&"pass-word".to_owned()));
    assert_eq!(call("exportAsString", &[Value::Null, "own".into(), Value::Null]), "******");
    assert_eq!(call("exportAsFile", &token(Value::Null)), ".concord_tmp/token.bin");
    let into = ["my/dir".into(), "myOrg".into(), "token".into(), Value::Null];
    assert_eq!(call("exportAsFile", &into), "my/dir/token.bin");
    assert_eq!(
        call("exportKeyAsFile", &["myOrg".into(), "key".into(), Value::Null]),
        "{private=.concord_tmp/private.key, public=.concord_tmp/public.key}"
    );
    assert_eq!(
        call("exportCredentials", &["myOrg".into(), "creds".into(), Value::Null]),
        "{password=******, username=bob}"
    );
    assert_eq!(
        call("exportAsString", &["myOrg".into(), Value::Null, Value::Null]),
        "! The name of a secret cannot be empty or null"
    );
    assert_eq!(call("exportCredentials", &token(Value::Null)), "! The secret 'token' is of another kind.");
}

#[test]
fn encrypts_in_a_project_only() {
    let registry = registry();
    let mut world = world();
    let call = |world: &World, method: &str, args: &[Value]| shown(world.call(&registry, "crypto", method, args));
    assert_eq!(
        call(&world, "encryptString", &["x".into()]),
        "! The process must run in a project in order to be able to encrypt strings."
    );
    assert_eq!(call(&world, "encryptString", &["o".into(), "p".into(), "abcd".into()]), "dcba");
    world.services.secrets.set_project("p");
    assert_eq!(call(&world, "encryptString", &["abcd".into()]), "dcba");
    assert_eq!(call(&world, "decryptString", &["dcba".into()]), "******");
    assert!(world.services.secrets.registered().contains(&"abcd".to_owned()));
}

#[test]
fn create() {
    let text = |text: &str| Value::from(text);
    let pair = |pairs: &[(&'static str, &'static str)]| Value::Map(pairs.iter().copied().collect::<Map>());
    let made = |more: &[(&'static str, Value)]| {
        let mut input: Variables =
            [("action", text("create")), ("org", text("o")), ("secretName", text("s"))].into_iter().collect();
        for (name, value) in more {
            input.insert(name, value.clone());
        }
        input
    };
    let cases: Vec<(Variables, &str, &str)> = vec![
        (Variables::new(), "! Mandatory variable 'action' is required", ""),
        ([("action", "explode")].into_iter().collect(), "! Unknown action: 'explode'. Available actions: [CREATE]", ""),
        ([("action", "create")].into_iter().collect(), "! Mandatory variable 'secretName' is required", ""),
        (made(&[]), "! A path to the secret's data, a key pair or a username/password pair must be specified.", ""),
        (made(&[("data", text("missing.txt"))]), "! File '/work/missing.txt' not found", ""),
        (made(&[("data", text("../x"))]), "! Not authorized to access file outside of working directory: ../x", ""),
        (
            made(&[("data", text("value.txt"))]),
            "ok=true, password=null",
            "o/s: data of 9 bytes, password false, generate false, None, []",
        ),
        (
            made(&[
                ("usernamePassword", pair(&[("username", "u"), ("password", "secretpw")])),
                ("storePassword", text("store-pw")),
                ("visibility", text("private")),
                ("project", text("p1")),
                ("projects", crate::tests::list([text("p2"), text("p1")])),
            ]),
            "ok=true, password=null",
            "o/s: credentials of u, password true, generate false, Some(Private), [\"p1\", \"p2\"]",
        ),
        (
            made(&[("keyPair", pair(&[("public", "id.pub"), ("private", "id")])), ("generatePassword", true.into())]),
            "ok=true, password=******",
            "o/s: key pair, password false, generate true, None, []",
        ),
        (
            made(&[("keyPair", pair(&[("publicKey", "id.pub"), ("privateKey", "id")]))]),
            "ok=true, password=null",
            "o/s: key pair, password false, generate false, None, []",
        ),
        (
            made(&[("keyPair", pair(&[]))]),
            "ok=true, password=null",
            "o/s: generated key pair, password false, generate false, None, []",
        ),
        (made(&[("keyPair", pair(&[("public", "id.pub")]))]), "! Mandatory variable 'private' is required", ""),
        (
            made(&[("data", text("value.txt")), ("visibility", text("secret"))]),
            "! Unknown visibility: 'secret'. Available visibilities: [PUBLIC, PRIVATE]",
            "",
        ),
    ];
    let registry = registry();
    for (input, expected, created) in cases {
        let world = world();
        assert_eq!(result(world.execute(&registry, "crypto", input)), expected);
        assert_eq!(world.services.secrets.created().join("\n"), created, "{expected}");
        let log: &[&str] = if created.is_empty() { &[] } else { &["The secret 'o/s' was created successfully"] };
        assert_eq!(world.flow.lines(), log);
    }
}
