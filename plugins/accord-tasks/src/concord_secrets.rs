//! `concordSecrets`: reads, makes, changes and deletes secrets of the kind *data*.
//! Source: Concord's documentation, *Secrets Task*.

use accord_sdk::{
    NewSecret, NewSecretContent, Parameter, ParameterType, SecretChange, SecretFailure, SecretRef, SecretStatus, Task,
    TaskContext, TaskError, TaskInfo, TaskResult, Variables,
};
use accord_value::{SecretBytes, SecretString, Text, Value};

/// The task `concordSecrets`.
pub(crate) struct ConcordSecrets;

const ACTIONS: [&str; 5] = ["GET", "CREATE", "VALIDATE", "UPDATE", "DELETE"];

impl Task for ConcordSecrets {
    fn describe(&self) -> TaskInfo {
        TaskInfo::new("concordSecrets", "Reads, makes, changes and deletes secrets.")
            .input([
                Parameter::new("action", ParameterType::OneOf(ACTIONS.map(Into::into).to_vec()))
                    .summary("GET unless given"),
                Parameter::string("org").summary("the process' organization unless given"),
                Parameter::string("name").required(),
                Parameter::string("storePassword").secret(),
                Parameter::string("newStorePassword").secret().summary("for UPDATE"),
                Parameter::any("data").secret().summary("text or bytes, for CREATE and UPDATE"),
                Parameter::boolean("ignoreErrors").summary("give an error as the result's status"),
                Parameter::boolean("ignoreError").summary("the same as ignoreErrors"),
            ])
            .dry_run_ready()
            .result_without_mark()
            .errors_without_mark()
    }

    fn execute(&self, input: Variables, cx: &mut TaskContext<'_>) -> Result<TaskResult, TaskError> {
        let action = input.string("action")?.map_or_else(|| "GET".to_owned(), |text| text.as_str().to_uppercase());
        let ignore = input.boolean("ignoreErrors", false)? || input.boolean("ignoreError", false)?;
        let secret = SecretRef {
            org: input.string("org")?.map(|org| org.as_arc().clone()),
            name: input.required_string("name")?.as_arc().clone(),
            password: input.string("storePassword")?.map(|text| guarded(&text, cx)),
            origin: cx.origin(),
        };
        let outcome = match action.as_str() {
            "GET" => cx.secrets().export_string(&secret).map(|text| TaskResult::success().value("data", text)),
            "VALIDATE" => cx.secrets().export_string(&secret).map(|_| TaskResult::success()),
            "CREATE" => {
                let data = data(&input, cx)?.ok_or_else(|| missing("data"))?;
                create(secret, data, cx)
            }
            "UPDATE" => {
                let store_password = input.string("newStorePassword")?.map(|text| guarded(&text, cx));
                let change = SecretChange { data: data(&input, cx)?, store_password };
                if change.data.is_none() && change.store_password.is_none() {
                    return Err(TaskError::illegal_argument(
                        "Nothing to update: expected 'data', 'newStorePassword' or both",
                    ));
                }
                if cx.dry_run() {
                    Ok(skip("updating", &secret, cx))
                } else {
                    done(cx.secrets().change(&secret, &change))
                }
            }
            "DELETE" if cx.dry_run() => Ok(skip("deleting", &secret, cx)),
            "DELETE" => done(cx.secrets().delete(&secret)),
            _ => {
                return Err(TaskError::illegal_argument(format!(
                    "Unknown action: '{action}'. Available actions: [{}]",
                    ACTIONS.join(", ")
                )));
            }
        };
        match outcome {
            Ok(result) => Ok(result.value("status", "OK")),
            Err(SecretFailure { status: Some(status), error }) if ignore || action == "VALIDATE" => {
                let message = error.message().cloned().unwrap_or_default();
                Ok(TaskResult::fail(message).value("status", word(status)))
            }
            Err(failure) => Err(failure.into()),
        }
    }
}

fn done(outcome: Result<(), SecretFailure>) -> Result<TaskResult, SecretFailure> {
    outcome.map(|()| TaskResult::success())
}

fn create(secret: SecretRef, data: SecretBytes, cx: &TaskContext<'_>) -> Result<TaskResult, SecretFailure> {
    if cx.dry_run() {
        return Ok(skip("creating", &secret, cx));
    }
    let new = NewSecret {
        org: secret.org,
        name: secret.name,
        content: NewSecretContent::Data(data),
        store_password: secret.password,
        generate_password: false,
        visibility: None,
        projects: Vec::new(),
        origin: secret.origin,
    };
    cx.secrets().create(&new).map(|_| TaskResult::success())
}

/// The status as Concord spells it.
fn word(status: SecretStatus) -> &'static str {
    match status {
        SecretStatus::NotFound => "NOT_FOUND",
        SecretStatus::InvalidRequest => "INVALID_REQUEST",
        SecretStatus::AccessDenied => "ACCESS_DENIED",
    }
}

fn skip(what: &str, secret: &SecretRef, cx: &TaskContext<'_>) -> TaskResult {
    cx.info(format!("Running in dry-run mode: Skipping {what} secret '{}'", secret.name));
    TaskResult::success()
}

fn missing(name: &str) -> TaskError {
    TaskError::illegal_argument(format!("Mandatory variable '{name}' is required"))
}

/// `data`, known to be secret from here on.
fn data(input: &Variables, cx: &TaskContext<'_>) -> Result<Option<SecretBytes>, TaskError> {
    Ok(match input.get("data") {
        Value::Null => None,
        Value::Text(text) => Some(guarded(&text, cx).into_bytes()),
        Value::Bytes(bytes) => {
            if let Ok(text) = std::str::from_utf8(bytes.as_slice()) {
                cx.services().register_sensitive(text);
            }
            Some(SecretBytes::new(bytes.as_slice().to_vec()))
        }
        other => {
            return Err(TaskError::illegal_argument(format!(
                "Invalid variable 'data' type, expected: string/byte array, got: class {}",
                other.class_name()
            )));
        }
    })
}

fn guarded(text: &Text, cx: &TaskContext<'_>) -> SecretString {
    cx.services().register_sensitive(text.as_str());
    SecretString::from(text.as_str())
}

#[cfg(test)]
mod tests {
    use accord_sdk::testing::{Content, World};

    use super::*;
    use crate::tests::{registry, result};

    fn input(pairs: &[(&str, &str)]) -> Variables {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn world() -> World {
        let world = World::default();
        world.services.secret("Default", "token", Content::Data("s3cr3t-v4lue"));
        world.services.secret("Default", "pair", Content::KeyPair);
        world
    }

    fn run(world: &World, pairs: &[(&str, &str)], ignore: bool) -> String {
        let mut input = input(pairs);
        input.insert("ignoreErrors", ignore);
        result(registry().execute("concordSecrets", input, false, &world.flow, &world.services))
    }

    #[test]
    fn actions() {
        let world = world();
        for (pairs, ignore, expected) in [
            (&[("name", "token")][..], false, "ok=true, data=******, status=OK"),
            (&[("name", "token"), ("action", "get")], false, "ok=true, data=******, status=OK"),
            (&[("name", "nope")], false, "! Secret 'Default/nope' not found"),
            (&[("name", "nope")], true, "ok=false, error=Secret 'Default/nope' not found, status=NOT_FOUND"),
            (
                &[("name", "pair"), ("action", "VALIDATE")],
                false,
                "ok=false, error=The secret 'pair' is of another kind., status=INVALID_REQUEST",
            ),
            (&[("name", "token"), ("action", "VALIDATE")], false, "ok=true, status=OK"),
            (
                &[("name", "new"), ("action", "CREATE"), ("data", "x1y2z3"), ("storePassword", "Dingo1234")],
                false,
                "ok=true, status=OK",
            ),
            (&[("name", "new"), ("action", "CREATE")], true, "! Mandatory variable 'data' is required"),
            (
                &[("name", "token"), ("action", "UPDATE"), ("newStorePassword", "Tapir1234")],
                false,
                "ok=true, status=OK",
            ),
            (&[("name", "token"), ("action", "UPDATE"), ("data", "z")], false, "ok=true, status=OK"),
            (
                &[("name", "token"), ("action", "UPDATE")],
                false,
                "! Nothing to update: expected 'data', 'newStorePassword' or both",
            ),
            (
                &[("name", "nope"), ("action", "UPDATE"), ("data", "z")],
                true,
                "ok=false, error=Secret 'Default/nope' not found, status=NOT_FOUND",
            ),
            (&[("name", "token"), ("action", "DELETE")], false, "ok=true, status=OK"),
            (
                &[("name", "token"), ("action", "drop")],
                false,
                "! Unknown action: 'DROP'. Available actions: [GET, CREATE, VALIDATE, UPDATE, DELETE]",
            ),
            (&[("action", "GET")], false, "! Mandatory variable 'name' is required"),
        ] {
            assert_eq!(run(&world, pairs, ignore), expected, "{pairs:?}");
        }
        let secrets = &world.services.secrets;
        assert_eq!(secrets.created(), ["Default/new: data of 6 bytes, password true, generate false, None, []"]);
        assert_eq!(
            secrets.changed(),
            [
                "change token: no data, password false, new password true",
                "change token: data of 1 bytes, password false, new password false",
                "delete token"
            ]
        );
        for known in ["x1y2z3", "Dingo1234", "Tapir1234"] {
            assert!(secrets.registered().contains(&known.to_owned()), "{known}");
        }
    }

    #[test]
    fn nothing_is_changed_in_a_dry_run() {
        let mut world = world();
        world.services.dry_run = true;
        for pairs in [
            &[("name", "token"), ("action", "CREATE"), ("data", "x")][..],
            &[("name", "token"), ("action", "UPDATE"), ("data", "x")],
            &[("name", "token"), ("action", "DELETE")],
        ] {
            assert_eq!(run(&world, pairs, false), "ok=true, status=OK");
        }
        assert_eq!(run(&world, &[("name", "token")], false), "ok=true, data=******, status=OK");
        assert!(world.services.secrets.created().is_empty() && world.services.secrets.changed().is_empty());
        let log = world.flow.lines();
        assert_eq!(log.first().map(String::as_str), Some("Running in dry-run mode: Skipping creating secret 'token'"));
    }
}
