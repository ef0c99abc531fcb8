//! `accord schema`.

use accord_runtime::Runtime;

use crate::exit::Exit;
use crate::output;

/// Prints the JSON Schema of the flow format.
pub(crate) fn schema() -> Exit {
    match Runtime::builder().build() {
        Ok(runtime) => {
            output::line(&format!("{:#}", runtime.schema()));
            Exit::Done
        }
        Err(error) => {
            output::error(&error.to_string());
            Exit::Failed
        }
    }
}
