//! What people forbid: where it is what made a call work, it is no remedy.

use super::way::Way;
use crate::digest::{Change, Digest, program_of};
use crate::text::{LACKS, rules_out, sentences, unquoted, words};

/// The sentences that forbid something.
pub(super) struct Bans(Vec<Ban>);

/// A sentence as words, and where in it further clauses begin.
struct Ban {
    words: Vec<String>,
    clauses: Vec<usize>,
}

/// What else than a lack turns a ban round where it stands before a word: "never push without `--dry`".
const BUT: [&str; 4] = ["but", "except", "unless", "using"];

impl Bans {
    /// Of what was said in the sessions and stands in the memory. A wrong yes costs a proposal, a wrong no a rule that
    /// somebody forbade.
    pub(super) fn of(digests: &[&Digest], memory: &[&str]) -> Bans {
        let said = digests.iter().flat_map(|digest| digest.statements.iter().map(|said| said.text.as_str()));
        let told = said.chain(memory.iter().copied());
        // That "not found" stands in an error forbids nothing, least of all the remedy that was learned from that error.
        let told = told.flat_map(|text| sentences(text).into_iter().filter_map(|sentence| text.get(sentence)));
        Bans(told.filter(|said| words(&unquoted(said)).iter().any(|word| forbids(word))).map(Ban::of).collect())
    }

    /// Whether something that is new in this way is forbidden.
    pub(super) fn forbid(&self, way: &Way) -> bool {
        match way {
            Way::Changes(changes) => changes.iter().flat_map(new_parts).any(|part| self.name(&part)),
            Way::Option(_, part, _) | Way::Part(_, _, part) => self.name(&words(part)),
            Way::After(step) => program_of(step).is_some_and(|program| self.name(&words(&program))),
            Way::Tool(tool) => self.name(&words(tool)),
            Way::Form(..) | Way::Renamed(..) | Way::Arguments(_) | Way::Again => false,
        }
    }

    fn name(&self, part: &[String]) -> bool {
        !part.is_empty() && self.0.iter().any(|ban| ban.names(part))
    }
}

impl Ban {
    fn of(sentence: &str) -> Ban {
        let mut ban = Ban { words: Vec::new(), clauses: Vec::new() };
        for clause in sentence.split([',', ';', ':']).flat_map(|part| part.split(" and ")) {
            ban.clauses.push(ban.words.len());
            ban.words.extend(words(clause));
        }
        ban
    }

    /// Whether these words stand in it in a row, and neither behind one that turns it round nor aside from what it forbids:
    /// "keys stay on build-1 and are never copied" says nothing against build-1.
    fn names(&self, part: &[String]) -> bool {
        let found = self.words.windows(part.len()).position(|window| window == part);
        let Some((at, first)) = found.zip(self.words.iter().position(|word| forbids(word))) else { return false };
        let before = at.checked_sub(1).and_then(|before| self.words.get(before));
        let turned = before.is_some_and(|word| LACKS.contains(&word.as_str()) || BUT.contains(&word.as_str()));
        // What a sentence opens with, it goes on about.
        let aside = at > 1 && self.clauses.iter().any(|clause| (at + 1..=first).contains(clause));
        !(aside || turned && first + 1 < at)
    }
}

/// "Use yarn instead of npm" forbids no yarn: of the words that deny, those that contrast are none of these.
fn forbids(word: &str) -> bool {
    rules_out(word) || word == "refuse"
}

/// What a change brings in: each flag by itself, other words together.
fn new_parts(change: &Change) -> Vec<Vec<String>> {
    let known: Vec<&str> = change.from.iter().flat_map(|from| from.split_whitespace()).collect();
    let new = change.to.iter().flat_map(|to| to.split_whitespace()).filter(|word| !known.contains(word));
    let (flags, others): (Vec<&str>, Vec<&str>) = new.partition(|word| word.starts_with('-'));
    let bare = |flag: &str| words(flag.split('=').next().unwrap_or(flag));
    let mut parts: Vec<Vec<String>> = flags.into_iter().map(bare).collect();
    parts.push(words(&others.join(" ")));
    // One letter says nothing.
    parts.retain(|part| part.iter().any(|word| word.len() > 1));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forbidden(text: &str, to: &str) -> bool {
        let change = Change { argument: "command".to_owned(), from: Some("npm i".to_owned()), to: Some(to.to_owned()) };
        Bans::of(&[], &[text]).forbid(&Way::Changes(vec![change]))
    }

    #[test]
    fn what_is_forbidden() {
        for (text, to, expected) in [
            ("Never use yarn here.", "yarn", true),
            ("Don't call crane with --plain-http.", "--plain-http", true),
            ("The price list is not in plain http", "--plain-http", true),
            ("Always use yarn.", "yarn", false),
            ("Never build without --locked.", "--locked", false),
            ("Never deploy on Fridays.", "--locked", false),
            ("Never use \"yarn\".", "yarn", true),
            ("`npm` fails with \"lock file not found\". Use yarn instead of npm.", "yarn", false),
            ("The cache stays with yarn and is never copied elsewhere.", "yarn", false),
            ("The lock file is made by yarn, no need to write it.", "yarn", false),
            ("Yarn is slow and not to be used here.", "yarn", true),
            ("Never use npm, pnpm or yarn.", "yarn", true),
            ("`npm` fails with \"package yarn not found\" at times.", "yarn", false),
        ] {
            assert_eq!(forbidden(text, to), expected, "{text}");
        }
    }
}
