//! What a task says about itself: its parameters, methods, and what they do with secrets.

use std::borrow::Cow;

/// The description of a task. Lint checks flows against it, masking finds secret literals by it, and the registry
/// decides by it which answers are marked and what may run dry.
#[derive(Clone, Debug)]
pub struct TaskInfo {
    /// The name that flows use.
    pub name: Cow<'static, str>,
    /// What it is for, in one line.
    pub summary: Cow<'static, str>,
    /// Parameters of the form `task: NAME` with `in:`; none where it has only methods.
    pub input: Option<Vec<Parameter>>,
    /// Values of its result besides `ok` and `error`; none where it does not say. Checked where a project asks for it
    /// (`validation.taskCalls.out`).
    pub output: Option<Vec<Parameter>>,
    /// Methods that expressions call; one entry for each overload.
    pub methods: Vec<Method>,
    /// Whether `task: NAME` may run in dry-run mode.
    pub dry_run_ready: bool,
    /// Whether an answer to a marked input is marked. It is, unless the task knows that nothing of the input is in it.
    pub result_carries_mark: bool,
    /// Whether the message of a failure is marked as a whole when an input was marked and the task marked nothing in it
    /// itself. It is, unless the task knows what its messages quote; marked inputs that stand in them are marked anyway.
    pub errors_carry_mark: bool,
}

/// A method of a task.
#[derive(Clone, Debug)]
pub struct Method {
    /// Its name.
    pub name: Cow<'static, str>,
    /// Its parameters in order.
    pub parameters: Vec<Parameter>,
    /// Whether the last parameter may be given any number of times.
    pub variadic: bool,
    /// Whether it may be called in dry-run mode.
    pub dry_run_ready: bool,
    /// Whether an answer to a marked argument is marked.
    pub result_carries_mark: bool,
    /// As [`TaskInfo::errors_carry_mark`].
    pub errors_carry_mark: bool,
}

/// A parameter of a task or of a method.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: Cow<'static, str>,
    /// What it takes.
    pub kind: ParameterType,
    /// Whether it must be there and not be null.
    pub required: bool,
    /// Whether its value is a secret: a literal written there is masked wherever source text is shown.
    pub secret: bool,
    /// What it means, in one line.
    pub summary: Cow<'static, str>,
}

/// What a parameter takes.
#[derive(Clone, Debug, PartialEq)]
pub enum ParameterType {
    /// Anything.
    Any,
    /// A text.
    String,
    /// Any number.
    Number,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A list of such items.
    List(Box<ParameterType>),
    /// A map.
    Map,
    /// A map with known keys.
    Object(Vec<Parameter>),
    /// One of these texts, whatever their case.
    OneOf(Vec<Cow<'static, str>>),
    /// Any one of these.
    Either(Vec<ParameterType>),
}

impl PartialEq for Parameter {
    fn eq(&self, other: &Parameter) -> bool {
        self.name == other.name
            && self.kind == other.kind
            && self.required == other.required
            && self.secret == other.secret
    }
}

impl TaskInfo {
    /// A task with nothing but methods, which carries marks and is not made for dry runs.
    pub fn new(name: impl Into<Cow<'static, str>>, summary: impl Into<Cow<'static, str>>) -> TaskInfo {
        TaskInfo {
            name: name.into(),
            summary: summary.into(),
            input: None,
            output: None,
            methods: Vec::new(),
            dry_run_ready: false,
            result_carries_mark: true,
            errors_carry_mark: true,
        }
    }

    /// The task has the form `task: NAME` with these parameters.
    #[must_use]
    pub fn input(mut self, parameters: impl IntoIterator<Item = Parameter>) -> TaskInfo {
        self.input = Some(parameters.into_iter().collect());
        self
    }

    /// The result of `task: NAME` has these values.
    #[must_use]
    pub fn output(mut self, values: impl IntoIterator<Item = Parameter>) -> TaskInfo {
        self.output = Some(values.into_iter().collect());
        self
    }

    /// Adds a method. Call it again for each overload.
    #[must_use]
    pub fn method(mut self, mut method: Method) -> TaskInfo {
        method.dry_run_ready |= self.dry_run_ready;
        method.errors_carry_mark &= self.errors_carry_mark;
        self.methods.push(method);
        self
    }

    /// The task and all methods added so far and later may run dry.
    #[must_use]
    pub fn dry_run_ready(mut self) -> TaskInfo {
        self.dry_run_ready = true;
        for method in &mut self.methods {
            method.dry_run_ready = true;
        }
        self
    }

    /// The result of `task: NAME` has nothing of its inputs in it, so that it is not marked for their sake.
    #[must_use]
    pub fn result_without_mark(mut self) -> TaskInfo {
        self.result_carries_mark = false;
        self
    }

    /// No method added so far needs a mark on its answer: it holds nothing of the arguments, or values that still have
    /// their own marks.
    #[must_use]
    pub fn results_mark_themselves(mut self) -> TaskInfo {
        for method in &mut self.methods {
            method.result_carries_mark = false;
        }
        self
    }

    /// The task marks in its errors whatever it quotes of its inputs, so that the rest can be read.
    #[must_use]
    pub fn errors_without_mark(mut self) -> TaskInfo {
        self.errors_carry_mark = false;
        for method in &mut self.methods {
            method.errors_carry_mark = false;
        }
        self
    }

    /// Whether any overload of `method` exists.
    pub fn has_method(&self, method: &str) -> bool {
        self.methods.iter().any(|m| m.name == method)
    }

    /// The overload of `method` that takes `count` arguments.
    pub fn find_method(&self, method: &str, count: usize) -> Option<&Method> {
        self.methods.iter().find(|m| m.name == method && m.takes(count))
    }

    /// The parameter `name` of the form `task: NAME`.
    pub fn find_input(&self, name: &str) -> Option<&Parameter> {
        self.input.as_deref().unwrap_or_default().iter().find(|p| p.name == name)
    }

    /// Positions (from 0) of the secret arguments of a call with `count` arguments.
    pub fn secret_arguments(&self, method: &str, count: usize) -> Vec<usize> {
        let Some(method) = self.find_method(method, count) else { return Vec::new() };
        method.parameters.iter().enumerate().filter(|(_, p)| p.secret).map(|(i, _)| i).collect()
    }

    /// Dotted paths of the secret parameters of the form `task: NAME`, such as `usernamePassword.password`.
    pub fn secret_inputs(&self) -> Vec<String> {
        let mut paths = Vec::new();
        for parameter in self.input.as_deref().unwrap_or_default() {
            parameter.secret_paths("", &mut paths);
        }
        paths
    }
}

impl Method {
    /// A method with these parameters, which carries marks.
    pub fn new(name: impl Into<Cow<'static, str>>, parameters: impl IntoIterator<Item = Parameter>) -> Method {
        Method {
            name: name.into(),
            parameters: parameters.into_iter().collect(),
            variadic: false,
            dry_run_ready: false,
            result_carries_mark: true,
            errors_carry_mark: true,
        }
    }

    /// The last parameter may be given any number of times, also none.
    #[must_use]
    pub fn variadic(mut self) -> Method {
        self.variadic = true;
        self
    }

    /// The method may be called in dry-run mode.
    #[must_use]
    pub fn dry_run_ready(mut self) -> Method {
        self.dry_run_ready = true;
        self
    }

    /// The answer has nothing of the arguments in it, or values that still have their own marks: it is not marked for
    /// their sake.
    #[must_use]
    pub fn result_without_mark(mut self) -> Method {
        self.result_carries_mark = false;
        self
    }

    /// The method marks in its errors whatever it quotes of its arguments, so that the rest can be read.
    #[must_use]
    pub fn errors_without_mark(mut self) -> Method {
        self.errors_carry_mark = false;
        self
    }

    /// Whether it can be called with `count` arguments.
    pub fn takes(&self, count: usize) -> bool {
        if self.variadic { count + 1 >= self.parameters.len() } else { count == self.parameters.len() }
    }
}

impl Parameter {
    /// An optional parameter.
    pub fn new(name: impl Into<Cow<'static, str>>, kind: ParameterType) -> Parameter {
        Parameter { name: name.into(), kind, required: false, secret: false, summary: Cow::Borrowed("") }
    }

    /// An optional parameter that takes anything.
    pub fn any(name: impl Into<Cow<'static, str>>) -> Parameter {
        Parameter::new(name, ParameterType::Any)
    }

    /// An optional text.
    pub fn string(name: impl Into<Cow<'static, str>>) -> Parameter {
        Parameter::new(name, ParameterType::String)
    }

    /// An optional number.
    pub fn number(name: impl Into<Cow<'static, str>>) -> Parameter {
        Parameter::new(name, ParameterType::Number)
    }

    /// An optional `true` or `false`.
    pub fn boolean(name: impl Into<Cow<'static, str>>) -> Parameter {
        Parameter::new(name, ParameterType::Boolean)
    }

    /// An optional map.
    pub fn map(name: impl Into<Cow<'static, str>>) -> Parameter {
        Parameter::new(name, ParameterType::Map)
    }

    /// It must be there and not be null.
    #[must_use]
    pub fn required(mut self) -> Parameter {
        self.required = true;
        self
    }

    /// Its value is a secret.
    #[must_use]
    pub fn secret(mut self) -> Parameter {
        self.secret = true;
        self
    }

    /// What it means, in one line.
    #[must_use]
    pub fn summary(mut self, summary: impl Into<Cow<'static, str>>) -> Parameter {
        self.summary = summary.into();
        self
    }

    fn secret_paths(&self, prefix: &str, paths: &mut Vec<String>) {
        let path = if prefix.is_empty() { self.name.to_string() } else { format!("{prefix}.{}", self.name) };
        if let ParameterType::Object(fields) = &self.kind {
            for field in fields {
                field.secret_paths(&path, paths);
            }
        }
        if self.secret {
            paths.push(path);
        }
    }
}
