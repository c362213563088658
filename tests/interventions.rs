//! What a digest says of how people met their agent: where they stepped in, how it ended, what it took.
#![cfg(not(target_arch = "wasm32"))]

use std::path::Path;

use lucidream::digest::InterventionKind;
use lucidream::transcript::Tokens;
use lucidream::{Digest, digest_transcript};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn first_of(case: &str) -> Result<Digest, Box<dyn std::error::Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/reading").join(case);
    let digested = digest_transcript(&std::fs::read(path)?, None)?;
    Ok(digested.digests.into_iter().next().ok_or("no session")?)
}

/// Kind, tool, what it was about, and what the person said then.
type StepIn<'d> = (InterventionKind, Option<&'d str>, Option<&'d str>, Option<&'d str>);

fn steps_in(digest: &Digest) -> Vec<StepIn<'_>> {
    digest
        .interventions
        .iter()
        .map(|one| {
            let about = one.about.as_ref().map(|evidence| evidence.quote.as_str());
            let said = one.said.as_ref().map(|evidence| evidence.quote.as_str());
            (one.kind, one.tool.as_deref(), about, said)
        })
        .collect()
}

#[test]
fn people_refuse_calls_and_stop_agents() -> Outcome {
    use InterventionKind::{Interruption, Refusal};
    assert_eq!(
        steps_in(&first_of("refused.jsonl")?),
        [(Refusal, Some("bash"), Some("bash {\"command\":\"rm -r build\"}"), Some("No, only the cache."))]
    );
    let push = "shell {\"command\":[\"git\",\"push\"]}";
    assert_eq!(
        steps_in(&first_of("codex-refused.jsonl")?),
        [
            (Refusal, Some("shell"), Some(push), Some("Ask before you push.")),
            (Interruption, Some("shell"), Some(push), Some("Ask before you push.")),
        ]
    );
    assert_eq!(
        steps_in(&first_of("pi.jsonl")?),
        [(Interruption, Some("bash"), Some("bash {\"command\":\"make\"}"), Some("No, use make all."))]
    );
    let stopped = first_of("claude-code.jsonl")?;
    let kinds: Vec<InterventionKind> = stopped.interventions.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [Refusal, Refusal, Interruption]);
    Ok(())
}

/// A message whose lines repeat its usage is counted once, a running sum is taken as it is.
#[test]
fn tokens_and_time() -> Outcome {
    for (case, input, output) in [("claude-code.jsonl", 12, 6), ("codex-refused.jsonl", 250, 19), ("pi.jsonl", 111, 20)]
    {
        assert_eq!(first_of(case)?.counts.tokens, Some(Tokens { input, output }), "{case}");
    }
    assert_eq!(first_of("pi.jsonl")?.counts.duration_ms, Some(5_000));
    assert_eq!(first_of("refused.jsonl")?.counts.duration_ms, None);
    Ok(())
}

/// A label goes before the user's last words; without either the outcome is unknown.
#[test]
fn success_is_labelled_or_said() -> Outcome {
    let outcome = |label: &str, last: &str| -> Result<Option<bool>, lucidream::Error> {
        let line = format!(
            r#"{{"id":"a"{label},"messages":[{{"role":"user","content":"Fix it."}},{{"role":"assistant","content":"Done."}},{{"role":"user","content":"{last}"}}]}}"#
        );
        Ok(digest_transcript(line.as_bytes(), None)?.digests.first().and_then(Digest::success))
    };
    assert_eq!(outcome("", "It works now.")?, Some(true));
    assert_eq!(outcome("", "It still fails.")?, Some(false));
    assert_eq!(outcome("", "Thanks!")?, None);
    assert_eq!(outcome(r#","outcome":{"success":false}"#, "It works now.")?, Some(false));
    assert_eq!(outcome(r#","outcome":{"reward":1.0}"#, "It still fails.")?, Some(true));
    assert_eq!(outcome(r#","outcome":{"reward":0.4}"#, "Thanks!")?, None);
    Ok(())
}
