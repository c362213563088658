//! Whether a call goes somewhere else than the one before it: another host, environment, namespace, account.
//!
//! That the same works elsewhere is no remedy for whoever asked for it here.

use std::collections::BTreeSet;

use crate::order::Gather as _;
use crate::text::{is_environment, parts_of_name};

/// Words of names whose values say where something is done. Sorted.
const PLACES: [&str; 21] = [
    "account", "cluster", "context", "database", "db", "env", "environment", "host", "hostname", "namespace",
    "profile", "project", "region", "registry", "remote", "server", "site", "subscription", "target", "tenant",
    "workspace",
];

/// Letters that say where, by program.
const LETTERS: [(&str, &str); 5] =
    [("kubectl", "-n"), ("helm", "-n"), ("psql", "-h"), ("mysql", "-h"), ("redis-cli", "-h")];

/// What a call says of where it goes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Target {
    environments: BTreeSet<String>,
    hosts: BTreeSet<String>,
    /// Values of flags and arguments, by their names.
    named: BTreeSet<(String, String)>,
}

impl Target {
    /// Reads a command line.
    pub(super) fn of_line(line: &str) -> Target {
        let words: Vec<&str> = line.split_whitespace().map(|word| word.trim_matches(['"', '\'', '`'])).collect();
        let mut target = Target::default();
        for (at, word) in words.iter().enumerate() {
            target.see(word);
            let next = words.get(at + 1).filter(|next| !next.starts_with('-'));
            match (word.split_once('='), next) {
                (Some((name, value)), _) => target.name(name, value),
                (None, Some(value)) if word.starts_with("--") => target.name(word, value),
                (None, Some(value)) if LETTERS.iter().any(|(of, flag)| flag == word && words.contains(of)) => {
                    target.named.insert(((*word).to_owned(), value.to_lowercase()));
                }
                _ => {}
            }
        }
        target
    }

    /// Reads an argument.
    pub(super) fn add(&mut self, name: &str, value: &str) {
        self.name(name, value);
        if value.split_whitespace().count() <= 2 {
            value.split_whitespace().for_each(|word| self.see(word));
        }
    }

    fn name(&mut self, name: &str, value: &str) {
        let words = name.split(|c: char| !c.is_alphanumeric()).flat_map(parts_of_name).map(str::to_lowercase);
        let says_where = words.into_iter().any(|word| PLACES.binary_search(&word.as_str()).is_ok());
        // Prose names many things.
        let names_one = (1..=2).contains(&value.split_whitespace().count());
        if says_where && names_one {
            self.named.insert((name.trim_start_matches('-').to_lowercase(), value.to_lowercase()));
        }
    }

    fn see(&mut self, word: &str) {
        let lower = word.to_lowercase();
        self.hosts.extend(host(&lower));
        let parts = lower.split(|c: char| !c.is_alphanumeric());
        let named = parts.filter(|part| is_environment(part));
        self.environments.extend(named.map(str::to_owned));
    }

    /// Where another call goes instead of here: the places that only it names, in place of others.
    pub(super) fn instead(&self, other: &Target) -> Vec<(BTreeSet<String>, BTreeSet<String>)> {
        let mut found = Vec::new();
        for (here, there) in [(&self.environments, &other.environments), (&self.hosts, &other.hosts)] {
            let left: BTreeSet<String> = here.difference(there).cloned().gather_set();
            let new: BTreeSet<String> = there.difference(here).cloned().gather_set();
            let written = |new: &String| left.iter().any(|left| is_form(left, new));
            if !left.is_empty() && !new.iter().all(written) {
                found.push((new, left));
            }
        }
        for (name, value) in &other.named {
            let here: Vec<&String> =
                self.named.iter().filter(|(known, _)| known == name).map(|(_, value)| value).collect();
            if !here.is_empty() && !here.contains(&value) && !here.iter().any(|known| is_form(known, value)) {
                let left = here.into_iter().cloned().gather_set();
                found.push((BTreeSet::from([value.clone()]), left));
            }
        }
        found
    }
}

/// Whether two values name one place, written in another way: with its domain, its port, its scheme.
fn is_form(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let behind = long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ':', '/']));
    let number = short.bytes().all(|byte| byte.is_ascii_digit());
    let before = long.strip_suffix(short).is_some_and(|rest| rest.ends_with("//") || rest.ends_with('@') || number);
    !short.is_empty() && (behind || before)
}

/// The host that a word names: of an address, of `user@host`, of an image in a registry.
pub(super) fn host(word: &str) -> Option<String> {
    let word = word.split_once('=').filter(|(_, value)| value.contains("://")).map_or(word, |(_, value)| value);
    let (schemed, rest) = match word.split_once("://") {
        Some((_, rest)) => (true, rest),
        None => (false, word),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (user, place) = authority.rsplit_once('@').map_or((None, authority), |(user, place)| (Some(user), place));
    let name = place.split(':').next().unwrap_or_default().trim_end_matches([',', '.', ')', '"', '\'']);
    let mut labels = name.split('.');
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    let dots = name.matches('.').count();
    let last = name.rsplit('.').next().unwrap_or_default();
    let numbers = dots == 3 && name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let domain = last.len() >= 2 && last.chars().all(char::is_alphabetic);
    let inside = rest.len() > authority.len();
    // `report.csv` is a file; a host has a scheme, a user, a way into it or two dots.
    let plain = user.is_some_and(|user| !user.is_empty()) || numbers || domain && (dots >= 2 || dots == 1 && inside);
    let named = !name.is_empty() && labels.all(is_label) && !word.starts_with(['.', '/', '~', '-']);
    (named && (schemed || plain)).then(|| name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goes_elsewhere(before: &str, line: &str) -> bool {
        !Target::of_line(before).instead(&Target::of_line(line)).is_empty()
    }

    #[test]
    fn somewhere_else() {
        for (before, line) in [
            ("run --target prod", "run --target staging"),
            ("kubectl -n shop get pods", "kubectl -n shop2 get pods"),
            ("aws --profile=eu s3 ls", "aws --profile=us s3 ls"),
            ("docker pull r.acme.internal/base", "docker pull r-acme.other.example/base"),
            ("curl https://a.example/x", "curl https://b.example/x"),
            ("./deploy-prod.sh", "./deploy-staging.sh"),
            ("ENV=prod make seed", "ENV=dev make seed"),
            ("ssh root@a1", "ssh root@a2"),
        ] {
            assert!(goes_elsewhere(before, line), "{line}");
        }
    }

    #[test]
    fn the_same_place() {
        for (before, line) in [
            ("run --target prod", "run --target prod --slow"),
            ("psql -h db1", "psql -h db1.acme.internal"),
            ("curl a.acme.internal/x", "curl https://a.acme.internal/x"),
            ("psql -p 5432", "psql -p 6432"),
            ("make seed", "ENV=dev make seed"),
            ("cat src/app.rs", "cat lib/app.rs"),
            ("python report.py", "python tools/report.py"),
            ("node dist/main.js", "node build/main.js"),
        ] {
            assert!(!goes_elsewhere(before, line), "{line}");
        }
    }

    #[test]
    fn the_words_are_sorted() {
        assert!(PLACES.is_sorted());
    }
}
