//! What is measured: the flows, made in a temporary folder where they are not those of `flows/`.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::Stdio;

use accord_tests::binary;

/// Rounds of the outer and the inner loop of [`Scenario::Steps`], and the steps of one round.
const OUTER: usize = 100;
const INNER: usize = 200;
const STEPS_A_ROUND: usize = 6;
/// Steps of [`Scenario::LongFile`].
const LONG_FILE: usize = 20_000;

#[derive(Clone, Copy)]
pub(crate) enum Scenario {
    Hello,
    Secret,
    LongFile,
    Steps,
}

impl Scenario {
    pub(crate) const ALL: [Scenario; 4] = [Scenario::Hello, Scenario::Secret, Scenario::LongFile, Scenario::Steps];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Scenario::Hello => "run flows/hello",
            Scenario::Secret => "open the store, export one secret",
            Scenario::LongFile => "a file of 20,000 steps, loaded and run",
            Scenario::Steps => "120,000 steps of loops, calls, set and if",
        }
    }

    /// Steps that are run, where a rate says something.
    pub(crate) fn steps(self) -> Option<usize> {
        match self {
            Scenario::Hello | Scenario::Secret => None,
            Scenario::LongFile => Some(LONG_FILE),
            Scenario::Steps => Some(OUTER * INNER * STEPS_A_ROUND),
        }
    }

    pub(crate) fn args(self, folder: &Path) -> Vec<String> {
        let flow = match self {
            Scenario::Hello => "flows/hello".to_string(),
            _ => folder.join("flow").display().to_string(),
        };
        vec!["run".into(), flow, "--target-dir".into(), folder.join("target").display().to_string()]
    }

    pub(crate) fn prepare(self, folder: &Path) -> io::Result<()> {
        let flow = match self {
            Scenario::Hello => return Ok(()),
            Scenario::Secret => {
                create_secret(folder)?;
                "flows:\n  default:\n    - log: \"${crypto.exportAsString('Default', 'token', null)}\"\n".to_string()
            }
            Scenario::LongFile => long_file(),
            Scenario::Steps => steps(),
        };
        std::fs::create_dir_all(folder.join("flow"))?;
        std::fs::write(folder.join("flow/concord.yml"), flow)
    }
}

fn create_secret(folder: &Path) -> io::Result<()> {
    let mut command = binary::command(folder);
    let create = command.args(["secret", "create", "token", "--file", "-"]).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = create.spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(b"tiger-tiger-42")?;
    }
    let status = child.wait()?;
    if status.success() { Ok(()) } else { Err(io::Error::other("the secret could not be created")) }
}

/// 720 KB: each step another expression, so that nothing is parsed once for all.
fn long_file() -> String {
    let mut text = String::from("flows:\n  default:\n");
    for i in 0..LONG_FILE {
        let _ = writeln!(text, "    - set: {{a{}: \"${{1 + {i}}}\"}}", i % 100);
    }
    text
}

fn steps() -> String {
    let items = |n: usize| (0..n).map(|i| i.to_string()).collect::<Vec<_>>().join(", ");
    format!(
        "flows:
  default:
    - call: outer
      in: {{n: \"${{item}}\"}}
      loop:
        items: [{}]
    - log: \"done\"
  outer:
    - call: round
      in: {{i: \"${{item}}\"}}
      out: sum
      loop:
        items: [{}]
  round:
    - set: {{sum: \"${{n + i}}\"}}
    - if: ${{i % 2 == 0}}
      then:
        - set: {{even: true}}
      else:
        - set: {{even: false}}
    - call: leaf
  leaf:
    - set: {{done: \"${{sum > 10}}\"}}
",
        items(OUTER),
        items(INNER)
    )
}
