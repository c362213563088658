//! Where the content that a tool returns comes from: by the tool's name, and by the program where it runs commands.

use serde_json::Value;

use super::session::Outside;
use crate::ascii::is_any;
use crate::text::parts_of_name;

const WEB: [&str; 18] = [
    "bing", "browse", "browser", "crawl", "fetch", "google", "http", "navigate", "page", "scrape", "url", "urls",
    "web", "webfetch", "webpage", "website", "websearch", "wikipedia",
];
const MAIL: [&str; 14] = [
    "channel", "chat", "discord", "email", "emails", "gmail", "imap", "inbox", "mail", "mails", "outlook", "slack",
    "sms", "teams",
];
const FILE: [&str; 17] = [
    "cat", "directory", "document", "documents", "drive", "file", "files", "folder", "glob", "grep", "ls", "notebook",
    "open", "pdf", "read", "readme", "view",
];
const WEB_PROGRAMS: [&str; 6] = ["curl", "http", "https", "lynx", "w3m", "wget"];
const FILE_PROGRAMS: [&str; 15] =
    ["awk", "bat", "cat", "diff", "find", "git", "grep", "head", "jq", "less", "ls", "more", "rg", "sed", "tail"];

/// Where a call's result comes from, if from outside: what others wrote, as a page, a mail, a file, or over MCP.
/// `named` is what [`by_name`] gave for the tool.
pub(crate) fn outside(named: Option<Outside>, arguments: &Value) -> Option<Outside> {
    named.or_else(|| program(arguments))
}

/// The same by the tool's name alone.
pub(crate) fn by_name(tool: &str) -> Option<Outside> {
    if tool.starts_with("mcp__") {
        return Some(Outside::Mcp);
    }
    let words: Vec<&str> = parts_of_name(tool).collect();
    let named = |names: &[&str]| words.iter().any(|word| is_any(word, names));
    if named(&WEB) {
        Some(Outside::Web)
    } else if named(&MAIL) {
        Some(Outside::Mail)
    } else if named(&FILE) {
        Some(Outside::File)
    } else {
        None
    }
}

/// By what a command line runs, the last of a pipe's beginnings: `cd x && curl …`.
fn program(arguments: &Value) -> Option<Outside> {
    let command = ["command", "cmd", "script"].into_iter().find_map(|name| arguments.get(name)?.as_str())?;
    let starts = command
        .split(['|', ';', '&', '\n'])
        .filter_map(|part| part.split_whitespace().find(|word| !word.contains('=')));
    let kind = |program: &str| match program.rsplit('/').next().unwrap_or_default() {
        name if WEB_PROGRAMS.contains(&name) => Some(Outside::Web),
        name if FILE_PROGRAMS.contains(&name) => Some(Outside::File),
        _ => None,
    };
    starts.filter_map(kind).min()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn by_name_and_program() {
        for (tool, arguments, expected) in [
            ("WebFetch", json!({}), Some(Outside::Web)),
            ("get_webpage", json!({}), Some(Outside::Web)),
            ("read_inbox", json!({}), Some(Outside::Mail)),
            ("search_emails", json!({}), Some(Outside::Mail)),
            ("Read", json!({}), Some(Outside::File)),
            ("mcp__github__get_issue", json!({}), Some(Outside::Mcp)),
            ("Bash", json!({"command": "cd /srv && curl -s https://example.org | jq ."}), Some(Outside::Web)),
            ("bash", json!({"command": "cat notes.txt"}), Some(Outside::File)),
            ("Bash", json!({"command": "npm test"}), None),
            ("book_flight", json!({"to": "web"}), None),
        ] {
            assert_eq!(outside(by_name(tool), &arguments), expected, "{tool} {arguments}");
        }
    }
}
