//! What a query is made of.

use super::eval::Datum;

/// A column of the documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    StoreId,
    Path,
    Data,
}

impl Column {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::StoreId => "json_store_id",
            Self::Path => "item_path",
            Self::Data => "item_data",
        }
    }

    pub(super) fn of(name: &str) -> Option<Column> {
        [Self::StoreId, Self::Path, Self::Data].into_iter().find(|column| column.name() == name)
    }
}

/// An expression.
#[derive(Debug)]
pub(super) enum Expr {
    Column(Column),
    Literal(Datum),
    /// `?`: the parameters.
    Parameters,
    /// `->`, `->>`, `#>`, `#>>`.
    Get {
        of: Box<Expr>,
        key: Box<Expr>,
        path: bool,
        as_text: bool,
    },
    /// `a @> b`.
    Contains(Box<Expr>, Box<Expr>),
    Concat(Box<Expr>, Box<Expr>),
    Compare(Comparison, Box<Expr>, Box<Expr>),
    Like {
        text: Box<Expr>,
        pattern: Box<Expr>,
        any_case: bool,
    },
    In(Box<Expr>, Vec<Expr>),
    IsNull(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    Cast(Box<Expr>, Type),
    Call(Function, Vec<Expr>),
}

impl Expr {
    pub(super) fn is_aggregate(&self) -> bool {
        matches!(self, Self::Call(function, _) if function.is_aggregate())
    }

    /// The name that PostgreSQL gives a column.
    pub(super) fn column_name(&self) -> &'static str {
        match self {
            Self::Column(column) => column.name(),
            Self::Call(function, _) => function.name(),
            Self::Cast(inner, _) => inner.column_name(),
            _ => "?column?",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Json,
    Text,
    Integer,
    Decimal,
    Boolean,
}

impl Type {
    pub(super) fn of(name: &str) -> Option<Type> {
        Some(match name {
            "json" | "jsonb" => Self::Json,
            "text" | "varchar" => Self::Text,
            "int" | "integer" | "bigint" | "smallint" | "int4" | "int8" => Self::Integer,
            "numeric" | "decimal" | "float" | "real" | "float8" => Self::Decimal,
            "bool" | "boolean" => Self::Boolean,
            _ => return None,
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Lower,
    Upper,
    Coalesce,
    ArrayLength,
    TypeOf,
    BuildObject,
    Count,
    Sum,
    Min,
    Max,
    JsonAgg,
}

impl Function {
    pub(super) const ALL: [(&'static str, Function); 15] = [
        ("lower", Self::Lower),
        ("upper", Self::Upper),
        ("coalesce", Self::Coalesce),
        ("jsonb_array_length", Self::ArrayLength),
        ("json_array_length", Self::ArrayLength),
        ("jsonb_typeof", Self::TypeOf),
        ("json_typeof", Self::TypeOf),
        ("jsonb_build_object", Self::BuildObject),
        ("json_build_object", Self::BuildObject),
        ("count", Self::Count),
        ("sum", Self::Sum),
        ("min", Self::Min),
        ("max", Self::Max),
        ("jsonb_agg", Self::JsonAgg),
        ("json_agg", Self::JsonAgg),
    ];

    pub(super) fn is_aggregate(self) -> bool {
        matches!(self, Self::Count | Self::Sum | Self::Min | Self::Max | Self::JsonAgg)
    }

    fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, function)| *function == self).map_or("?column?", |(name, _)| name)
    }

    pub(super) fn takes(self, count: usize) -> bool {
        match self {
            Self::Lower | Self::Upper | Self::ArrayLength | Self::TypeOf => count == 1,
            Self::Sum | Self::Min | Self::Max | Self::JsonAgg => count == 1,
            Self::Count => count <= 1,
            Self::Coalesce => count >= 1,
            Self::BuildObject => count.is_multiple_of(2),
        }
    }
}
