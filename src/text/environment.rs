//! Environments: where something runs.

/// Their names, and what each is compared by; nothing where only a command means one by it: "a live demo". Sorted.
const NAMES: [(&str, Option<&str>); 20] = [
    ("canary", None),
    ("demo", None),
    ("dev", Some("development")),
    ("development", Some("development")),
    ("int", None),
    ("integration", None),
    ("live", None),
    ("local", Some("local")),
    ("localhost", Some("local")),
    ("locally", Some("local")),
    ("preprod", None),
    ("preview", None),
    ("prod", Some("production")),
    ("production", Some("production")),
    ("qa", Some("test")),
    ("sandbox", None),
    ("stage", Some("staging")),
    ("staging", Some("staging")),
    ("test", Some("test")),
    ("testing", Some("test")),
];

fn named(word: &str) -> Option<Option<&'static str>> {
    let at = NAMES.binary_search_by(|(name, _)| (*name).cmp(word)).ok()?;
    NAMES.get(at).map(|(_, called)| *called)
}

/// What an environment is compared by that a word between two others of a sentence names.
pub(super) fn in_sentence(before: &str, word: &str, next: &str) -> Option<&'static str> {
    const WHERE: [&str; 5] = ["in", "on", "to", "from", "against"];
    const THINGS: [&str; 13] = [
        "account", "cluster", "database", "db", "env", "environment", "host", "instance", "machine", "portal",
        "server", "servers", "tenant",
    ];
    let called = named(word)??;
    // "production" is one wherever it stands; "test" only where the words around it say so.
    let plain = matches!(word, "production" | "prod" | "staging");
    (plain || WHERE.contains(&before) || THINGS.contains(&next)).then_some(called)
}

/// Whether a word of a command names one; `npm test` goes nowhere.
pub(crate) fn is_environment(word: &str) -> bool {
    named(word).is_some() && !["locally", "test", "testing"].contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_sorted() {
        assert!(NAMES.is_sorted());
    }
}
