//! Fits the classifier of `compare` and writes `src/compare/weights.rs`: `cargo run --release --example fit_classifier`.
//!
//! The pairs come from the groups of texts beside it, which were written for it. Logistic regression with a ridge penalty (Newton's
//! method), calibrated by isotonic regression on scores that were predicted with the pair's group left out. There is
//! no chance in it: the same groups and the same engine give the same file.

mod pairs;
mod regression;
mod rewording;

use std::error::Error;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use lucidream::compare::{FEATURE_COUNT, FEATURES, Language};
use pairs::Pair;
use regression::{Model, fit, isotonic, weights};

const GROUPS: [&str; 6] = ["groups.txt", "scenes.txt", "siblings.txt", "reports.txt", "accounts.txt", "notes.txt"];
// Groups are dealt into this many folds for calibration.
const FOLDS: usize = 10;

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &&str| fs::read_to_string(root.join("examples/fit_classifier").join(name));
    let pairs = pairs::read(&GROUPS.iter().map(read).collect::<io::Result<Vec<String>>>()?.join("\n"));
    let mut text = String::from(
        "//! Written by `cargo run --release --example fit_classifier`; not to be edited.\n\nuse super::classifier::Fitted;\n",
    );
    for (name, what, language) in [
        ("ENGLISH", "Texts that the sentence model knows", Language::English),
        ("LETTERS", "Texts in other languages with letters", Language::Letters),
        ("SIGNS", "Texts in scripts without spaces", Language::Signs),
    ] {
        let of_language = pairs.iter().filter(|pair| pair.language == language && !pair.words_differ());
        let pairs: Vec<Pair> = of_language.cloned().collect();
        let model = fit(&pairs);
        let scored = left_out(&pairs);
        report(name, &pairs, &model, &scored)?;
        text.push_str(&rust(name, what, &model, &isotonic(scored)));
    }
    Ok(fs::write(root.join("src/compare/weights.rs"), text)?)
}

/// Each pair's raw score by a model that saw nothing of its group, whether it is a duplicate, and what it weighs.
fn left_out(pairs: &[Pair]) -> Vec<(f64, bool, f64)> {
    let mut scored = Vec::new();
    let all: Vec<(Pair, f64)> = pairs.iter().cloned().zip(weights(pairs)).collect();
    for fold in 0..FOLDS {
        let (out, seen): (Vec<_>, Vec<_>) = all.iter().cloned().partition(|(pair, _)| pair.group % FOLDS == fold);
        let model = fit(&seen.into_iter().map(|(pair, _)| pair).collect::<Vec<_>>());
        scored.extend(out.iter().map(|(pair, weight)| (model.score(&pair.features), pair.origin.same(), *weight)));
    }
    scored
}

fn report(name: &str, pairs: &[Pair], model: &Model, scored: &[(f64, bool, f64)]) -> io::Result<()> {
    let mut out = io::stderr().lock();
    let same = pairs.iter().filter(|pair| pair.origin.same()).count();
    let right = scored.iter().filter(|(score, same, _)| (*score > 0.0) == *same).count();
    let all = pairs.len();
    writeln!(out, "{name}: {all} pairs, {same} the same; {right} told right with their group left out")?;
    for (feature, weight) in FEATURES.iter().zip(model.weights) {
        writeln!(out, "  {feature:14} {weight:7.3}")?;
    }
    writeln!(out, "  {:14} {:7.3}", "bias", model.bias)
}

fn rust(name: &str, what: &str, model: &Model, steps: &[(f64, f64)]) -> String {
    let list = |numbers: &[f64]| numbers.iter().map(|n| format!("{n:?}")).collect::<Vec<_>>().join(", ");
    let steps: Vec<String> = steps.iter().map(|(raw, share)| format!("({raw:?}, {share:?})")).collect();
    format!(
        "\n/// {what}.\n#[rustfmt::skip]\npub(super) static {name}: Fitted<{FEATURE_COUNT}> = Fitted {{\n    weights: [{}],\n    bias: {:?},\n    calibration: &[{}],\n}};\n",
        list(&model.weights),
        model.bias,
        steps.join(", ")
    )
}
