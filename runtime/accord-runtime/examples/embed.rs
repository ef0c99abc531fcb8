//! Runs a flow inside of another program: with a log of its own, a task of its own, a variable, and a limit of time.
//!
//! ```text
//! cargo run -p accord-runtime --example embed -- flows/hello
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use accord_runtime::sdk::{Method, Parameter, Task, TaskContext, TaskError, TaskInfo};
use accord_runtime::{Error, LoadOptions, LogEntry, LogSink, ProcessState, Runtime, Value};

/// Keeps what the process logs. Every text that arrives here is masked.
#[derive(Default)]
struct Collected(Mutex<Vec<String>>);

impl LogSink for Collected {
    fn take(&self, entry: &LogEntry) {
        let line = match entry {
            LogEntry::Log { message, .. } => message.to_string(),
            LogEntry::Error { message, .. } => format!("failed: {message}"),
            _ => return,
        };
        if let Ok(mut lines) = self.0.lock() {
            lines.push(line);
        }
    }
}

/// A task of the program: flows call it as `${shop.price('tea')}`.
struct Shop;

impl Task for Shop {
    fn describe(&self) -> TaskInfo {
        TaskInfo::new("shop", "Prices of the shop")
            .method(Method::new("price", [Parameter::string("article").required()]))
    }

    fn call(&self, method: &str, args: &[Value], cx: &mut TaskContext<'_>) -> Result<Value, TaskError> {
        match (method, args) {
            ("price", [article]) if article.as_str() == Some("tea") => Ok(Value::from(3)),
            ("price", [article]) => Err(TaskError::user(format!("no such article: {}", article.to_text().masked()))),
            _ => Err(cx.no_such_method(method, args)),
        }
    }
}

fn main() -> Result<(), Error> {
    let project = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("flows/hello"), PathBuf::from);
    let log = Arc::new(Collected::default());
    let runtime = Runtime::builder().log(log.clone()).task("shop", Shop).build()?;

    let options = LoadOptions { variables: vec![("name".to_owned(), "embedder".to_owned())], ..LoadOptions::default() };
    let process = runtime.load(project, &options)?;

    // Whoever holds the token ends the process: here a thread that grants it a minute.
    let token = process.cancel_token();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(60));
        token.cancel();
    });

    let status = process.run();
    for line in log.0.lock().map(|lines| lines.clone()).unwrap_or_default() {
        println!("{line}");
    }
    match status.state {
        ProcessState::Finished => println!("finished: {}", serde_json::Value::from(status.out)),
        other => {
            println!("ended as {}: {}", other.name(), status.error.map(|error| error.to_string()).unwrap_or_default())
        }
    }
    Ok(())
}
