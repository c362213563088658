//! Values that show by the shape of one token: addresses, paths, versions, code, identifiers.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Value, ValueKind};

/// A token that is a value by its own shape.
pub(super) fn read(token: &str) -> Option<Value> {
    let of = |kind, text: &str| Some(Value::new(kind, text));
    if token.contains("://") {
        return of(ValueKind::Url, token.trim_end_matches('/'));
    }
    if token.starts_with("--") && token.len() > 2 || token.len() == 2 && token.starts_with('-') && token != "--" {
        return of(ValueKind::Flag, token);
    }
    if token.contains('@') && token.contains('.') && !token.starts_with('@') {
        return of(ValueKind::Mail, token);
    }
    if is_path(token) {
        return of(ValueKind::Path, token.trim_end_matches('/'));
    }
    by_digits(token).or_else(|| {
        let lettered = token.chars().filter(|c| c.is_alphanumeric()).count() > 1;
        let joined = lettered && token.contains('_') || token.contains("::") || token.contains("()");
        // #channel and @person name one thing like an identifier does.
        let named = token.len() > 2 && token.starts_with(['#', '@']);
        match (joined, named) {
            (true, _) => of(ValueKind::Code, token),
            (_, true) => of(ValueKind::Identifier, token),
            _ => host(token),
        }
    })
}

/// A host name: three labels or more, or two with an ending that only hosts have.
fn host(token: &str) -> Option<Value> {
    let (name, port) = token.split_once(':').unwrap_or((token, ""));
    let labels: Vec<&str> = name.split('.').collect();
    let named = labels.iter().all(|l| l.len() >= 2 && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
    let known =
        matches!(labels.last(), Some(&("com" | "org" | "net" | "io" | "dev" | "local" | "internal" | "example")));
    let ported = port.bytes().all(|b| b.is_ascii_digit());
    (named && ported && (labels.len() >= 3 || labels.len() == 2 && known))
        .then(|| Value::new(ValueKind::Address, token))
}

fn by_digits(token: &str) -> Option<Value> {
    if !token.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let of = |kind, text: &str| Some(Value::new(kind, text));
    if is_address(token) {
        return of(ValueKind::Address, token);
    }
    if let Some(port) = token.strip_prefix(':').filter(|port| port.parse::<u16>().is_ok()) {
        return of(ValueKind::Port, port);
    }
    let body = token.strip_prefix('v').unwrap_or(token);
    let plain = body.starts_with(|c: char| c.is_ascii_digit());
    let dotted = body.split('.').all(|part| part.starts_with(|c: char| c.is_ascii_digit()));
    if plain && dotted && (body.split('.').count() >= 3 || body.len() < token.len()) {
        return of(ValueKind::Version, body);
    }
    if plain && body.contains(':') && body.split(':').all(|part| part.len() <= 4) {
        // "2:00" is "02:00".
        let padded = body.find(':').filter(|at| *at == 1).map(|_| format!("0{body}"));
        return of(ValueKind::Time, padded.as_deref().unwrap_or(body));
    }
    let hex = token.strip_prefix("sha256:").unwrap_or(token);
    let is_hash = hex.len() >= 7 && hex.bytes().all(|b| b.is_ascii_hexdigit());
    of(
        if is_hash && hex.bytes().any(|b| b.is_ascii_lowercase()) { ValueKind::Hash } else { ValueKind::Identifier },
        token,
    )
}

/// An address of version 4 or 6, with or without a port or the length of a network.
fn is_address(token: &str) -> bool {
    let alone = token.split_once('/').map_or(token, |(address, _)| address);
    let (before, port) = alone.rsplit_once(':').unwrap_or((alone, "0"));
    alone.parse::<Ipv4Addr>().is_ok()
        || before.parse::<Ipv4Addr>().is_ok() && port.parse::<u16>().is_ok()
        || alone.contains("::") && alone.parse::<Ipv6Addr>().is_ok()
        || alone.matches(':').count() == 7 && alone.parse::<Ipv6Addr>().is_ok()
}

fn is_path(token: &str) -> bool {
    let rooted =
        token.starts_with('/') || token.starts_with("~/") || token.starts_with("./") || token.starts_with("../");
    let slashes = token.matches('/').count();
    let has_letter = token.chars().any(char::is_alphabetic);
    let extension = token.rsplit_once('.').is_some_and(|(stem, end)| {
        !stem.is_empty() && (1..=5).contains(&end.len()) && end.bytes().all(|b| b.is_ascii_lowercase())
    });
    has_letter
        && !is_address(token)
        && (rooted && token.len() > 1 || slashes >= 2 || slashes == 1 && extension || extension && is_file(token))
}

fn is_file(token: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "c", "conf", "cpp", "css", "csv", "go", "html", "ini", "java", "js", "json", "jsonl", "lock", "log", "md",
        "mjs", "pdf", "png", "py", "rb", "rs", "sh", "sql", "svg", "toml", "ts", "tsx", "txt", "xml", "yaml", "yml",
    ];
    token.rsplit_once('.').is_some_and(|(_, end)| ENDINGS.binary_search(&end).is_ok())
}
