//! Sections of a file, and what stands in `configuration`, `profiles`, `imports` and `resources`.
//! Source: <https://concord.walmartlabs.com/docs/processes-v2/configuration.html>, `imports.html`, `profiles.html`,
//! `resources.html`.

use super::{Key, Shape};

/// The sections of a file.
pub const SECTIONS: &[Key] = &[
    Key::new("configuration", Shape::Object(CONFIGURATION), "How processes of the project run."),
    Key::new("flows", Shape::Named(&Shape::Steps), "Named lists of steps; the flow 'default' runs first."),
    Key::new("forms", Shape::Named(&Shape::Fields), "Named lists of fields that people fill in."),
    Key::new("imports", Shape::Imports, "Files that are brought in before the process starts."),
    Key::new("profiles", Shape::Named(&Shape::Object(PROFILE)), "Named sections that apply when asked for."),
    Key::new("publicFlows", Shape::Texts, "The flows that can be started from outside; all, unless given."),
    Key::new("resources", Shape::Object(RESOURCES), "Where further files of the project lie."),
    Key::new("triggers", Shape::Triggers, "What starts processes on a server."),
];

/// The section `configuration`.
pub const CONFIGURATION: &[Key] = &[
    Key::new("activeProfiles", Shape::Texts, "Profiles that apply."),
    Key::new("arguments", Shape::Map, "Variables that processes begin with."),
    Key::new("debug", Shape::Boolean, "Whether to tell more while the process is prepared."),
    Key::new("dependencies", Shape::Texts, "Addresses of plugins and other files that processes need."),
    Key::new("entryPoint", Shape::Text, "The flow that runs first."),
    Key::new("events", Shape::Object(EVENTS), "What a server records of a process."),
    Key::new("exclusive", Shape::Object(EXCLUSIVE), "Which other processes a process excludes."),
    Key::new("extraDependencies", Shape::Texts, "Dependencies besides those of other files."),
    Key::new("meta", Shape::Map, "Metadata of processes."),
    Key::new("out", Shape::Texts, "Variables that a process gives back."),
    Key::new("parallelLoopParallelism", Shape::Integer, "How many iterations of a parallel loop run side by side."),
    Key::new("processTimeout", Shape::Duration, "How long a process may run."),
    Key::new("requirements", Shape::Map, "What a process needs of the agent that runs it."),
    Key::new("runtime", Shape::Text, "The rules that the files follow: concord-v2."),
    Key::new("suspendTimeout", Shape::Duration, "How long a process may be suspended."),
    Key::new("template", Shape::Text, "The template that the project is based on."),
    Key::new("validation", Shape::Object(VALIDATION), "What is checked while a process runs."),
];

/// The option `events` of the configuration.
pub const EVENTS: &[Key] = &[
    Key::new("batchFlushInterval", Shape::Integer, "Seconds after which events are sent."),
    Key::new("batchSize", Shape::Integer, "How many events are sent together."),
    Key::new("inVarsBlacklist", Shape::Texts, "Input variables that are not recorded."),
    Key::new("metaBlacklist", Shape::Texts, "Metadata that is not recorded."),
    Key::new("outVarsBlacklist", Shape::Texts, "Output variables that are not recorded."),
    Key::new("recordEvents", Shape::Boolean, "Whether events are recorded."),
    Key::new("recordTaskInVars", Shape::Boolean, "Whether the inputs of tasks are recorded."),
    Key::new("recordTaskMeta", Shape::Boolean, "Whether the metadata of tasks is recorded."),
    Key::new("recordTaskOutVars", Shape::Boolean, "Whether the results of tasks are recorded."),
    Key::new("truncateInVars", Shape::Boolean, "Whether recorded inputs are cut."),
    Key::new("truncateMaxArrayLength", Shape::Integer, "The longest list that is recorded whole."),
    Key::new("truncateMaxDepth", Shape::Integer, "The deepest nesting that is recorded whole."),
    Key::new("truncateMaxStringLength", Shape::Integer, "The longest text that is recorded whole."),
    Key::new("truncateMeta", Shape::Boolean, "Whether recorded metadata is cut."),
    Key::new("truncateOutVars", Shape::Boolean, "Whether recorded results are cut."),
    Key::new("updateMetaOnAllEvents", Shape::Boolean, "Whether each event brings the process' metadata up to date."),
];

/// How processes of one group exclude each other.
pub(super) const EXCLUSIVE_MODE: Key = Key::new(
    "mode",
    Shape::OneOf(&["cancel", "cancelOld", "wait"]),
    "What becomes of the processes: the new one is cancelled, the older ones are, or the new one waits.",
);

/// The option `exclusive` of the configuration and of triggers.
pub const EXCLUSIVE: &[Key] =
    &[Key::new("group", Shape::FullText, "The group whose processes exclude each other.").required(), EXCLUSIVE_MODE];

/// The option `validation` of the configuration.
pub const VALIDATION: &[Key] = &[Key::new("taskCalls", Shape::Object(TASK_CALLS), "Calls of tasks.")];

const VALIDATION_MODE: Shape = Shape::OneOfAnyCase(&["DISABLED", "WARN", "FAIL"]);

/// The option `taskCalls` of `validation`.
pub const TASK_CALLS: &[Key] = &[
    Key::new("in", VALIDATION_MODE, "What is done about inputs that do not fit."),
    Key::new("out", VALIDATION_MODE, "What is done about results that do not fit."),
];

/// The sections of a profile.
pub const PROFILE: &[Key] = &[
    Key::new("configuration", Shape::Object(CONFIGURATION), "What it changes in the configuration."),
    Key::new("flows", Shape::Named(&Shape::Steps), "Flows that it adds or replaces."),
    Key::new("forms", Shape::Named(&Shape::Fields), "Forms that it adds or replaces."),
];

/// The section `resources`.
pub const RESOURCES: &[Key] =
    &[Key::new("concord", Shape::Texts, "Patterns of further Concord files: 'glob:…' or 'regex:…'.")];

/// The kinds of imports.
pub const IMPORTS: &[Key] = &[
    Key::new("git", Shape::Object(GIT_IMPORT), "Files of a git repository."),
    Key::new("mvn", Shape::Object(MVN_IMPORT), "Files of a Maven artifact."),
    Key::new("dir", Shape::Object(DIR_IMPORT), "Files of a directory."),
];

const DEST: Key = Key::new("dest", Shape::Text, "Where the files go, relative to the working directory.");

/// An import of the kind `git`.
pub const GIT_IMPORT: &[Key] = &[
    DEST,
    Key::new("exclude", Shape::Texts, "Patterns of files to leave out."),
    Key::new("name", Shape::Text, "The repository's name in the project."),
    Key::new("path", Shape::Text, "The directory in the repository."),
    Key::new("secret", Shape::Object(IMPORT_SECRET), "The secret that opens the repository."),
    Key::new("url", Shape::Text, "The repository's address."),
    Key::new("version", Shape::Text, "A branch, a tag or a commit."),
];

/// The secret of an import.
pub const IMPORT_SECRET: &[Key] = &[
    Key::new("name", Shape::Text, "The secret's name.").required(),
    Key::new("org", Shape::Text, "Its organization."),
    Key::new("password", Shape::Text, "Its store password."),
];

/// An import of the kind `mvn`.
pub const MVN_IMPORT: &[Key] =
    &[DEST, Key::new("url", Shape::Text, "The artifact: mvn://GROUP:ARTIFACT:VERSION.").required()];
/// An import of the kind `dir`.
pub const DIR_IMPORT: &[Key] = &[DEST, Key::new("src", Shape::Text, "The directory.").required()];
