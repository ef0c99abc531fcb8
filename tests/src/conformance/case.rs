//! One case: laid out in a temporary folder, called, compared.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use fancy_regex::{Captures, Regex};
use serde_json::Value;

use super::rules::{self, Seen};
use crate::{binary, folder};

const LONGEST: Duration = Duration::from_secs(60);

/// None when the case in `folder` passes, else one line of why.
pub fn why_not(folder: &Path) -> Option<String> {
    let laid_out = tempfile::Builder::new().prefix("conf").tempdir().map_err(|e| e.to_string()).and_then(|tmp| {
        let path = tmp.path().canonicalize().map_err(|e| e.to_string())?;
        Ok((Case::lay_out(folder, &path).map_err(|e| format!("cannot be laid out: {e}"))?, tmp))
    });
    match laid_out {
        Ok((mut case, _tmp)) => case.run().err(),
        Err(why) => Some(why),
    }
}

struct Case {
    want: Value,
    meta: Value,
    tmp: PathBuf,
    work: PathBuf,
    home: PathBuf,
    sources: Vec<String>,
    /// Forms and events of the last suspension, for the steps that answer them.
    forms: Vec<(String, String)>,
    events: Vec<String>,
}

impl Case {
    fn lay_out(case: &Path, tmp: &Path) -> std::io::Result<Case> {
        let load = |name: &str| {
            let text = std::fs::read_to_string(case.join(name)).unwrap_or_default();
            serde_json::from_str(&text).unwrap_or(Value::Object(Default::default()))
        };
        let (want, meta): (Value, Value) = (load("expected.json"), load("case.json"));
        let (work, home) = (tmp.join("case"), tmp.join("home"));
        folder::copy(case, &work)?;
        for name in ["expected.json", "case.json"] {
            let _ = std::fs::remove_file(work.join(name));
        }
        for (from, to) in pairs(&meta["rename"]) {
            make_parent(&work.join(&to))?;
            std::fs::rename(work.join(from), work.join(to))?;
        }
        for (link, target) in pairs(&meta["symlinks"]) {
            make_parent(&work.join(&link))?;
            std::os::unix::fs::symlink(target, work.join(link))?;
        }
        for dir in strings(&meta["mkdirs"]) {
            std::fs::create_dir_all(work.join(dir))?;
        }
        let mut sources = Vec::new();
        for (name, flag) in [("secrets", "--secret-dir"), ("vaults", "--vault-dir")] {
            if work.join(name).exists() {
                std::fs::rename(work.join(name), tmp.join(name))?;
                sources.extend([flag.to_string(), tmp.join(name).display().to_string()]);
            }
        }
        if work.join("home").exists() {
            std::fs::rename(work.join("home"), &home)?;
            undot(&home)?;
        }
        std::fs::create_dir_all(&home)?;
        let tmp = tmp.to_path_buf();
        Ok(Case { want, meta, tmp, work, home, sources, forms: Vec::new(), events: Vec::new() })
    }

    fn run(&mut self) -> Result<(), String> {
        if self.want.get("steps").is_some() {
            return self.run_steps();
        }
        if self.want.get("output").is_some() {
            return self.run_lint();
        }
        let cmd = if self.meta.get("cmd").is_some() {
            self.filled(&self.meta["cmd"])?
        } else {
            let mut cmd = vec!["run".to_string(), "--no-prompt".to_string()];
            if self.meta["defaultCfg"].as_bool() != Some(true) {
                cmd.push("--no-default-cfg".to_string());
            }
            cmd.extend(self.sources.iter().cloned());
            cmd.extend(self.filled(&self.meta["args"])?);
            cmd
        };
        let effective = cmd.iter().any(|a| a == "--effective-yaml");
        let mut called = cmd.clone();
        if !effective && cmd.first().is_some_and(|c| c == "run") {
            called.splice(1..1, ["--log-format".to_string(), "json".to_string()]);
        }
        let output = self.invoke(&called, self.meta["cwd"].as_str().unwrap_or("."))?;
        rules::compare(&self.want, &self.seen(&output), effective, true)
    }

    fn run_steps(&mut self) -> Result<(), String> {
        let steps = self.meta["steps"].as_array().cloned().unwrap_or_default();
        let wanted = self.want["steps"].as_array().cloned().unwrap_or_default();
        for (i, (step, want)) in steps.iter().zip(&wanted).enumerate() {
            let args = if step.is_object() { step.get("args") } else { Some(step) };
            for (file, text) in pairs(&step["write"]) {
                let path = self.work.join(file);
                make_parent(&path).and_then(|()| std::fs::write(path, text)).map_err(|e| e.to_string())?;
            }
            for file in strings(&step["delete"]) {
                let path = self.work.join(file);
                let _ = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
            }
            let Some(args) = args else { continue };
            let args = self.filled(args).map_err(|why| format!("step {i}: {why}"))?;
            let Some((cmd, rest)) = args.split_first() else { continue };
            let mut called = vec![cmd.clone(), "--log-format".into(), "json".into()];
            if cmd == "run" {
                called.push("--no-default-cfg".into());
                called.extend(self.sources.iter().cloned());
            }
            called.extend(rest.iter().cloned());
            let output = self.invoke(&called, step["cwd"].as_str().unwrap_or("."))?;
            let seen = self.seen(&output);
            self.remember_suspension(&seen);
            let strict = matches!(want["exit"].as_i64(), Some(0 | 20));
            let effective = rest.iter().any(|a| a == "--effective-yaml");
            rules::compare(want, &seen, effective, strict).map_err(|why| format!("step {i} ({cmd}): {why}"))?;
        }
        Ok(())
    }

    fn remember_suspension(&mut self, seen: &Seen) {
        for event in seen.of_type("suspended") {
            let text = |v: &Value, key: &str| v[key].as_str().unwrap_or_default().to_string();
            let forms = event["forms"].as_array().cloned().unwrap_or_default();
            self.forms = forms.iter().map(|f| (text(f, "form"), text(f, "event"))).collect();
            let named: Vec<&String> = self.forms.iter().map(|(_, event)| event).collect();
            self.events = strings(&event["events"]).into_iter().filter(|e| !named.contains(&e)).collect();
        }
    }

    fn run_lint(&self) -> Result<(), String> {
        let mut cmd = vec!["lint".to_string(), "--format".into(), "json".into()];
        cmd.extend(self.filled(&self.meta["args"])?);
        let output = self.invoke(&cmd, ".")?;
        rules::compare_lint(&self.want, &self.seen(&output))
    }

    /// The arguments with the places of this run, and with the forms and events that wait.
    fn filled(&self, args: &Value) -> Result<Vec<String>, String> {
        strings(args).into_iter().map(|arg| self.fill(&arg)).collect()
    }

    fn fill(&self, arg: &str) -> Result<String, String> {
        let arg = arg.replace("{case}", &self.work.display().to_string());
        let pattern = Regex::new(r"\{form:([^}]*)\}|\{event:(\d+)\}").map_err(|e| e.to_string())?;
        let mut missing = false;
        let text = pattern.replace_all(&arg, |m: &Captures<'_, str>| {
            let found = match (m.get(1), m.get(2)) {
                (Some(form), _) => {
                    let (name, nth) = form.as_str().split_once('#').unwrap_or((form.as_str(), "1"));
                    let nth = nth.parse::<usize>().unwrap_or(1).saturating_sub(1);
                    self.forms.iter().filter(|(n, _)| n == name).nth(nth).map(|(_, event)| event.clone())
                }
                (_, Some(event)) => {
                    let nth = event.as_str().parse::<usize>().unwrap_or(1).saturating_sub(1);
                    self.events.get(nth).cloned()
                }
                _ => None,
            };
            missing |= found.is_none();
            found.unwrap_or_default()
        });
        if missing { Err(format!("no pending form or event for {arg}")) } else { Ok(text.into_owned()) }
    }

    fn invoke(&self, args: &[String], cwd: &str) -> Result<Output, String> {
        let mut command: Command = binary::command(&self.home);
        command.args(args).current_dir(self.work.join(cwd)).stdout(Stdio::piped()).stderr(Stdio::piped());
        let started = Instant::now();
        let output = command.output().map_err(|e| format!("cannot be called: {e}"))?;
        if started.elapsed() > LONGEST { Err("ran past 60 s".into()) } else { Ok(output) }
    }

    fn seen(&self, output: &Output) -> Seen {
        let target = self.work.join(self.meta["target"].as_str().unwrap_or("target"));
        Seen {
            exit: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            places: [
                (self.work.join("target").display().to_string(), "<workDir>"),
                (self.work.display().to_string(), "<caseDir>"),
                (self.tmp.display().to_string(), "<tmp>"),
            ],
            raw: self.meta["raw"].as_bool() == Some(true),
            with_secrets: !self.sources.is_empty(),
            target,
        }
    }
}

fn pairs(object: &Value) -> Vec<(String, String)> {
    let text = |v: &Value| v.as_str().unwrap_or_default().to_string();
    object.as_object().map(|o| o.iter().map(|(k, v)| (k.clone(), text(v))).collect()).unwrap_or_default()
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array().map(|l| l.iter().filter_map(|v| v.as_str().map(str::to_string)).collect()).unwrap_or_default()
}

fn make_parent(path: &Path) -> std::io::Result<()> {
    path.parent().map_or(Ok(()), std::fs::create_dir_all)
}

/// `dot-name` stands for `.name` in a recorded home folder, so that its files can be kept in a repository.
fn undot(folder: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = match name.strip_prefix("dot-") {
            Some(rest) => {
                let renamed = folder.join(format!(".{rest}"));
                std::fs::rename(entry.path(), &renamed)?;
                renamed
            }
            None => entry.path(),
        };
        if path.is_dir() && !path.is_symlink() {
            undot(&path)?;
        }
    }
    Ok(())
}
