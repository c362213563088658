//! What people take back: "you can stop …", "you no longer need to …", "forget what I said about …".

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::passing::passes;
use crate::ascii::Cues;
use crate::order::Gather as _;
use crate::text::{content_words, denies, fold, stem, words};

/// What a sentence takes back. By itself it is no rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Withdrawal {
    /// Stems of what it speaks of.
    topic: BTreeSet<String>,
    /// Whether it speaks of who says it: "don't call me any more".
    of_oneself: bool,
    ends: Ends,
}

/// What a withdrawal can end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    /// That something is asked for: "stop copying me".
    Request,
    /// That something is forbidden: "you may call again".
    Ban,
    /// Whatever was said of it.
    Anything,
    /// That somebody is so, and no more than that: "I am not allergic to lupins".
    Trait,
}

impl Withdrawal {
    /// What a sentence takes back, if it takes something back for good.
    pub(crate) fn of(sentence: &str) -> Option<Withdrawal> {
        if !CUES.any(sentence) {
            return None;
        }
        let lower = fold(sentence).replace('\'', "");
        let bare = without_opening(lower.trim_end_matches(['.', '!', ' ']));
        if sentence.ends_with(['?', '？']) || passes(bare) {
            return None;
        }
        let (ends, what) = anything(bare)
            .map(|what| (Ends::Anything, what))
            .or_else(|| permitted(bare).map(|what| (Ends::Ban, what)))
            .or_else(|| denied(without_reason(bare)?).map(|what| (Ends::Trait, what)))
            .or_else(|| stopped(without_reason(bare)?).map(|what| (Ends::Request, what)))?;
        let topic = if ends == Ends::Trait { traits(what) } else { stems(what) };
        let of_oneself = speaks_of_oneself(what);
        (!topic.is_empty()).then_some(Withdrawal { topic, of_oneself, ends })
    }

    /// Whether a rule is among what is taken back. What speaks of less than the rule asks for is an exception from it and
    /// ends nothing.
    pub(crate) fn ends(&self, rule: &str) -> bool {
        if self.ends == Ends::Trait {
            return traits(rule) == self.topic;
        }
        let (said, forbids) = (stems(rule), forbids(rule));
        // "Never ship without asking" asks for it.
        let required = || rule.split_once(" without ").map(|(_, rest)| stems(rest)).unwrap_or_default();
        let fits = match self.ends {
            Ends::Request => !forbids || !required().is_disjoint(&self.topic),
            Ends::Ban => forbids,
            Ends::Anything | Ends::Trait => true,
        };
        // One word may stand in many rules, but not what is done to the speaker.
        let least = if self.ends == Ends::Anything { said.len() <= 3 } else { said.len() == 1 };
        let to_them = || self.of_oneself && speaks_of_oneself(rule);
        // "Forget the squashing I asked for" ends "squash the commits …".
        let opens = || self.ends == Ends::Anything && first_stem(rule).is_some_and(|stem| self.topic.contains(&stem));
        fits && self.topic.is_subset(&said) && (self.topic.len() > 1 || least || to_them() || opens())
    }
}

/// A sentence without any of these takes nothing back.
static CUES: LazyLock<Cues<()>> = LazyLock::new(|| {
    let words = [
        "stop", "longer", "any more", "anymore", "no need", "need to", "have to", "neednt", "needn't", "forget",
        "disregard", "ignore", "scrap", "scratch", "drop", "cancel", "mind", "nevermind", "take back", "again",
        "obsolete", "not allergic", "not intolerant", "not vegan", "not a vegan", "not vegetarian", "not a vegetarian",
        "allergy",
    ];
    Cues::new(words.map(|word| (word, ())))
});

/// Cuts what leads up to it: "ok, please …".
fn without_opening(lower: &str) -> &str {
    const OPENINGS: &[&str] = &[
        "please ", "ok ", "ok, ", "okay, ", "actually, ", "actually ", "and ", "but ", "so ", "also ", "now ", "hey, ",
        "hi, ", "no, ", "well, ", "by the way, ", "btw, ", "oh, ", "sorry, ", "thanks, ", "just ", "from now on, ",
        "from now on ", "change of plan: ", "change of plan, ", "i changed my mind: ", "i changed my mind, ",
    ];
    let mut rest = lower.trim_start();
    while let Some(cut) = OPENINGS.iter().find_map(|opening| rest.strip_prefix(opening)) {
        rest = cut.trim_start();
    }
    rest
}

/// Cuts the reason behind it; nothing where what follows limits it: "stop that, except on Fridays".
fn without_reason(bare: &str) -> Option<&str> {
    const REASONS: &[&str] = &[", ", "; ", ": ", " - ", " – ", " — ", " because ", " since ", " (", ". "];
    const LIMITS: &[&str] = &["except", "unless", "only", "but", "apart", "other", "until", "if", "when"];
    let cut = REASONS.iter().filter_map(|mark| bare.find(mark)).min().unwrap_or(bare.len());
    let (what, reason) = bare.split_at_checked(cut)?;
    let limited = words(reason).iter().any(|word| LIMITS.contains(&word.as_str()));
    (!limited).then_some(what)
}

const ENDS: [&str; 3] = [" any more", " anymore", " any longer"];

/// What is no longer asked for, or no longer so.
fn stopped(bare: &str) -> Option<&str> {
    const MAY: &[&str] = &["you can ", "you may ", "you could ", "you should ", "we can ", "we should "];
    const NO_LONGER: &[&str] = &[
        "you no longer need to ",
        "you no longer have to ",
        "no longer necessary to ",
        "it is no longer necessary to ",
        "its no longer necessary to ",
        "there is no longer any need to ",
        "i no longer need you to ",
        "i no longer want you to ",
        "we no longer need to ",
        "we no longer have to ",
    ];
    const NEEDLESS: &[&str] = &[
        "no need to ", "there is no need to ", "theres no need to ", "you do not need to ", "you dont need to ",
        "you do not have to ", "you dont have to ", "you neednt ", "we do not need to ", "we dont need to ",
        "we do not have to ", "we dont have to ", "i do not need you to ", "i dont need you to ",
        "i do not want you to ", "i dont want you to ",
    ];
    let after = |openings: &[&str]| openings.iter().find_map(|opening| bare.strip_prefix(opening));
    let may = after(MAY).unwrap_or(bare);
    let gerund =
        |rest: &&str| rest.split_whitespace().next().is_some_and(|word| word.len() > 4 && word.ends_with("ing"));
    let done = may.strip_prefix("stop ").filter(gerund).or_else(|| after(NO_LONGER));
    // "No need to hurry" takes nothing back: it has to say that something ends.
    let ended = ENDS.iter().any(|end| bare.contains(end)) || words(bare).iter().any(|word| word == "always");
    let needless = || after(NEEDLESS).filter(|_| ended);
    // "Do not add any more files" is about files.
    let over = || ENDS.iter().find_map(|end| bare.strip_suffix(end));
    let not = || over().and_then(|what| what.strip_prefix("do not ").or_else(|| what.strip_prefix("dont ")));
    done.or_else(needless).or_else(not).or_else(|| outgrown(bare, over()))
}

/// "I no longer like …", "I do not eat … any more".
fn outgrown<'a>(bare: &'a str, over: Option<&'a str>) -> Option<&'a str> {
    const LIKING: [&str; 9] = ["like", "want", "prefer", "enjoy", "love", "need", "eat", "drink", "avoid"];
    let own = bare.strip_prefix("i no longer ");
    let own = own.or_else(|| over?.strip_prefix("i do not ").or_else(|| over?.strip_prefix("i dont ")));
    let (verb, what) = own?.split_once(' ')?;
    LIKING.contains(&verb).then_some(what)
}

/// "I'm not allergic to …", "I don't have a … allergy any more".
fn denied(bare: &str) -> Option<&str> {
    const NOT: [&str; 4] = ["im not ", "i am not ", "it turns out im not ", "turns out im not "];
    const NO: [&str; 6] = [
        "i dont have a ", "i dont have an ", "i do not have a ", "i do not have an ", "i have no ", "i dont have any ",
    ];
    let rest = NOT.iter().find_map(|opening| bare.strip_prefix(opening));
    let is = |what: &&str| TRAITS.iter().any(|word| what.split_whitespace().any(|said| said == *word));
    let has = || NO.iter().find_map(|opening| bare.strip_prefix(opening)).filter(|what| what.contains("allergy"));
    let what = rest.filter(is).or_else(has)?;
    Some(ENDS.iter().find_map(|end| what.strip_suffix(end)).unwrap_or(what))
}

/// What people are: "allergic to lupins", "vegan".
const TRAITS: [&str; 5] = ["allergic", "allergy", "intolerant", "vegan", "vegetarian"];

fn speaks_of_oneself(text: &str) -> bool {
    words(text).iter().any(|word| matches!(word.as_str(), "me" | "my" | "us" | "our"))
}

/// What somebody tells of themselves, whoever they are; nothing where it is of another kind.
fn traits(told: &str) -> BTreeSet<String> {
    const AROUND: [&str; 10] = ["im", "i", "am", "have", "a", "an", "also", "too", "really", "actually"];
    let said = words(told);
    if !said.iter().any(|word| TRAITS.contains(&word.as_str())) {
        return BTreeSet::new();
    }
    let kept = said.into_iter().filter(|word| !AROUND.contains(&word.as_str()) && !word.ends_with("ly"));
    let one = |word: String| if word == "allergy" { "allergic".to_owned() } else { word };
    let said = kept.map(one).collect::<Vec<_>>().join(" ");
    content_words(&said).into_iter().gather_set()
}

/// What was forbidden and is allowed: "you may use them again".
fn permitted(bare: &str) -> Option<&str> {
    const MAY: &[&str] = &[
        "you can ", "you may ", "we can ", "we may ", "its ok to ", "it is ok to ", "its fine to ", "it is fine to ",
        "feel free to ",
    ];
    let again = without_reason(bare)?.strip_suffix(" again")?;
    MAY.iter().find_map(|may| again.strip_prefix(may))
}

/// What somebody said of a thing, or asked for, is to be forgotten.
fn anything(bare: &str) -> Option<&str> {
    const FORGET: &[&str] = &[
        "forget about ", "forget ", "disregard ", "ignore ", "scrap ", "scratch ", "drop ", "cancel ", "never mind ",
        "nevermind ", "i take back ", "you can forget ", "you can drop ", "you can ignore ",
    ];
    let what = without_reason(bare)?;
    if let Some(told) = FORGET.iter().find_map(|verb| what.strip_prefix(verb)) {
        return said_of(told).or_else(|| rule_of(told));
    }
    const OVER: &[&str] = &[
        " no longer applies", " does not apply any more", " doesnt apply any more", " does not apply anymore",
        " doesnt apply anymore", " no longer holds", " is no longer needed", " is obsolete",
    ];
    let rule = OVER.iter().find_map(|over| what.strip_suffix(over))?;
    said_of(rule).or_else(|| rule_of(rule))
}

/// "What I said about x", "my request to do x".
fn said_of(told: &str) -> Option<&str> {
    const SPEECH: [&str; 12] = [
        "said", "told", "asked", "wrote", "rule", "rules", "request", "wish", "instruction", "instructions",
        "preference", "remark",
    ];
    const AROUND: [&str; 16] = [
        "what", "that", "everything", "all", "i", "you", "my", "the", "earlier", "previous", "old", "last", "before",
        "for", "had", "have",
    ];
    const LINKS: [&str; 6] = ["about", "regarding", "concerning", "on", "to", "with"];
    let (mut rest, mut speech) = (told, false);
    while let Some((word, tail)) = rest.split_once(' ') {
        if LINKS.contains(&word) {
            return speech.then_some(tail);
        }
        speech |= SPEECH.contains(&word);
        if !SPEECH.contains(&word) && !AROUND.contains(&word) {
            return None;
        }
        rest = tail;
    }
    None
}

/// "The x rule", "the x I asked for".
fn rule_of(told: &str) -> Option<&str> {
    const RULES: [&str; 10] = [
        " rule", " rules", " convention", " requirement", " policy", " i asked for", " i asked you for", " i wanted",
        " i mentioned", " we agreed on",
    ];
    let named =
        told.strip_prefix("the ").or_else(|| told.strip_prefix("my ")).or_else(|| told.strip_prefix("that "))?;
    RULES.iter().find_map(|rule| named.strip_suffix(rule))
}

/// Words that say how much or how long, not what.
const AROUND: [&str; 29] = [
    "actually", "again", "always", "any", "anymore", "avoid", "before", "first", "without", "do", "dont", "ever",
    "here", "longer", "more", "must", "never", "no", "not", "now", "only", "please", "really", "rule", "should",
    "stop", "thank", "thanks", "too",
];

fn first_stem(rule: &str) -> Option<String> {
    let first = words(rule).into_iter().find(|word| !AROUND.contains(&word.as_str()))?;
    stems(&first).into_iter().next()
}

fn stems(text: &str) -> BTreeSet<String> {
    let kept: Vec<String> = words(text).into_iter().filter(|word| !AROUND.contains(&word.as_str())).collect();
    // "Copying" has the stem "copy", and "copy" has "cop".
    let stems = content_words(&kept.join(" ")).into_iter().map(|once| stem(&once).to_owned());
    stems.map(without_doubling).gather_set()
}

/// "Adding" has the stem "ad", "add" has "add".
fn without_doubling(stem: String) -> String {
    let mut last = stem.chars().rev();
    let doubled = last.next().is_some_and(|c| last.next() == Some(c));
    if doubled { stem.get(..stem.len() - 1).unwrap_or_default().to_owned() } else { stem }
}

/// Whether a rule forbids: its first words say "never", "do not", "stop".
fn forbids(rule: &str) -> bool {
    words(rule).iter().any(|word| denies(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(said: &str, rule: &str) -> bool {
        Withdrawal::of(said).is_some_and(|withdrawal| withdrawal.ends(rule))
    }

    #[test]
    fn what_ends_a_rule() {
        for (said, rule) in [
            ("You can stop copying me on invoices.", "Always copy me on invoices."),
            ("Please stop adding tables to the summary.", "Always add tables to the summary."),
            ("Stop sorting the names, the list does it.", "Always sort the names in a report."),
            ("You no longer need to ring the depot.", "Always ring the depot before a delivery."),
            ("You don't have to lint the docs any more.", "Always lint the docs."),
            ("There is no need to ring the depot anymore.", "Always ring the depot."),
            ("Actually, no need to always ring the depot.", "Always ring the depot."),
            ("Do not ring the depot any longer.", "Ring the depot."),
            (
                "Forget what I said about raw strings, the parser needs them.",
                "Never use raw strings, only cooked ones.",
            ),
            ("Never mind the raw string rule.", "Never use raw strings."),
            ("The rule about raw strings no longer applies.", "Never use raw strings."),
            ("Forget what I told you about emojis.", "Always add emojis."),
            ("You may use raw strings again.", "Never use raw strings."),
            ("I no longer like corner rooms.", "I prefer corner rooms on trips."),
            ("I'm not allergic to lupins, that was a mistake.", "I'm allergic to lupins."),
            ("I don't have a lupin allergy any more, they tested it.", "I am severely allergic to lupins."),
            ("I am not vegan any more.", "I'm vegan."),
            ("You don't need to ask before shipping anymore.", "Never ship a crate without asking."),
            ("you don't need to ask me before shipping anymore", "Always ask before shipping a crate."),
            ("Please don't call me anymore.", "Always call me when a crate is late."),
            ("No need to ring us any more, thanks!", "Ring us before a delivery."),
        ] {
            assert!(ends(said, rule), "{said} | {rule}");
        }
    }

    #[test]
    fn what_does_not() {
        for (said, rule) in [
            // An exception, another thing, the same ban once more.
            ("You can stop ringing the depot of Nord Freight.", "Always ring the depot."),
            ("Stop ringing the depot, except on Mondays.", "Always ring the depot."),
            ("You can stop ringing the depot for today.", "Always ring the depot."),
            ("Stop ringing the depot.", "Never ring the depot."),
            ("Forget what I said about tests.", "Always run the tests of the api before a release."),
            ("You don't have to ring the depot.", "Always ring the depot."),
            ("Do not add any more notes.", "Always add notes."),
            ("No need to hurry any more.", "Always ring the depot."),
            ("Forget it.", "Always ring the depot."),
            ("Can you stop ringing the depot?", "Always ring the depot."),
            ("Please don't call me anymore.", "Always call Lea when a crate is late."),
            ("Don't ship without asking anymore.", "Never ship a crate by night."),
            // One of two, another one, somebody else.
            ("I'm not allergic to lupins.", "I'm allergic to lupins and celery."),
            ("I'm not allergic to lupins.", "I'm allergic to celery."),
            ("I'm not allergic to lupins.", "Ole is allergic to lupins."),
            ("I'm not allergic to lupins, only to celery.", "I'm allergic to lupins."),
        ] {
            assert!(!ends(said, rule), "{said} | {rule}");
        }
    }
}
