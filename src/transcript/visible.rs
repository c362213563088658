//! What of a text can be seen: terminals' escapes, control characters and marks that turn the direction of writing or have
//! no width say nothing to a reader, and hide something from him at best.

use std::iter::Peekable;
use std::str::Chars;

use serde_json::Value;

/// The text without what cannot be seen. Joiners stay: scripts and emoji need them.
pub(super) fn visible(text: String) -> String {
    // Nearly all texts are plain: one look, in blocks so that it runs on many bytes at once.
    let odd = |byte: u8| byte < b'\t' || (0x0b..0x20).contains(&byte) && byte != b'\r' || byte >= 0x7f;
    let plain = !text.as_bytes().chunks(64).any(|block| block.iter().fold(false, |seen, byte| seen | odd(*byte)));
    if plain || !text.chars().any(is_hidden) {
        return text;
    }
    let mut shown = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' => skip_escape(&mut chars),
            c if is_hidden(c) => {}
            c => shown.push(c),
        }
    }
    shown
}

/// The same for all texts of a value.
pub(super) fn visible_in(value: &mut Value) {
    match value {
        Value::String(text) => *text = visible(std::mem::take(text)),
        Value::Array(items) => items.iter_mut().for_each(visible_in),
        Value::Object(fields) => fields.values_mut().for_each(visible_in),
        _ => {}
    }
}

fn is_hidden(c: char) -> bool {
    let kept = matches!(c, '\t' | '\n' | '\r');
    let marks = matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{2060}' | '\u{feff}');
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() && !kept || marks || turns || matches!(c, '\u{e0000}'..='\u{e007f}')
}

/// What belongs to an escape: `[31m`, `]0;title` up to its end, or else one letter.
fn skip_escape(chars: &mut Peekable<Chars>) {
    match chars.peek() {
        Some('[') => {
            chars.next();
            // Only digits and signs stand before the letter that ends it.
            while chars.next_if(|c| matches!(c, ' '..='?')).is_some() {}
            chars.next_if(|c| matches!(c, '@'..='~'));
        }
        Some(']') => while chars.next_if(|c| !matches!(c, '\u{7}' | '\u{1b}' | '\n')).is_some() {},
        Some('\\' | '(' | ')' | '=' | '>' | 'c' | '7' | '8' | 'M') => {
            chars.next();
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn what_can_be_seen() {
        for (text, shown) in [
            ("\u{1b}[1;31mred\u{1b}[0m wine", "red wine"),
            ("\u{1b}]0;title\u{7}done\u{1b}[2K", "done"),
            ("a\u{202e}b\u{200b}c\u{e0041}\u{feff}", "abc"),
            ("bell\u{7} back\u{8}", "bell back"),
            ("tab\tline\nreturn\r\n", "tab\tline\nreturn\r\n"),
            ("naïve – “ja” 👩\u{200d}🚀", "naïve – “ja” 👩\u{200d}🚀"),
            ("cut \u{1b}[31", "cut "),
            ("", ""),
        ] {
            assert_eq!(visible(text.to_owned()), shown, "{text:?}");
        }
    }
}
