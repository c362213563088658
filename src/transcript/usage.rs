//! Tokens that model calls took, under the names that the vendors give them.

use super::json::Json;
use super::session::Tokens;

/// Fields that add up to what a model read. A vendor writes one of the first group, and those of the second beside it.
const INPUT: [&str; 5] = ["input_tokens", "prompt_tokens", "inputTokens", "promptTokens", "input"];
const CACHED: [&str; 4] = ["cache_creation_input_tokens", "cache_read_input_tokens", "cacheRead", "cacheWrite"];
const OUTPUT: [&str; 5] = ["output_tokens", "completion_tokens", "outputTokens", "completionTokens", "output"];

/// The tokens of a `usage` object in any of its forms.
pub(crate) fn tokens(usage: &Json<'_>) -> Option<Tokens> {
    let number = |key: &&str| match usage.get(key)? {
        Json::Number(number) => number.as_u64(),
        Json::Text(digits) => digits.parse().ok(),
        _ => None,
    };
    let (input, output) = (INPUT.iter().find_map(number), OUTPUT.iter().find_map(number));
    input.or(output)?;
    let cached = CACHED.iter().filter_map(number).fold(0, u64::saturating_add);
    Some(Tokens { input: input.unwrap_or_default().saturating_add(cached), output: output.unwrap_or_default() })
}

/// The sum over a session.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    total: Option<Tokens>,
    /// The message counted last, and with how much: its lines repeat the usage, and the last one is final.
    last: Option<(String, Tokens)>,
}

impl Usage {
    /// Adds what one model call took.
    pub(crate) fn add(&mut self, tokens: Tokens) {
        let total = self.total.get_or_insert_default();
        total.input = total.input.saturating_add(tokens.input);
        total.output = total.output.saturating_add(tokens.output);
    }

    /// Adds what a message took that may have been counted, in part, by its line before.
    pub(crate) fn add_message(&mut self, id: &str, tokens: Tokens) {
        let counted = match &self.last {
            Some((last, counted)) if last == id => *counted,
            _ => Tokens::default(),
        };
        let most = Tokens { input: tokens.input.max(counted.input), output: tokens.output.max(counted.output) };
        self.add(Tokens { input: most.input - counted.input, output: most.output - counted.output });
        self.last = Some((id.to_owned(), most));
    }

    /// Takes over a sum that the recorder kept itself.
    pub(crate) fn set(&mut self, total: Tokens) {
        self.total = Some(total);
    }

    pub(crate) fn total(&self) -> Option<Tokens> {
        self.total
    }
}
