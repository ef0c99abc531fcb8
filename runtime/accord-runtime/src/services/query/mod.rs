//! Named queries of JSON stores: the part of SQL that Concord's documentation shows, with PostgreSQL's operators on JSON,
//! evaluated over the documents of one store in memory.
//!
//! Owns: `select … from json_store_data [where …] [order by …] [limit …] [offset …]` over the columns `item_path`,
//! `item_data` and `json_store_id`; `?` stands for the parameters as one JSON object. Must not know: where documents come
//! from. A query sees nothing but the documents that it is given. Source: Concord's documentation, *JSON Store*, section
//! *Named Queries*; PostgreSQL's, *JSON Functions and Operators*.

mod ast;
mod compare;
mod eval;
mod lexer;
mod parser;

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use accord_value::{List, Map, Text, Value, json};

use ast::{Column, Expr, Function};
use eval::{Datum, Row};

/// A query that can be run.
#[derive(Debug)]
pub(super) struct Query {
    distinct: bool,
    columns: Vec<(String, Expr)>,
    filter: Option<Expr>,
    order: Vec<Order>,
    limit: Option<usize>,
    offset: usize,
}

#[derive(Debug)]
struct Order {
    by: Expr,
    descending: bool,
    nulls_first: bool,
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// What is wrong with it, or not supported, and where.
    pub(super) fn parse(text: &str) -> Result<Query, String> {
        parser::parse(text)
    }

    /// The rows of the answer over documents with their paths: the value where the query selects one column, else a map
    /// of all.
    ///
    /// # Errors
    /// Where a value is of a type that cannot be compared or converted so.
    pub(super) fn run(
        &self,
        store_id: &str,
        documents: Vec<(String, Value)>,
        parameters: &Value,
    ) -> Result<Vec<Value>, String> {
        let mut rows = Vec::new();
        for (path, data) in documents {
            let row = Row { store_id, path: Text::plain(path), data, parameters };
            let passes = match &self.filter {
                Some(filter) => row.eval(filter)?.truth()? == Some(true),
                None => true,
            };
            if passes {
                rows.push(row);
            }
        }
        if self.columns.iter().any(|(_, expr)| expr.is_aggregate()) {
            return self.aggregate(&rows);
        }
        let mut keyed = Vec::with_capacity(rows.len());
        for row in &rows {
            let keys: Result<Vec<Datum>, String> = self.order.iter().map(|order| row.eval(&order.by)).collect();
            keyed.push((keys?, row));
        }
        self.sort(&mut keyed)?;
        let mut seen = HashSet::new();
        let mut answer = Vec::new();
        let mut skipped = 0;
        for (_, row) in keyed {
            if self.limit.is_some_and(|limit| answer.len() >= limit) {
                break;
            }
            let values: Result<Vec<Datum>, String> = self.columns.iter().map(|(_, expr)| row.eval(expr)).collect();
            let value = self.row(values?);
            if self.distinct && !seen.insert(text_of(&value)?) {
                continue;
            }
            if skipped < self.offset {
                skipped += 1;
                continue;
            }
            answer.push(value);
        }
        Ok(answer)
    }

    fn sort(&self, rows: &mut [(Vec<Datum>, &Row<'_>)]) -> Result<(), String> {
        let mut failed = None;
        rows.sort_by(|(a, _), (b, _)| {
            for (order, (a, b)) in self.order.iter().zip(a.iter().zip(b)) {
                match compare::for_order(a, b, order.descending, order.nulls_first) {
                    Ok(std::cmp::Ordering::Equal) => {}
                    Ok(found) => return found,
                    Err(problem) => {
                        failed = Some(problem);
                        return std::cmp::Ordering::Equal;
                    }
                }
            }
            std::cmp::Ordering::Equal
        });
        failed.map_or(Ok(()), Err)
    }

    /// The one row of a query over all documents together.
    fn aggregate(&self, rows: &[Row<'_>]) -> Result<Vec<Value>, String> {
        let mut values = Vec::with_capacity(self.columns.len());
        for (name, expr) in &self.columns {
            match expr {
                Expr::Call(function, arguments) if function.is_aggregate() => {
                    values.push(aggregate(*function, arguments, rows)?);
                }
                _ => {
                    return Err(format!(
                        "the column {name} is no count, sum, min, max or jsonb_agg: beside these, no other column can be \
                         selected"
                    ));
                }
            }
        }
        let rows = std::iter::once(self.row(values)).skip(self.offset);
        Ok(rows.take(self.limit.unwrap_or(usize::MAX)).collect())
    }

    fn row(&self, values: Vec<Datum>) -> Value {
        let mut values = values.into_iter().map(Datum::into_value);
        if let [_] = &*self.columns {
            return values.next().unwrap_or_default();
        }
        let row = Map::linked();
        for ((name, _), value) in self.columns.iter().zip(values) {
            row.insert(name.as_str(), value);
        }
        Value::Map(row)
    }
}

fn aggregate(function: Function, arguments: &[Expr], rows: &[Row<'_>]) -> Result<Datum, String> {
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        match arguments.first() {
            Some(argument) => found.push(row.eval(argument)?),
            None => found.push(Datum::Bool(true)),
        }
    }
    if function == Function::JsonAgg {
        let items = found.into_iter().map(Datum::into_value).collect();
        return Ok(Datum::Json(Value::List(List::new(items))));
    }
    found.retain(|datum| !matches!(datum, Datum::Null));
    if function == Function::Count {
        return Ok(Datum::Number(Value::Long(i64::try_from(found.len()).unwrap_or(i64::MAX))));
    }
    let mut found = found.into_iter();
    let Some(mut result) = found.next() else { return Ok(Datum::Null) };
    for datum in found {
        result = match function {
            Function::Sum => compare::sum(&result, &datum)?,
            _ => {
                let order = compare::order(&datum, &result)?;
                let better = if function == Function::Min { order.is_lt() } else { order.is_gt() };
                if better { datum } else { result }
            }
        };
    }
    match (function, &result) {
        (Function::Sum, Datum::Number(_)) | (Function::Min | Function::Max, _) => Ok(result),
        _ => compare::sum(&result, &Datum::Number(Value::Int(0))),
    }
}

fn text_of(value: &Value) -> Result<String, String> {
    let text = json::to_text(value).map_err(|_| "a row cannot be written as JSON".to_owned())?;
    Ok(text.as_str().to_owned())
}

/// What `select *` stands for.
fn all_columns() -> Vec<(String, Expr)> {
    [Column::StoreId, Column::Path, Column::Data]
        .into_iter()
        .map(|column| (column.name().to_owned(), Expr::Column(column)))
        .collect()
}
