//! Errors on their way out of an evaluation.
//!
//! The reference tells apart what went wrong by the Java class of the exception, and words the message accordingly: with
//! the whole text of the expression in front, or without. [`Fail`] is the error before that wording.

use accord_syntax::expr::{Access, Expr, ExprKind, Literal, Template, TextSpan};
use accord_value::{Text, TextPart, Throwable, Value};

use crate::{EvalError, Scope};

/// Result of a step of an evaluation.
pub(crate) type Outcome<T = Value> = Result<T, Fail>;

/// An error inside an evaluation.
pub(crate) struct Fail(Box<Inner>);

struct Inner {
    kind: Kind,
    /// The innermost part of the expression that failed.
    at: Option<TextSpan>,
}

enum Kind {
    /// An error with its class and message: of Java's library, of a task, of a lazy variable.
    Thrown(Box<Throwable>),
    /// A name that means nothing.
    NoVariable(std::sync::Arc<str>),
    /// A property that its object does not have, or that cannot be reached.
    NoProperty(Option<Text>),
    /// A method that its object does not have.
    NoMethod(Text),
}

/// Classes of the expression language's own errors: their messages are not wrapped.
const EL_PACKAGE: &str = "javax.el.";

impl Fail {
    fn of(kind: Kind) -> Fail {
        Fail(Box::new(Inner { kind, at: None }))
    }

    /// The same error, raised by this part of the expression unless one inside of it is known.
    #[cold]
    pub(crate) fn at(mut self, span: TextSpan) -> Fail {
        self.0.at.get_or_insert(span);
        self
    }

    /// An exception of Java's library, `java.lang.` being the package of a class without one.
    #[cold]
    pub(crate) fn java(class: &str, message: impl Into<Text>) -> Fail {
        let class = if class.contains('.') { class.to_owned() } else { format!("java.lang.{class}") };
        Fail::from(Box::new(Throwable::new(class, message)))
    }

    /// As [`Fail::java`], with no message.
    #[cold]
    pub(crate) fn java_bare(class: &str) -> Fail {
        let mut fail = Fail::java(class, "");
        if let Kind::Thrown(error) = &mut fail.0.kind {
            error.message = None;
        }
        fail
    }

    /// An error of the expression language itself.
    #[cold]
    pub(crate) fn el(message: impl Into<Text>) -> Fail {
        Fail::java("javax.el.ELException", message)
    }

    /// A static method that is not there, or cannot be told from others.
    #[cold]
    pub(crate) fn no_static_method(message: impl Into<Text>) -> Fail {
        Fail::java("javax.el.MethodNotFoundException", message)
    }

    /// An assignment to what cannot be assigned to.
    #[cold]
    pub(crate) fn not_writable(message: Option<&str>) -> Fail {
        let class = "javax.el.PropertyNotWritableException";
        message.map_or_else(|| Fail::java_bare(class), |message| Fail::java(class, message))
    }

    /// A name that is neither a variable nor anything else.
    #[cold]
    pub(crate) fn no_variable(name: &std::sync::Arc<str>) -> Fail {
        Fail::of(Kind::NoVariable(name.clone()))
    }

    /// A property that is not there.
    #[cold]
    pub(crate) fn no_property(message: Option<Text>) -> Fail {
        Fail::of(Kind::NoProperty(message))
    }

    /// A method that is not there.
    #[cold]
    pub(crate) fn no_method(message: impl Into<Text>) -> Fail {
        Fail::of(Kind::NoMethod(message.into()))
    }

    /// The error as it comes out of a Java method that called back (a stream that runs a lambda): missing names are told
    /// without the reference's help.
    pub(crate) fn through_method(self) -> Fail {
        let Inner { kind, at } = *self.0;
        let told = match kind {
            Kind::Thrown(error) => Fail::from(error),
            Kind::NoVariable(name) => Fail::java("javax.el.PropertyNotFoundException", null_base(&name)),
            Kind::NoProperty(Some(message)) => Fail::java("javax.el.PropertyNotFoundException", message),
            Kind::NoProperty(None) => Fail::java_bare("javax.el.PropertyNotFoundException"),
            Kind::NoMethod(message) => Fail::java("javax.el.MethodNotFoundException", message),
        };
        match at {
            Some(at) => told.at(at),
            None => told,
        }
    }

    /// The error as it is told where no expression stands that its message could name.
    #[cold]
    pub(crate) fn into_bare(self) -> EvalError {
        match self.0.kind {
            Kind::Thrown(error) => error,
            Kind::NoVariable(name) => Box::new(Throwable::user(null_base(&name))),
            Kind::NoProperty(details) => Box::new(Throwable::user(details.unwrap_or_default())),
            Kind::NoMethod(message) => Box::new(Throwable::user(message)),
        }
    }

    /// The same error, its message marked as sensitive: it may quote a value that is.
    #[cold]
    pub(crate) fn marked(mut self) -> Fail {
        match &mut self.0.kind {
            Kind::Thrown(error) => {
                error.message = error.message.as_ref().map(Text::marked);
                error.payload = error.payload.as_ref().map(Value::marked);
            }
            Kind::NoProperty(message) => *message = message.as_ref().map(Text::marked),
            Kind::NoMethod(message) => *message = message.marked(),
            Kind::NoVariable(_) => {}
        }
        self
    }

    /// The error as a flow sees it.
    #[cold]
    pub(crate) fn into_error(self, template: &Template, scope: &dyn Scope) -> EvalError {
        let at = self.0.at;
        let mut error = self.into_worded(template, scope);
        if error.part.is_none()
            && let Some(at) = at
        {
            let part = TextPart { text: template.text().clone(), start: at.start, end: at.end };
            error.part = Some(Box::new(part));
        }
        error
    }

    fn into_worded(self, template: &Template, scope: &dyn Scope) -> EvalError {
        match self.0.kind {
            Kind::Thrown(error) if passes_as_is(&error) => error,
            Kind::Thrown(error) => {
                let message = error.message.clone().unwrap_or_else(|| Text::plain("null"));
                let mut wrapped = Throwable::new(Throwable::WRAPPED, prefixed(template, scope, &message));
                wrapped.part.clone_from(&error.part);
                wrapped.cause = Some((*error).into());
                Box::new(wrapped)
            }
            Kind::NoVariable(name) => {
                let details = null_base(&name);
                let message = format!(
                    "Can't find a variable '{name}'. Check if it is defined in the current scope. Details: {details}"
                );
                user(template, scope, &message.into())
            }
            Kind::NoProperty(details) => {
                let help = Text::plain(
                    "Can't find the specified variable. Check if it is defined in the current scope. Details: ",
                );
                let details = details.unwrap_or_else(|| Text::plain("null"));
                user(template, scope, &Text::concat([&help, &details]))
            }
            Kind::NoMethod(message) => user(template, scope, &message),
        }
    }
}

impl From<Box<Throwable>> for Fail {
    fn from(error: Box<Throwable>) -> Fail {
        Fail::of(Kind::Thrown(error))
    }
}

fn passes_as_is(error: &Throwable) -> bool {
    &*error.class == Throwable::USER_DEFINED || error.class.starts_with(EL_PACKAGE)
}

fn null_base(name: &str) -> String {
    format!("ELResolver cannot handle a null base Object with identifier '{name}'")
}

fn user(template: &Template, scope: &dyn Scope, message: &Text) -> EvalError {
    Box::new(Throwable::user(prefixed(template, scope, message)))
}

fn prefixed(template: &Template, scope: &dyn Scope, message: &Text) -> Text {
    let source = source(template, scope);
    Text::concat([&Text::plain("while evaluating expression '"), &source, &Text::plain("': "), message])
}

/// The text of the template, with the literals marked that are secret: arguments that a task names so, and what is given
/// to `sensitive()`.
pub(crate) fn source(template: &Template, scope: &dyn Scope) -> Text {
    let mut secret = Vec::new();
    for expr in template.expressions() {
        expr.visit(&mut |node| secret_literals(node, scope, &mut secret));
    }
    if secret.is_empty() {
        return Text::plain(template.text().clone());
    }
    let ranges = secret.iter().map(|literal| literal.span.start as usize..literal.span.end as usize).collect();
    Text::with_ranges(template.text().clone(), ranges)
}

fn secret_literals<'a>(node: &'a Expr, scope: &dyn Scope, secret: &mut Vec<&'a Expr>) {
    match &node.kind {
        ExprKind::Path(base, suffixes) => {
            let ExprKind::Identifier(task) = &base.kind else { return };
            let Some(suffix) = suffixes.first() else { return };
            if let (Access::Name(method), Some(arguments)) = (&suffix.access, &suffix.arguments) {
                for index in scope.secret_arguments(task, method, arguments.len()) {
                    literals_in(arguments.get(index), secret);
                }
            }
        }
        ExprKind::Call { prefix: None, name, arguments } if &**name == "sensitive" => {
            literals_in(arguments.first().and_then(|arguments| arguments.first()), secret);
        }
        _ => {}
    }
}

/// The texts in an argument: `'a'`, and those of `'a' += 'b'`.
fn literals_in<'a>(argument: Option<&'a Expr>, secret: &mut Vec<&'a Expr>) {
    let Some(argument) = argument else { return };
    argument.visit(&mut |node| {
        if matches!(node.kind, ExprKind::Literal(Literal::Text(_))) {
            secret.push(node);
        }
    });
}
