//! One pass of the rules over a text.

use super::{Seen, anchor, assignment, base64, code, command, login, manifest, personal, place, said, sentence, token};
use crate::order::Arrange as _;

/// Bytes of a text that are a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) kind: &'static str,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Span {
    fn is_empty(self) -> bool {
        self.end <= self.start
    }
}

/// What a placeholder begins with.
pub(super) const MARK: &[u8] = b"[REDACTED:";

/// Bytes without which no rule finds anything: `pwd=q7Vt`, `a://b:c@`.
const SHORTEST: usize = 8;

/// All secrets that the rules find, in order and without overlap.
pub(super) fn scan(text: &str) -> Vec<Span> {
    look(text).0
}

/// The same, and what the look showed.
pub(super) fn look(text: &str) -> (Vec<Span>, Seen) {
    let bytes = text.as_bytes();
    if bytes.len() < SHORTEST {
        return (Vec::new(), if bytes.is_empty() { Seen::Nothing } else { Seen::Steering });
    }
    let (places, steering) = anchor::places(bytes);
    // It is one of the anchors.
    let marked = places.iter().any(|at| bytes.get(*at..).is_some_and(|rest| rest.starts_with(MARK)));
    let found = try_at(bytes, places);
    let seen = match marked || !found.is_empty() {
        true => Seen::Something,
        false if steering => Seen::Steering,
        false => Seen::Nothing,
    };
    (found, seen)
}

/// Secrets with the personal data of their text, where none of them stands.
pub(super) fn with_personal(text: &str, secrets: Vec<Span>) -> Vec<Span> {
    let mut spans = secrets.clone();
    let bytes = text.as_bytes();
    let apart = |span: &Span| {
        let after = secrets.partition_point(|secret| secret.end <= span.start);
        secrets.get(after).is_none_or(|secret| secret.start >= span.end) && !touches_placeholder(bytes, span)
    };
    spans.extend(personal::spans(bytes).into_iter().filter(apart));
    spans.arrange_by_key(|span| span.start);
    spans
}

/// Tries the rules at some places, in order.
fn try_at(text: &[u8], places: impl IntoIterator<Item = usize>) -> Vec<Span> {
    let (mut spans, mut done) = (Vec::<Span>::new(), 0);
    for at in places {
        if at < done {
            continue;
        }
        if let Some(length) = placeholder_length(text, at) {
            done = at + length;
            continue;
        }
        let Some(span) = rule(text, at).filter(|span| !span.is_empty() && !touches_placeholder(text, span)) else {
            continue;
        };
        done = span.end.max(done);
        // A token may begin before the place that gave it away.
        if spans.last().is_none_or(|last| last.end <= span.start) {
            spans.push(span);
        }
    }
    spans
}

/// The secret that a rule finds at a place. What the rules see is the text around it, never where the pass came from.
fn rule(text: &[u8], at: usize) -> Option<Span> {
    match text.get(at)? {
        b'-' => place::private_key(text, at).or_else(|| place::option(text, at)),
        b':' => {
            let place = place::url_password(text, at).or_else(|| place::cookie(text, at));
            let said = place.or_else(|| assignment::at(text, at, at)).or_else(|| manifest::value(text, at));
            said.or_else(|| login::pgpass(text, at))
        }
        b'=' | b',' | b'>' | b'|' => assignment::at(text, at, at),
        b' ' => said::told(text, at).or_else(|| sentence::at(text, at)).or_else(|| login::pair(text, at)),
        b'@' => login::at_host(text, at),
        byte if byte.is_ascii_alphanumeric() || *byte == b'_' => {
            let token = token::at(text, at).or_else(|| place::authorization(text, at));
            let named = token.or_else(|| command::at(text, at)).or_else(|| code::at(text, at));
            named.or_else(|| base64::at(text, at)).or_else(|| code::card(text, at))
        }
        _ => None,
    }
}

/// The longest placeholder: mark, kind and number.
const LONGEST_PLACEHOLDER: usize = 64;

/// Length of the placeholder that begins at `at`.
pub(super) fn placeholder_length(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let near = rest.get(..LONGEST_PLACEHOLDER.min(rest.len()))?.strip_prefix(MARK)?;
    near.iter().position(|byte| *byte == b']').map(|end| MARK.len() + end + 1)
}

/// Whether a span lies in a placeholder or holds one: what is replaced already stays as it is.
pub(super) fn touches_placeholder(text: &[u8], span: &Span) -> bool {
    let before = span.start.saturating_sub(LONGEST_PLACEHOLDER);
    let near = text.get(before..text.len().min(span.end + MARK.len() - 1)).unwrap_or_default();
    let mut marks = near.windows(MARK.len()).zip(before..).filter(|(window, _)| *window == MARK).map(|(_, at)| at);
    marks.any(|at| match placeholder_length(text, at) {
        Some(length) => at + length > span.start,
        None => at >= span.start && at + MARK.len() <= span.end,
    })
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::redact::Redactor;
    use crate::trust;

    /// Pieces of what the rules look for.
    const PIECES: &[&str] = &[
        "password",
        "DB_PASSWORD",
        "api_key",
        "my-token",
        "secret",
        "key",
        "value",
        "name",
        "auth",
        "is",
        "pass",
        "_pw",
        "sig",
        "heroku",
        "creds",
        "--",
        "-u ",
        "--user ",
        " ",
        " ",
        "\n",
        "\t",
        "=",
        ":",
        "=>",
        ":=",
        "||",
        ">",
        ",",
        "\"",
        "'",
        "`",
        "\\\"",
        "\\n",
        "(",
        ")",
        "[",
        "]",
        "?",
        ".",
        "Bearer ",
        "basic ",
        "Cookie: ",
        "Set-Cookie: ",
        "sid=",
        "://",
        "user:",
        "@",
        "s.",
        "SK",
        "ghp_aB3dE5gH7jK9mN1pQ3sT5vX7zA9cD1fG3hJ5",
        "q7Vt2LmZx9Kd4Rw8",
        "0123456789abcdef0123456789abcdef",
        "72138808",
        ":A94tnwlavyfErGPmpGXafq0fjzLczbttOof",
        "3Q~JmpflvJfupxqZKm4bV3AyAVHnyrvWdFrK9x",
        ".atlasv1.",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6",
        "-----BEGIN PRIVATE KEY-----",
        "-----END PRIVATE KEY-----",
        "[REDACTED:password:1]",
        "[REDACTED:",
        "hunter2",
        "mysql -u root",
        " -p",
        "sshpass",
        " base64 -d",
        "echo ",
        "YW5uYTpnYXJ0ZW41Nw==",
        "LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFWS0tLS0tCk1IY0NBUUVFSUZ4eXo",
        "pw",
        "passphrase",
        " was changed from ",
        " to ",
        " pass ",
        "Garten-Zaun-57",
        "copper lantern fence garden",
        " / ",
        ":5432:",
        "@db.x:1",
        "4111111111111111",
        " cvc ",
        "123",
        "PIN ",
        "recovery code ",
        "identified",
        " by ",
        "é",
        "a",
        "Z9",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        /// The places that the anchors give are enough: looking at every byte finds the same.
        #[test]
        fn anchors_miss_nothing(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..16)) {
            let text = pieces.concat();
            prop_assert_eq!(scan(&text), try_at(text.as_bytes(), 0..text.len()), "{}", text);
        }

        /// Later stages do not look for instructions in what is seen as nothing, also once secrets are replaced in it.
        #[test]
        fn nothing_seen_is_no_instruction(
            pieces in prop::collection::vec(prop::sample::select(PIECES), 0..6),
            cues in prop::collection::vec((prop::sample::select(trust::cues().collect::<Vec<_>>()), 0usize..6), 0..2),
        ) {
            let mut pieces = pieces;
            cues.into_iter().for_each(|(cue, at)| pieces.insert(at.min(pieces.len()), cue));
            let mut text = pieces.concat();
            let mut redactor = Redactor::new();
            let seen = redactor.learn(&text);
            prop_assert!(seen != Seen::Nothing || trust::instructions(&text).is_empty(), "{}", text);
            PIECES.iter().for_each(|piece| {
                redactor.learn(&format!("password=\"{piece}\""));
            });
            redactor.replace_in_seen(&mut text, seen);
            prop_assert!(seen != Seen::Nothing || trust::instructions(&text).is_empty(), "{}", text);
        }

        #[test]
        fn anchors_miss_nothing_in_any_text(text in "(?s).{0,200}") {
            prop_assert_eq!(scan(&text), try_at(text.as_bytes(), 0..text.len()));
        }
    }
}
