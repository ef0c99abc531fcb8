//! What a process starts with where nobody says: `configuration.entryPoint`, `configuration.activeProfiles` and the
//! profile `default`.
//! Source: <https://concord.walmartlabs.com/docs/processes-v2/configuration.html#entry-point>, `profiles.html`.

use accord_syntax::Project;
use accord_syntax::definition::Configuration;

use super::LoadOptions;

/// The flow that Concord's CLI starts, and the profile that its documentation speaks of.
const DEFAULT: &str = "default";

/// The profiles to apply.
pub(crate) fn profiles(project: &Project, options: &LoadOptions) -> Vec<String> {
    if options.ignore_start_configuration || !options.profiles.is_empty() {
        return options.profiles.clone();
    }
    match configured_profiles(project.definition.configuration.as_ref()) {
        Some(profiles) => profiles,
        None => project.profiles().filter(|name| &***name == DEFAULT).map(ToString::to_string).collect(),
    }
}

/// The flow to start, of a project whose profiles are applied.
pub(crate) fn entry_point(project: &Project, options: &LoadOptions) -> Option<String> {
    let asked = options.entry_point.clone();
    if options.ignore_start_configuration { asked } else { asked.or_else(|| configured_entry_point(project)) }
}

/// What is to be said where a project's configuration names another start than the one that is made.
pub(crate) fn ignored(project: &Project, options: &LoadOptions) -> Vec<String> {
    let mut notices = Vec::new();
    if !options.ignore_start_configuration {
        return notices;
    }
    if let Some(name) = configured_entry_point(project).filter(|name| name != DEFAULT)
        && options.entry_point.as_deref() == Some(DEFAULT)
    {
        notices.push(format!(
            "configuration.entryPoint names the flow '{name}' and counts on a server alone: `--entry-point {name}` starts it"
        ));
    }
    if let Some(names) = configured_profiles(project.definition.configuration.as_ref())
        && options.profiles.is_empty()
        && !names.is_empty()
    {
        let with: Vec<String> = names.iter().map(|name| format!("-p {name}")).collect();
        notices.push(format!(
            "configuration.activeProfiles names {} and counts on a server alone: `{}` applies them",
            names.join(", "),
            with.join(" ")
        ));
    }
    notices
}

fn configured_entry_point(project: &Project) -> Option<String> {
    let configuration = project.definition.configuration.as_ref()?;
    configuration.entry_point.as_ref().map(|name| name.value.to_string())
}

fn configured_profiles(configuration: Option<&Configuration>) -> Option<Vec<String>> {
    Some(configuration?.active_profiles.as_ref()?.iter().map(|name| name.value.to_string()).collect())
}

#[cfg(test)]
mod tests {
    use accord_syntax::Sources;

    use super::*;

    fn project(text: &str) -> Project {
        let mut sources = Sources::new();
        let source = sources.add("concord.yml", text);
        let id = source.id();
        let definition = accord_syntax::parse(&source).definition;
        Project::merge(sources, vec![(id, definition)], Some(id))
    }

    const CONFIGURED: &str =
        "configuration: {entryPoint: main, activeProfiles: [a, b]}\nprofiles: {default: {}, a: {}}\n";
    const PLAIN: &str = "profiles: {default: {}, a: {}}\n";

    #[test]
    fn the_documented_start_is_made() {
        for (text, asked, profiles_wanted, entry) in [
            (CONFIGURED, &[][..], &["a", "b"][..], Some("main")),
            (CONFIGURED, &["c"], &["c"], Some("main")),
            (PLAIN, &[], &["default"], None),
            (PLAIN, &["a"], &["a"], None),
            ("flows: {}", &[], &[], None),
        ] {
            let project = project(text);
            let asked = asked.iter().map(|name| (*name).to_owned()).collect();
            let options = LoadOptions { profiles: asked, ..LoadOptions::default() };
            assert_eq!(profiles(&project, &options), profiles_wanted, "{text}");
            assert_eq!(entry_point(&project, &options).as_deref(), entry, "{text}");
            assert!(ignored(&project, &options).is_empty());
        }
        let options = LoadOptions { entry_point: Some("x".into()), ..LoadOptions::default() };
        assert_eq!(entry_point(&project(CONFIGURED), &options).as_deref(), Some("x"));
    }

    #[test]
    fn the_start_of_the_command_is_made_and_said() {
        let options = LoadOptions {
            entry_point: Some(DEFAULT.into()),
            ignore_start_configuration: true,
            ..LoadOptions::default()
        };
        let configured = project(CONFIGURED);
        assert!(profiles(&configured, &options).is_empty());
        assert_eq!(entry_point(&configured, &options).as_deref(), Some(DEFAULT));
        let notices = ignored(&configured, &options);
        assert!(notices[0].contains("--entry-point main") && notices[1].contains("-p a -p b"), "{notices:?}");
        assert!(ignored(&project(PLAIN), &options).is_empty());
        let asked = LoadOptions { entry_point: Some("main".into()), profiles: vec!["a".into()], ..options };
        assert!(ignored(&configured, &asked).is_empty());
    }
}
