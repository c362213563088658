//! The small parts that findings are worded with.

use std::collections::BTreeSet;

use crate::digest::is_place;
use crate::evidence::prefix;
use crate::text::capitalised;

const MESSAGE_BYTES: usize = 160;

/// "one session", "3 sessions".
pub(crate) fn count(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("one {one}") } else { format!("{n} {many}") }
}

/// "a", "a and b", "a, b and c".
pub(crate) fn list(mut items: Vec<String>) -> String {
    match items.pop() {
        Some(last) if items.is_empty() => last,
        Some(last) => format!("{} and {last}", items.join(", ")),
        None => String::new(),
    }
}

/// First letter upper case, a full stop at the end.
pub(crate) fn sentence(text: &str) -> String {
    capitalised(text.trim_end_matches('.')) + "."
}

/// A message on one line, cut after a whole sentence where there is one, else after a word.
pub(crate) fn shortened(message: &str) -> String {
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = without_frame(&line);
    let cut = prefix(line, MESSAGE_BYTES);
    let whole = match (cut.len() < line.len(), cut.rfind(". ").filter(|end| *end >= 30)) {
        (false, _) => return line.trim_end_matches(['.', ' ']).to_owned(),
        (true, Some(end)) => return cut.get(..end).unwrap_or_default().to_owned(),
        (true, None) => cut.rfind(' ').and_then(|end| cut.get(..end)).unwrap_or(cut),
    };
    format!("{} …", whole.trim_end_matches([',', '.', ' ', '(']))
}

/// Without what stands before a message of any kind: a place in a file, the word error.
fn without_frame(line: &str) -> &str {
    let mut rest = line;
    while let Some((first, tail)) = rest.split_once(' ') {
        if !(is_place(first) || matches!(first, "<place>:" | "<path>:" | "Error:" | "error:" | "ERROR:")) {
            break;
        }
        rest = tail;
    }
    rest
}

/// A template with the values that all messages have in the same place, and `…` for those that differ and say nothing by
/// the name of their kind.
pub(crate) fn shared(template: &str, messages: &BTreeSet<&str>) -> String {
    let masked: Vec<&str> = template.split_whitespace().collect();
    let told: Vec<Vec<&str>> = messages.iter().map(|message| message.split_whitespace().collect()).collect();
    // A quotation of several words is one mask.
    let aligned = told.iter().all(|words| words.len() == masked.len());
    let word = |(place, mask): (usize, &&str)| {
        let mut values = told.iter().filter_map(|words| words.get(place));
        match values.next().filter(|first| aligned && values.all(|value| value == *first)) {
            Some(value) => (*value).to_owned(),
            None => ["<text>", "<id>", "[…]"].iter().fold((*mask).to_owned(), |word, mask| word.replace(mask, "…")),
        }
    };
    masked.iter().enumerate().map(word).collect::<Vec<_>>().join(" ")
}

/// A message without the frame in which MCP servers put it, which only names the tool again.
pub(crate) fn unframed(message: &str, tools: &BTreeSet<&str>) -> String {
    let own = |tool: &&str| format!("Error executing tool {}: ", tool.rsplit("__").next().unwrap_or(tool));
    let frame = tools.iter().map(own).find(|frame| message.starts_with(frame.as_str()));
    frame.and_then(|frame| message.strip_prefix(&frame)).unwrap_or(message).to_owned()
}
