//! What a session did, step by step: calls reduced to what makes them comparable across sessions.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ascii::is_any;
use crate::evidence::prefix;
use crate::order::Gather as _;
use crate::text::parts_of_name;
use crate::transcript::{Act, Session, Turn};

/// The steps of a session: the kinds that occur, and their order.
///
/// At most [`Steps::MAX_KINDS`] kinds (later ones are left out) and [`Steps::MAX_ORDER`] places (the middle of a longer
/// session is left out); a step made several times in a row has one place.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Steps {
    /// The distinct steps, in the order of their first calls.
    pub kinds: Vec<Step>,
    /// Positions in `kinds`, in the order of the calls.
    pub order: Vec<u16>,
}

/// One kind of step: a tool, or a program that a tool for command lines was asked to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Step {
    /// Name of the tool.
    pub tool: String,
    /// What a command line runs: `git commit`, `scripts/deploy.sh`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// Flags of that program in any of the calls, sorted: `--force`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// Names of the arguments in the first call, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<String>,
    /// Calls in this session.
    pub times: u32,
    /// Calls that failed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub failed: u32,
    /// Turn of the first call.
    pub turn: u32,
    /// The beginning of that turn's text, up to the end of the program.
    pub quote: String,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

impl Steps {
    /// Adds the steps of a later part of the same session, whose turns begin at `base`; gives how many do not fit.
    pub(super) fn append(&mut self, next: Steps, base: u32) -> u32 {
        let mut left_out = 0;
        let mut places: Vec<Option<usize>> = Vec::new();
        for step in next.kinds {
            let same = |known: &Step| known.tool == step.tool && known.program == step.program;
            let mut place = self.kinds.iter().position(same);
            if let Some(known) = place.and_then(|at| self.kinds.get_mut(at)) {
                known.times += step.times;
                known.add_flags(step.flags);
                known.failed += step.failed;
            } else if self.kinds.len() < Steps::MAX_KINDS {
                place = Some(self.kinds.len());
                self.kinds.push(Step { turn: step.turn + base, ..step });
            } else {
                left_out += step.times;
            }
            places.push(place);
        }
        for at in next.order.iter().filter_map(|at| places.get(*at as usize).copied().flatten()) {
            if self.order.last() != Some(&(at as u16)) {
                self.order.push(at as u16);
            }
        }
        left_out + self.shorten()
    }

    /// Takes out the middle of a long session; gives how many places.
    fn shorten(&mut self) -> u32 {
        let over = self.order.len().saturating_sub(Steps::MAX_ORDER);
        if over > 0 {
            self.order.drain(Steps::MAX_ORDER / 2..Steps::MAX_ORDER / 2 + over);
        }
        over as u32
    }

    /// Kinds of steps that a digest keeps.
    pub const MAX_KINDS: usize = 48;
    /// Places that a digest keeps.
    pub const MAX_ORDER: usize = 256;
}

impl Step {
    fn add_flags(&mut self, flags: Vec<String>) {
        for flag in flags {
            if let Err(at) = self.flags.binary_search(&flag) {
                self.flags.insert(at, flag);
            }
        }
        self.flags.truncate(MAX_FLAGS);
    }
}

const MAX_FLAGS: usize = 8;
const NAME_BYTES: usize = 80;
const QUOTE_BYTES: usize = 200;

/// The steps of a session, and how many calls are in none of them.
pub(crate) fn steps(session: &Session) -> (Steps, u32) {
    let mut steps = Steps::default();
    // A session has few tools: going through them takes less than looking them up.
    let mut tools: Vec<(&str, Runs)> = Vec::new();
    let mut left_out = 0;
    for turn in &session.turns {
        let Act::Call { tool, arguments, result } = &turn.act else { continue };
        let known = tools.iter().find(|(other, _)| other.len() == tool.len() && other == tool);
        let runs = known.map_or_else(|| Runs::of(tool), |(_, runs)| *runs);
        if known.is_none() && tools.len() < Steps::MAX_KINDS {
            tools.push((tool, runs));
        }
        let line = runs.command_line(arguments);
        let program = line.as_deref().and_then(program_of);
        let same = |kind: &Step| kind.tool.len() == tool.len() && kind.tool == *tool && kind.program == program;
        let at = match steps.kinds.iter().position(same) {
            Some(at) => at as u16,
            None if steps.kinds.len() >= Steps::MAX_KINDS => {
                left_out += 1;
                continue;
            }
            None => {
                steps.kinds.push(step(turn, tool, program, arguments));
                (steps.kinds.len() - 1) as u16
            }
        };
        if let Some(kind) = steps.kinds.get_mut(at as usize) {
            kind.times += 1;
            kind.failed += u32::from(failed(session, *result));
            if let Some((line, program)) = line.as_deref().zip(kind.program.as_deref()) {
                kind.add_flags(flags_of(line, program));
            }
        }
        if steps.order.last() != Some(&at) {
            steps.order.push(at);
        }
    }
    left_out += steps.shorten();
    (steps, left_out)
}

fn step(turn: &Turn, tool: &str, program: Option<String>, arguments: &Value) -> Step {
    let end = program.as_ref().and_then(|program| Some(turn.text.find(program.as_str())? + program.len()));
    let end = end.filter(|end| *end <= QUOTE_BYTES).unwrap_or(tool.len());
    let names = arguments.as_object().map(|fields| fields.keys().take(8).cloned().collect()).unwrap_or_default();
    Step {
        tool: tool.to_owned(),
        program,
        flags: Vec::new(),
        arguments: names,
        times: 0,
        failed: 0,
        turn: turn.index,
        quote: prefix(&turn.text, end).to_owned(),
    }
}

fn failed(session: &Session, result: Option<u32>) -> bool {
    let turn = result.and_then(|at| session.turns.get(at as usize));
    matches!(turn.map(|turn| &turn.act), Some(Act::Result { failure: Some(_), .. }))
}

/// The command line that a call runs, for the tools that run one.
pub(crate) fn command_line<'a>(tool: &str, arguments: &'a Value) -> Option<Cow<'a, str>> {
    Runs::of(tool).command_line(arguments)
}

/// What the name of a tool says about whether it runs command lines.
#[derive(Clone, Copy)]
pub(crate) enum Runs {
    /// `Read` and `write_file` run nothing, whatever their arguments are called.
    Nothing,
    /// What stands in an argument for it.
    Named,
    /// It is a shell: its only argument as well.
    Shell,
}

/// Arguments that hold a command line.
pub(super) const COMMANDS: [&str; 3] = ["command", "cmd", "script"];

impl Runs {
    pub(crate) fn of(tool: &str) -> Runs {
        let shell = || words_in_order(tool).any(|word| is_any(word, &["bash", "shell", "terminal", "exec"]));
        match changes(tool) {
            Some(_) => Runs::Nothing,
            None if shell() => Runs::Shell,
            None => Runs::Named,
        }
    }

    pub(crate) fn command_line<'a>(self, arguments: &'a Value) -> Option<Cow<'a, str>> {
        let fields = arguments.as_object().filter(|_| !matches!(self, Runs::Nothing))?;
        let given = COMMANDS.iter().find_map(|name| fields.get(*name));
        let only = || fields.values().next().filter(|_| fields.len() == 1 && matches!(self, Runs::Shell));
        match given.or_else(only)? {
            Value::String(line) => Some(line.into()),
            // `["bash", "-lc", "make test"]` runs its last word.
            Value::Array(words) => {
                let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
                match words.as_slice() {
                    [_, flag, line] if flag.starts_with('-') && flag.ends_with('c') => Some((*line).into()),
                    words => Some(words.join(" ").into()),
                }
            }
            _ => None,
        }
    }
}

/// Programs that do what another word of their command line names. Sorted.
pub(super) const SUBCOMMANDS: [&str; 26] = [
    "aws", "bash", "bun", "cargo", "docker", "gh", "git", "go", "helm", "just", "kubectl", "make", "node", "npm",
    "npx", "pip", "pnpm", "poetry", "python", "python3", "ruby", "sh", "terraform", "tofu", "uv", "yarn",
];

/// What a command line runs: its first program that does something, with its subcommand or script.
pub(crate) fn program_of(line: &str) -> Option<String> {
    // They only say where and how the rest runs.
    const FRAME: &[&str] = &["cd", "env", "export", "nohup", "set", "source", "sudo", "time"];
    // They have a value of their own, which is no subcommand.
    const WITH_VALUE: &[&str] = &[
        "--as", "--cluster", "--config", "--context", "--cwd", "--dir", "--git-dir", "--host", "--kube-context",
        "--kubeconfig", "--namespace", "--prefix", "--profile", "--region", "--repo", "--server", "--work-tree", "-C",
        "-H", "-R",
    ];
    let first_line = line.trim().lines().next().unwrap_or_default();
    let parts = first_line.split("&&").flat_map(|part| part.split([';', '|']));
    let mut parts = parts.map(|part| part.split_whitespace().filter(|word| !word.contains('=')));
    parts.find_map(|mut words| {
        let first = words.next()?;
        let program = match first {
            "cd" | "export" | "set" | "source" => return None,
            frame if FRAME.binary_search(&frame).is_ok() => words.next()?,
            program => program,
        };
        let mut value = false;
        let mut is_sub = |word: &&str| {
            let named = *word == "-n" && matches!(program, "helm" | "kubectl");
            let own = std::mem::replace(&mut value, named || WITH_VALUE.binary_search(word).is_ok());
            !own && !word.starts_with('-')
        };
        let sub = SUBCOMMANDS.binary_search(&program).ok().and_then(|_| words.find(|word| is_sub(word)));
        let name = sub.map_or_else(|| program.to_owned(), |sub| format!("{program} {sub}"));
        (name.len() <= NAME_BYTES && name.starts_with(|c: char| c.is_alphanumeric() || "./~_".contains(c)))
            .then_some(name)
    })
}

/// The flags with which a command line runs a program, sorted, each once, without their values: one that is not plainly a
/// word may hold something else.
pub(crate) fn flags_of(line: &str, program: &str) -> Vec<String> {
    if !line.contains(" -") {
        return Vec::new();
    }
    let letters = |flag: &str| flag.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
    let is_flag = |word: &&str| {
        let short = word.len() <= 4 && !word.starts_with("--");
        word.len() >= 2 && letters(word) && (short || word.starts_with("--")) && *word != "--"
    };
    let first = program.split(' ').next().unwrap_or(program);
    let parts = line.split("&&").flat_map(|part| part.split([';', '|', '\n']));
    let mut parts = parts.map(|part| part.split(['"', '\'']).next().unwrap_or(part));
    let part = parts.find(|part| part.split_whitespace().any(|word| word == first)).unwrap_or_default();
    let words = part.split_whitespace().filter(|word| word.starts_with('-'));
    let bare = words.map(|word| word.split('=').next().unwrap_or(word)).filter(is_flag);
    bare.gather_set().into_iter().take(MAX_FLAGS).map(str::to_owned).collect()
}

/// The words of a tool's name, folded, without the server that it comes from.
pub(crate) fn name_words(tool: &str) -> BTreeSet<String> {
    words_in_order(tool).map(str::to_lowercase).gather_set()
}

fn words_in_order(tool: &str) -> impl Iterator<Item = &str> {
    parts_of_name(tool.rsplit("__").next().unwrap_or(tool)).filter(|word| !word.is_empty())
}

/// Whether a tool changes the world, going by the first verb of its name; handing over to a person does not.
pub(crate) fn changes_something(tool: &str) -> bool {
    let to_a_person = |word: &str| is_any(word, &["human", "humans", "operator"]);
    !words_in_order(tool).any(to_a_person) && changes(tool).unwrap_or(false)
}

/// Whether the first verb of a tool's name changes something or only reads; nothing where it has neither.
fn changes(tool: &str) -> Option<bool> {
    const CHANGES: &[&str] = &[
        "add", "apply", "approve", "assign", "book", "buy", "cancel", "change", "charge", "close", "commit", "create",
        "delete", "deploy", "disable", "edit", "enable", "exchange", "insert", "install", "merge", "modify", "move",
        "pay", "post", "publish", "purchase", "push", "put", "refund", "remove", "rename", "replace", "reply",
        "reschedule", "reserve", "reset", "restart", "return", "revert", "schedule", "send", "set", "submit",
        "transfer", "update", "upload", "write",
    ];
    const READS: &[&str] = &[
        "ask", "browse", "calculate", "check", "count", "describe", "download", "fetch", "find", "get", "glob", "grep",
        "inspect", "list", "look", "lookup", "open", "query", "read", "search", "show", "status", "test", "think",
        "validate", "verify", "view", "wait",
    ];
    words_in_order(tool).find_map(|word| {
        let change = is_any(word, CHANGES);
        (change || is_any(word, READS)).then_some(change)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_command_line_runs() {
        for (line, expected) in [
            ("scripts/restart_full.sh --node app-1", Some("scripts/restart_full.sh")),
            ("cd /srv && A=1 make migrate", Some("make migrate")),
            ("git -C x commit -m 'a'", Some("git commit")),
            ("kubectl --context a -n shop get pods", Some("kubectl get")),
            ("bash -n a.sh", Some("bash a.sh")),
            ("tofu plan -lock-timeout=5m", Some("tofu plan")),
            ("sudo systemctl restart x | tail", Some("systemctl")),
            ("python3 tools/load.py", Some("python3 tools/load.py")),
            ("cd /srv", None),
            ("", None),
        ] {
            assert_eq!(program_of(line).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn the_flags_of_a_program() {
        for (line, program, expected) in [
            ("git push --force origin x", "git push", "--force"),
            ("cd web && git push -f --tags | tail -3", "git push", "--tags -f"),
            ("git commit -m 'run --force'", "git commit", "-m"),
            ("mysql -phidden42 --host=db --", "mysql", "--host"),
            ("ls", "ls", ""),
        ] {
            assert_eq!(flags_of(line, program).join(" "), expected, "{line}");
        }
    }

    #[test]
    fn what_changes_something() {
        for tool in ["mcp__shop__return_items", "Edit", "send_mail", "modify_order", "MultiEdit", "ticket_update"] {
            assert!(changes_something(tool), "{tool}");
        }
        for tool in ["get_order_details", "Bash", "transfer_to_human_agents", "list_open_orders", "getReturnPolicy"] {
            assert!(!changes_something(tool), "{tool}");
        }
    }
}
