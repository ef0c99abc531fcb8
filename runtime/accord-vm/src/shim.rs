//! temporary
pub(crate) use ::accord_expr::{EvalError, Scope};
use accord_value::{Map, Value};
use accord_syntax::expr::Template;
use std::sync::Arc;
pub(crate) struct Data;
impl Data {
    pub(crate) fn compile(_: &accord_syntax::Data) -> Self { Data }
    pub(crate) fn text(_: impl Into<Arc<str>>) -> Self { Data }
    pub(crate) fn map(_: Vec<(Arc<str>, Data)>) -> Self { Data }
    pub(crate) fn eval(&self, _: &dyn Scope) -> Result<Value, EvalError> { Ok(Value::Null) }
    pub(crate) fn eval_siblings(&self, _: &dyn Scope) -> Result<Vec<(Arc<str>, Value)>, EvalError> { Ok(vec![]) }
}
pub(crate) fn eval(_: &Template, _: &dyn Scope) -> Result<Value, EvalError> { Ok(Value::Null) }
pub(crate) fn entries(_: &Map) -> Vec<Value> { vec![] }
