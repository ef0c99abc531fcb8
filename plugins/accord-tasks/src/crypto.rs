//! `crypto`: secrets of the store, and texts encrypted with a project's key.
//!
//! Everything that comes out is a sensitive value, which the service registered before it gave it. Store passwords are
//! secret parameters: a literal one is masked wherever source text is shown.

use accord_sdk::{
    Method, Parameter, ParameterType, SecretRef, Task, TaskContext, TaskError, TaskInfo, TaskResult, Variables,
};
use accord_value::{Map, MapKind, SecretString, Text, Value};

use crate::args;

mod create;
#[cfg(test)]
mod tests;

/// The task `crypto`.
pub(crate) struct Crypto;

impl Task for Crypto {
    fn describe(&self) -> TaskInfo {
        let org = || Parameter::string("orgName").summary("the process' organization unless given");
        let name = || Parameter::string("secretName").required();
        let password = || Parameter::string("storePassword").secret().summary("null where the secret has none");
        let export = |method: &'static str| Method::new(method, [org(), name(), password()]);
        let dir = Parameter::string("dir").required().summary("a directory below the working directory");
        TaskInfo::new("crypto", "Secrets of the store, and texts encrypted with a project's key.")
            .input(create::parameters())
            .method(export("exportAsString"))
            .method(export("exportAsFile"))
            .method(Method::new("exportAsFile", [dir, org(), name(), password()]))
            .method(export("exportKeyAsFile"))
            .method(export("exportCredentials"))
            .method(
                Method::new("encryptString", [Parameter::string("value").required().secret()]).result_without_mark(),
            )
            .method(
                Method::new(
                    "encryptString",
                    [
                        Parameter::string("orgName"),
                        Parameter::string("projectName").required(),
                        Parameter::string("value").required().secret(),
                    ],
                )
                .result_without_mark(),
            )
            .method(Method::new("decryptString", [Parameter::new("encrypted", ParameterType::String).required()]))
            .result_without_mark()
            .errors_without_mark()
    }

    fn execute(&self, input: Variables, cx: &mut TaskContext<'_>) -> Result<TaskResult, TaskError> {
        let action = input.required_string("action")?;
        if !action.as_str().eq_ignore_ascii_case("create") {
            return Err(TaskError::illegal_argument(Text::concat([
                &Text::plain("Unknown action: '"),
                &action,
                &Text::plain("'. Available actions: [CREATE]"),
            ])));
        }
        create::run(&input, cx)
    }

    fn call(&self, method: &str, args: &[Value], cx: &mut TaskContext<'_>) -> Result<Value, TaskError> {
        match (method, args) {
            ("exportAsString", [_, _, _]) => Ok(Value::Text(cx.secrets().export_string(&secret(args, 0, cx)?)?)),
            ("exportAsFile", [_, _, _]) => {
                cx.secrets().export_file(None, &secret(args, 0, cx)?).map(|path| Value::Text(path.into()))
            }
            ("exportAsFile", [_, _, _, _]) => {
                let dir = args::text(args, 0);
                if dir.as_str().is_empty() {
                    return Err(TaskError::illegal_argument(
                        "The directory of an exported file cannot be empty or null",
                    ));
                }
                let path = cx.secrets().export_file(Some(dir.as_str()), &secret(args, 1, cx)?)?;
                Ok(Value::Text(path.into()))
            }
            ("exportKeyAsFile", [_, _, _]) => {
                let files = cx.secrets().export_key_file(&secret(args, 0, cx)?)?;
                let pair = [("private", Text::from(files.private)), ("public", Text::from(files.public))];
                Ok(Value::Map(Map::of_kind_from(MapKind::Hash, pair)))
            }
            ("exportCredentials", [_, _, _]) => {
                let credentials = cx.secrets().export_credentials(&secret(args, 0, cx)?)?;
                let pair = [("username", credentials.username), ("password", credentials.password)];
                Ok(Value::Map(Map::of_kind_from(MapKind::Hash, pair)))
            }
            ("encryptString", [_]) => encrypt(None, None, &args::text(args, 0), cx),
            ("encryptString", [_, _, _]) => encrypt(
                args::text_if_any(args, 0).as_ref(),
                args::text_if_any(args, 1).as_ref(),
                &args::text(args, 2),
                cx,
            ),
            ("decryptString", [_]) => {
                let encrypted = args::text(args, 0);
                if encrypted.as_str().is_empty() {
                    return Err(TaskError::illegal_argument("The text to decrypt cannot be empty or null"));
                }
                Ok(cx.secrets().decrypt_string(encrypted.as_str(), &cx.origin())?.map_or(Value::Null, Value::Text))
            }
            _ => Err(cx.no_such_method(method, args)),
        }
    }
}

/// The arguments organization, name and store password from `first` on. The password becomes known as a secret first:
/// what is said of the call from here on may quote it.
fn secret(args: &[Value], first: usize, cx: &TaskContext<'_>) -> Result<SecretRef, TaskError> {
    let name = args::text(args, first + 1);
    if name.as_str().is_empty() {
        return Err(TaskError::illegal_argument("The name of a secret cannot be empty or null"));
    }
    let password = args::text_if_any(args, first + 2);
    if let Some(password) = &password {
        cx.services().register_sensitive(password.as_str());
    }
    Ok(SecretRef {
        org: args::text_if_any(args, first).map(|org| org.as_arc().clone()),
        name: name.as_arc().clone(),
        password: password.map(|password| SecretString::from(password.as_str())),
        origin: cx.origin(),
    })
}

fn encrypt(org: Option<&Text>, project: Option<&Text>, value: &Text, cx: &TaskContext<'_>) -> Result<Value, TaskError> {
    cx.services().register_sensitive(value.as_str());
    let encrypted = cx.secrets().encrypt_string(
        org.map(Text::as_str),
        project.map(Text::as_str),
        &SecretString::from(value.as_str()),
        &cx.origin(),
    )?;
    Ok(Value::Text(encrypted.into()))
}
