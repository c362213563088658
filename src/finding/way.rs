//! Ways out of a failure: what was different in the call that worked.

use std::collections::BTreeSet;

use super::form::Form;
use crate::digest::{Change, Fix, is_case, parted, program_of};

/// What was different in the call that worked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// These changes, to the letter.
    Changes(Vec<Change>),
    /// The value of this argument, written in this form.
    Form(String, Form),
    /// Of the value of this argument one part in place of another; of a command, this in front where it had nothing.
    Part(String, String, String),
    /// An option of a command in this argument that each call gives another value, with what the values share.
    Option(String, String, String),
    /// The value of the first argument, given by the name of the second.
    Renamed(String, String),
    /// Other values of these arguments.
    Arguments(Vec<String>),
    /// This, before the call.
    After(String),
    /// A call of this other tool.
    Tool(String),
    /// Nothing.
    Again,
}

/// A value that fails, and the one that works in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Replaced<'a> {
    pub from: &'a str,
    pub to: &'a str,
    /// Whether it is a piece of a command or of other code.
    pub in_code: bool,
}

impl Way {
    /// The values that it replaces by others.
    pub(crate) fn replaced(&self) -> Vec<Replaced<'_>> {
        match self {
            Way::Changes(changes) => {
                let both = changes.iter().filter_map(|change| {
                    let (from, to) = change.from.as_deref().zip(change.to.as_deref())?;
                    Some(Replaced { from, to, in_code: is_code(&change.argument) })
                });
                both.collect()
            }
            Way::Part(argument, from, to) => vec![Replaced { from, to, in_code: is_code(argument) }],
            _ => Vec::new(),
        }
    }

    /// Whether a fix goes this way. `free` are the arguments that mean nothing.
    pub(super) fn is_taken(&self, fix: &Fix, free: &BTreeSet<&str>) -> bool {
        match self {
            Way::After(step) => fix.between.iter().any(|line| is_step(line, step)),
            Way::Tool(tool) => fix.tool.as_ref() == Some(tool),
            _ => fix.tool.is_none() && self.is_in(&fix.changes, free),
        }
    }

    /// Whether what was changed in a call goes this way, be it in vain.
    pub(super) fn is_in(&self, changes: &[Change], free: &BTreeSet<&str>) -> bool {
        let any = |is_it: &dyn Fn(&Change) -> bool| changes.iter().any(is_it);
        match self {
            Way::Changes(wanted) => wanted.iter().all(|wanted| any(&|change| makes(change, wanted))),
            Way::Form(argument, form) => {
                any(&|change| change.argument == *argument && form_of(change).as_ref() == Some(form))
            }
            Way::Option(argument, option, _) => {
                any(&|change| change.argument == *argument && options(change).any(|(name, _)| name == option))
            }
            Way::Part(..) => any(&|change| part_of(change).as_ref() == Some(self)),
            Way::Renamed(from, to) => {
                let of = |name: &String| changes.iter().find(|change| change.argument == *name);
                of(from).zip(of(to)).is_some_and(|(old, new)| is_given_as(old, new))
            }
            Way::Arguments(wanted) => {
                let names = names(changes, free);
                wanted.iter().all(|name| names.contains(&name.as_str()))
            }
            Way::Again => names(changes, free).is_empty(),
            Way::After(_) | Way::Tool(_) => false,
        }
    }
}

/// Whether a change does what is wanted: just that, or of a piece of code that among more.
fn makes(change: &Change, wanted: &Change) -> bool {
    let holds = |value: &Option<String>, part: &Option<String>| {
        let words = |text: &Option<String>| text.iter().flat_map(|t| t.split_whitespace()).map(str::to_owned).collect();
        let (value, part): (Vec<String>, Vec<String>) = (words(value), words(part));
        !part.is_empty() && value.windows(part.len()).any(|window| window == part)
    };
    change == wanted
        || is_code(&wanted.argument)
            && change.argument == wanted.argument
            && holds(&change.from, &wanted.from)
            && holds(&change.to, &wanted.to)
            && !holds(&change.to, &wanted.from)
}

pub(super) fn names<'a>(changes: &'a [Change], free: &BTreeSet<&str>) -> Vec<&'a str> {
    changes.iter().map(|change| change.argument.as_str()).filter(|name| !free.contains(name)).collect()
}

/// The form in which a change writes a value.
pub(super) fn form_of(change: &Change) -> Option<Form> {
    let (from, to) = change.from.as_deref().zip(change.to.as_deref())?;
    Form::of(from, to).filter(|_| !is_code(&change.argument) && !holds_secret(change))
}

// Longer parts are values of their own.
const PART_BYTES: usize = 40;

/// The part of a value that a change replaces: `v1` by `v2` in `/v1/stock/7`.
pub(super) fn part_of(change: &Change) -> Option<Way> {
    let (from, to) = change.from.as_deref().zip(change.to.as_deref()).filter(|_| !holds_secret(change))?;
    let (a, b) = (tokens(from), tokens(to));
    let (old, new, rest) = parted(&a, &b)?;
    let in_front = is_code(&change.argument) && old.len() + rest.len() == a.len();
    // Several words of a command that end within one are no command: `go test ./a` and `cd a && go test .` before `/b`.
    let several = [old, new].iter().any(|part| part.concat().trim().contains(char::is_whitespace));
    if is_code(&change.argument) && several && !(stands_alone(old, &a, rest) && stands_alone(new, &b, rest)) {
        return None;
    }
    let (old, new) = (old.concat(), new.concat());
    // A day or the number of a row is another one each time.
    let tells = |part: &str| {
        let named = part.chars().any(char::is_alphabetic) && part.len() >= 2;
        (named || part.len() >= 3) && part.len() <= PART_BYTES && !names_a_case(part)
    };
    let (old, new) = (old.trim(), new.trim());
    let fits = tells(new) && if old.is_empty() { in_front } else { tells(old) };
    fits.then(|| Way::Part(change.argument.clone(), old.to_owned(), new.to_owned()))
}

/// Whether a part of some tokens, before the `rest` of them, begins and ends where words do.
fn stands_alone(part: &[&str], tokens: &[&str], rest: &[&str]) -> bool {
    let is_blank = |token: Option<&&str>| token.is_none_or(|token| token.trim().is_empty());
    let before = tokens.len().saturating_sub(part.len() + rest.len()).checked_sub(1).and_then(|at| tokens.get(at));
    (is_blank(before) || is_blank(part.first())) && (is_blank(rest.first()) || is_blank(part.last()))
}

/// The words of a value, and each mark between them by itself.
fn tokens(text: &str) -> Vec<&str> {
    let is_mark = |c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-');
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some(first) = rest.chars().next() {
        let end = if is_mark(first) { first.len_utf8() } else { rest.find(is_mark).unwrap_or(rest.len()) };
        let Some((token, behind)) = rest.split_at_checked(end) else { break };
        found.push(token);
        rest = behind;
    }
    found
}

pub(super) fn values(change: &Change) -> impl Iterator<Item = &String> {
    change.from.iter().chain(&change.to)
}

/// What stands for a secret says nothing about the next one.
pub(super) fn holds_secret(change: &Change) -> bool {
    values(change).any(|value| value.contains("[REDACTED"))
}

/// Whether a value holds the number of one order, ticket or account; an address is not of one case.
pub(super) fn names_a_case(value: &str) -> bool {
    value.split_whitespace().any(|word| !word.contains(['.', ':', '/']) && is_case(word))
}

/// The options with their values that a change adds to a command: `--file=a.txt`.
pub(super) fn options(change: &Change) -> impl Iterator<Item = (&str, &str)> {
    let added = change.to.as_deref().filter(|_| change.from.is_none() && is_code(&change.argument));
    let words = added.unwrap_or_default().split_whitespace().filter(|word| word.starts_with('-'));
    words.filter_map(|word| word.split_once('='))
}

/// Whether the value that was left out of one argument was given in another one.
pub(super) fn is_given_as(old: &Change, new: &Change) -> bool {
    old.from.is_some() && old.to.is_none() && new.from.is_none() && old.from == new.to
}

/// Whether an argument holds a piece of code: of two of them, only the words that differ mean something.
pub(super) fn is_code(argument: &str) -> bool {
    matches!(argument, "command" | "cmd" | "script" | "sql" | "query" | "code" | "raw" | "input")
}

/// The program that a command line runs, where it stands in it as it is called.
pub(super) fn program_in(line: &str) -> Option<&str> {
    let program = program_of(line).filter(|_| line.contains(' '))?;
    line.find(&program).and_then(|at| line.get(at..at + program.len()))
}

/// Whether a step that came before is the one that a way out names.
fn is_step(line: &str, named: &str) -> bool {
    line == named || program_in(line) == Some(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(argument: &str, from: &str, to: &str) -> Option<Way> {
        let (argument, from, to) = (argument.to_owned(), Some(from.to_owned()), Some(to.to_owned()));
        part_of(&Change { argument, from, to })
    }

    #[test]
    fn the_part_that_is_replaced() {
        for (argument, from, to, expected) in [
            ("path", "/v1/shelves/12", "/v2/shelves/12", Some(("v1", "v2"))),
            ("range", "Plan B!A1", "'Plan B'!A1", Some(("Plan B", "'Plan B'"))),
            ("sql", "b.reader_id=r.id", "b.reader=r.id", Some(("reader_id", "reader"))),
            ("command", "pytest", "uv run pytest", Some(("", "uv run"))),
            ("url", "localhost:5000/a", "localhost:5001/a", Some(("5000", "5001"))),
            ("command", "go test ./a/b", "cd a && go test ./b", None),
            ("command", "go test ./a -v", "cd a && go test . -v", Some(("go test ./a", "cd a && go test ."))),
            ("sql", "shelves", "lib.shelves", Some(("", "lib."))),
            ("day", "2026-11-02", "2026-11-03", None),
            ("row", "A/7", "A/8", None),
            ("title", "report", "final report", None),
        ] {
            let expected = expected.map(|(old, new)| Way::Part(argument.to_owned(), old.to_owned(), new.to_owned()));
            assert_eq!(part(argument, from, to), expected, "{from} {to}");
        }
    }
}
