//! What of a text can be seen: terminals' escapes, control characters and marks that turn the direction of writing or have
//! no width say nothing to a reader, and hide something from him at best.

use std::iter::Peekable;
use std::str::Chars;

use serde_json::Value;

/// The text without what cannot be seen. Joiners stay: scripts and emoji need them.
pub(super) fn visible(text: String) -> String {
    if !hides(&text) {
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

/// Whether a text has a hidden character. Nearly none has, so it is looked through in blocks, many bytes at once; only where
/// a byte could begin one the character is read.
fn hides(text: &str) -> bool {
    const BLOCK: usize = 64;
    let hidden_at = |at: usize| text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(is_hidden);
    text.as_bytes().chunks(BLOCK).enumerate().any(|(number, block)| {
        let odd = block.iter().fold(false, |seen, byte| seen | may_begin_hidden(*byte));
        odd && block.iter().zip(number * BLOCK..).any(|(byte, at)| may_begin_hidden(*byte) && hidden_at(at))
    })
}

/// Control characters, and what the UTF-8 of the others begins with.
#[inline(always)]
fn may_begin_hidden(byte: u8) -> bool {
    let control = byte < b'\t' || (0x0b..0x20).contains(&byte) && byte != b'\r';
    control || matches!(byte, 0x7f | 0xc2 | 0xd8 | 0xe2 | 0xef | 0xf3)
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
    use super::{is_hidden, may_begin_hidden, visible};

    #[test]
    fn no_hidden_character_begins_otherwise() {
        for c in ('\0'..=char::MAX).filter(|c| is_hidden(*c)) {
            let first = c.to_string().bytes().next();
            assert!(first.is_some_and(may_begin_hidden), "{c:?}");
        }
    }

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
