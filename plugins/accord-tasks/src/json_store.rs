//! `jsonStore`: JSON documents of an organization.

use accord_sdk::{Method, Parameter, Task, TaskContext, TaskError, TaskInfo};
use accord_value::{List, Text, Value};

use crate::args;

/// The task `jsonStore`.
pub(crate) struct JsonStore;

impl Task for JsonStore {
    fn describe(&self) -> TaskInfo {
        let mut info = TaskInfo::new("jsonStore", "JSON documents of an organization.");
        let org = || Parameter::string("orgName");
        let store = || Parameter::string("storeName").required();
        let path = || Parameter::string("itemPath").required();
        let query = || Parameter::string("queryName").required();
        let with_and_without_org: [(&'static str, Vec<Parameter>); 9] = [
            ("isStoreExists", [store()].into()),
            ("isExists", [store(), path()].into()),
            ("get", [store(), path()].into()),
            ("put", [store(), path(), Parameter::any("data")].into()),
            ("upsert", [store(), path(), Parameter::any("data")].into()),
            ("delete", [store(), path()].into()),
            ("upsertQuery", [store(), query(), Parameter::string("queryText").required()].into()),
            ("executeQuery", [store(), query()].into()),
            ("executeQuery", [store(), query(), Parameter::map("params")].into()),
        ];
        for (name, parameters) in with_and_without_org {
            let mut longer = parameters.clone();
            longer.insert(0, org());
            let method = Method::new(name, parameters);
            info = info.method(method);
            if !(name == "executeQuery" && longer.len() == 3) {
                info = info.method(Method::new(name, longer));
            }
        }
        info.dry_run_ready()
    }

    fn call(&self, method: &str, args: &[Value], cx: &mut TaskContext<'_>) -> Result<Value, TaskError> {
        let own = match (method, args.len()) {
            ("isStoreExists", 1) | ("isExists" | "get" | "delete" | "executeQuery", 2) => 0,
            ("put" | "upsert" | "upsertQuery", 3) => 0,
            // Store, query and a map of parameters; or organization, store and query.
            ("executeQuery", 3) if matches!(args.last(), Some(Value::Map(_) | Value::Null)) => 0,
            ("isStoreExists", 2) | ("isExists" | "get" | "delete" | "executeQuery", 3) => 1,
            ("put" | "upsert" | "upsertQuery" | "executeQuery", 4) => 1,
            _ => return Err(cx.no_such_method(method, args)),
        };
        let org = (own == 1).then(|| args::text(args, 0));
        let org = org.as_ref().map(Text::as_str);
        let (store, second) = (
            args::open_text(args, own, "The name of a JSON store")?,
            args::open_text(args, own + 1, "The path of an item or the name of a query")?,
        );
        let (store, path) = (store.as_str(), second.as_str());
        let stores = cx.json_store();
        match method {
            "isStoreExists" => stores.store_exists(org, store).map(Value::Bool),
            "isExists" => stores.exists(org, store, path).map(Value::Bool),
            "get" => stores.get(org, store, path).map(Option::unwrap_or_default),
            "executeQuery" => {
                let parameters = args::map(args, own + 2)?;
                stores.execute_query(org, store, path, parameters.as_ref()).map(|rows| Value::List(List::new(rows)))
            }
            _ if cx.dry_run() => {
                cx.info(format!("Running in dry-run mode: Skipping {method} in JSON store '{store}'"));
                Ok(if method == "delete" { Value::Bool(false) } else { Value::Null })
            }
            "delete" => stores.delete(org, store, path).map(Value::Bool),
            "upsertQuery" => {
                let text = args::open_text(args, own + 2, "A query")?;
                stores.put_query(org, store, path, text.as_str()).map(|()| Value::Null)
            }
            _ => {
                let data = args::value(args, own + 2);
                stores.put(org, store, path, &data, method == "upsert").map(|()| Value::Null)
            }
        }
    }
}
