//! Triggers.
//! Source: <https://concord.walmartlabs.com/docs/triggers/>.

use super::project::EXCLUSIVE_MODE;
use super::{EXCLUSIVE, Key, Shape};

const ACTIVE_PROFILES: Key = Key::new("activeProfiles", Shape::Texts, "Profiles that apply.");
const ARGUMENTS: Key = Key::new("arguments", Shape::Map, "Variables that the process gets.");
const CONDITIONS: Key = Key::new("conditions", Shape::Map, "What the event must be like.").required();
const ENTRY_POINT: Key = Key::new("entryPoint", Shape::Text, "The flow that runs.").required();
const EXCLUSIVE_OPTION: Key =
    Key::new("exclusive", Shape::Object(EXCLUSIVE), "Which other processes the process excludes.");
const USE_INITIATOR: Key =
    Key::new("useInitiator", Shape::Boolean, "Whether the process runs as the user behind the event.");
const VERSION: Key = Key::new("version", Shape::Exactly(2), "The version of the trigger's format: 2.").required();

/// The kinds of triggers that are known by name.
pub const TRIGGERS: &[Key] = &[
    Key::new("cron", Shape::Object(CRON), "Starts a process at times."),
    Key::new("github", Shape::Object(GITHUB), "Starts a process when something happens on GitHub."),
    Key::new("manual", Shape::Object(MANUAL), "Starts a process by a click in the Console."),
    Key::new("oneops", Shape::Object(ONEOPS), "Starts a process when something happens in OneOps."),
];

/// Any other kind of trigger.
pub const GENERIC_TRIGGER: &[Key] = &[ACTIVE_PROFILES, ARGUMENTS, CONDITIONS, ENTRY_POINT, EXCLUSIVE_OPTION, VERSION];

const CRON: &[Key] = &[
    ACTIVE_PROFILES,
    ARGUMENTS,
    ENTRY_POINT,
    EXCLUSIVE_OPTION,
    Key::new("runAs", Shape::Object(RUN_AS), "Who the process runs as."),
    Key::new("spec", Shape::Text, "The times, as cron writes them.").required(),
    Key::new("timezone", Shape::Text, "The time zone of the times, e.g. America/Toronto."),
];

/// The option `runAs` of cron triggers.
pub const RUN_AS: &[Key] =
    &[Key::new("withSecret", Shape::FullText, "The secret that holds the user's API token.").required()];

const MANUAL: &[Key] = &[
    ACTIVE_PROFILES,
    ARGUMENTS,
    ENTRY_POINT,
    EXCLUSIVE_OPTION,
    Key::new("name", Shape::Text, "What people read in the Console."),
];

const ONEOPS: &[Key] = &[ACTIVE_PROFILES, ARGUMENTS, CONDITIONS, ENTRY_POINT, EXCLUSIVE_OPTION, USE_INITIATOR, VERSION];

const GITHUB: &[Key] = &[
    ACTIVE_PROFILES,
    ARGUMENTS,
    Key::new("conditions", Shape::Object(GITHUB_CONDITIONS), "What the event must be like.").required(),
    ENTRY_POINT,
    Key::new("exclusive", Shape::Object(GITHUB_EXCLUSIVE), "Which other processes the process excludes."),
    Key::new("ignoreEmptyPush", Shape::Boolean, "Whether a push without commits starts nothing."),
    Key::new("useEventCommitId", Shape::Boolean, "Whether the process runs the commit that the event is about."),
    USE_INITIATOR,
    VERSION,
];

/// The option `conditions` of GitHub triggers.
pub const GITHUB_CONDITIONS: &[Key] = &[
    Key::new("branch", Shape::Pattern, "The branch."),
    Key::new("files", Shape::Object(GITHUB_FILES), "The files that were changed."),
    Key::new("githubHost", Shape::Pattern, "The GitHub server."),
    Key::new("githubOrg", Shape::Patterns, "The organization."),
    Key::new("githubRepo", Shape::Patterns, "The repository."),
    Key::new("payload", Shape::Map, "Parts of the event."),
    Key::new("repositoryInfo", Shape::Objects(REPOSITORY_INFO), "Concord's own repository."),
    Key::new("sender", Shape::Pattern, "The user."),
    Key::new("status", Shape::Pattern, "The state of a pull request."),
    Key::new("type", Shape::Text, "The kind of event, e.g. push.").required(),
];

/// The option `exclusive` of GitHub triggers: one of `group` and `groupBy` must be there.
pub const GITHUB_EXCLUSIVE: &[Key] = &[
    Key::new("group", Shape::FullText, "The group whose processes exclude each other."),
    Key::new("groupBy", Shape::OneOf(&["branch", "event"]), "What makes the group."),
    EXCLUSIVE_MODE,
];

/// The condition `files` of GitHub triggers.
pub const GITHUB_FILES: &[Key] = &[
    Key::new("added", Shape::Patterns, "New files."),
    Key::new("any", Shape::Patterns, "Any files."),
    Key::new("modified", Shape::Patterns, "Changed files."),
    Key::new("removed", Shape::Patterns, "Files that are gone."),
];

/// The condition `repositoryInfo` of GitHub triggers.
pub const REPOSITORY_INFO: &[Key] = &[
    Key::new("branch", Shape::Pattern, "The branch that it is set to."),
    Key::new("enabled", Shape::Boolean, "Whether it is enabled."),
    Key::new("projectId", Shape::Text, "The id of its project."),
    Key::new("repository", Shape::Text, "Its name."),
    Key::new("repositoryId", Shape::Text, "Its id."),
];
