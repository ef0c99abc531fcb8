//! `task: crypto` with `action: create`: makes a secret.

use std::sync::Arc;

use accord_sdk::{
    FileError, NewSecret, NewSecretContent, Parameter, ParameterType, TaskContext, TaskError, TaskResult, Variables,
    Visibility,
};
use accord_value::{Map, SecretBytes, SecretString, Text, Value};

/// Parameters of the action.
pub(super) fn parameters() -> Vec<Parameter> {
    let names = ParameterType::List(Box::new(ParameterType::String));
    let key_pair = ParameterType::Object(
        [
            Parameter::string("public").summary("path of the public key"),
            Parameter::string("private").summary("path of the private key"),
        ]
        .into(),
    );
    let credentials = ParameterType::Object(
        [Parameter::string("username").required(), Parameter::string("password").required().secret()].into(),
    );
    [
        Parameter::new("action", ParameterType::OneOf(["create".into()].into())).required(),
        Parameter::string("org").summary("the process' organization unless given"),
        Parameter::string("secretName").required(),
        Parameter::string("data").summary("path of a file with the secret's data"),
        Parameter::new("keyPair", key_pair).summary("paths of a key pair; an empty map asks for a new one"),
        Parameter::new("usernamePassword", credentials),
        Parameter::string("storePassword").secret(),
        Parameter::boolean("generatePassword").summary("let the store make a store password"),
        Parameter::new("visibility", ParameterType::OneOf(["PUBLIC".into(), "PRIVATE".into()].into())),
        Parameter::string("project").summary("the only project whose processes may read it"),
        Parameter::new("projects", names).summary("the projects whose processes alone may read it"),
    ]
    .into()
}

/// Makes the secret.
pub(super) fn run(input: &Variables, cx: &TaskContext<'_>) -> Result<TaskResult, TaskError> {
    let org = input.string("org")?;
    let name = input.required_string("secretName")?;
    let store_password = input.string("storePassword")?.map(|text| guarded(&text, cx));
    let content = content(input, cx)?;
    let secret = NewSecret {
        org: org.as_ref().map(|org| org.as_arc().clone()),
        name: name.as_arc().clone(),
        content,
        store_password,
        generate_password: input.boolean("generatePassword", false)?,
        visibility: visibility(input)?,
        projects: projects(input)?,
        origin: cx.origin(),
    };
    let created = cx.secrets().create(&secret)?;
    let before = Text::plain("The secret '");
    let of_org = org.map(|org| Text::concat([&org, &Text::plain("/")])).unwrap_or_default();
    cx.info(Text::concat([&before, &of_org, &name, &Text::plain("' was created successfully")]));
    Ok(TaskResult::success().value("password", created.password.map_or(Value::Null, Value::Text)))
}

fn content(input: &Variables, cx: &TaskContext<'_>) -> Result<NewSecretContent, TaskError> {
    if let Some(path) = input.string("data")? {
        return Ok(NewSecretContent::Data(read(path.as_str(), cx)?));
    }
    if let Some(pair) = input.map("keyPair")? {
        return key_pair(pair, cx);
    }
    if let Some(pair) = input.map("usernamePassword")? {
        let pair = Variables::from(pair);
        let username = pair.required_string("username")?;
        return Ok(NewSecretContent::UsernamePassword {
            username: username.as_arc().clone(),
            password: guarded(&pair.required_string("password")?, cx),
        });
    }
    Err(TaskError::illegal_argument(
        "A path to the secret's data, a key pair or a username/password pair must be specified.",
    ))
}

/// A key pair from two files, named as the documentation or as Java's API names them; an empty map asks for a new one.
fn key_pair(pair: Map, cx: &TaskContext<'_>) -> Result<NewSecretContent, TaskError> {
    if pair.is_empty() {
        return Ok(NewSecretContent::GeneratedKeyPair);
    }
    let pair = Variables::from(pair);
    let path = |short: &str, long: &str| match pair.string(long)? {
        Some(path) => Ok::<Text, TaskError>(path),
        None => pair.required_string(short),
    };
    let (private, public) = (path("private", "privateKey")?, path("public", "publicKey")?);
    let public = cx.files().read(public.as_str()).map_err(|error| word(error, public.as_str()))?;
    Ok(NewSecretContent::KeyPair { private: read(private.as_str(), cx)?, public: public.bytes })
}

fn read(path: &str, cx: &TaskContext<'_>) -> Result<SecretBytes, TaskError> {
    cx.files().read(path).map(|file| SecretBytes::new(file.bytes)).map_err(|error| word(error, path))
}

fn word(error: FileError, path: &str) -> TaskError {
    match error {
        FileError::NotFound(path) => TaskError::illegal_argument(format!("File '{}' not found", path.display())),
        FileError::Outside(_) => {
            TaskError::illegal_argument(format!("Not authorized to access file outside of working directory: {path}"))
        }
        other => other.into(),
    }
}

/// A secret that the flow wrote down or worked out: known as one from here on.
fn guarded(text: &Text, cx: &TaskContext<'_>) -> SecretString {
    cx.services().register_sensitive(text.as_str());
    SecretString::from(text.as_str())
}

fn visibility(input: &Variables) -> Result<Option<Visibility>, TaskError> {
    match input.string("visibility")? {
        None => Ok(None),
        Some(text) if text.as_str().eq_ignore_ascii_case("PUBLIC") => Ok(Some(Visibility::Public)),
        Some(text) if text.as_str().eq_ignore_ascii_case("PRIVATE") => Ok(Some(Visibility::Private)),
        Some(text) => Err(TaskError::illegal_argument(Text::concat([
            &Text::plain("Unknown visibility: '"),
            &text,
            &Text::plain("'. Available visibilities: [PUBLIC, PRIVATE]"),
        ]))),
    }
}

fn projects(input: &Variables) -> Result<Vec<Arc<str>>, TaskError> {
    let mut names: Vec<Arc<str>> = Vec::new();
    if let Some(name) = input.string("project")? {
        names.push(name.as_arc().clone());
    }
    for item in input.list("projects")?.map(|list| list.snapshot()).unwrap_or_default() {
        let name = item.to_text();
        if !names.contains(name.as_arc()) {
            names.push(name.as_arc().clone());
        }
    }
    Ok(names)
}
