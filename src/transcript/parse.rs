//! Parsing an item of a transcript, fast. What is not plainly JSON is left to serde_json, so that there is one judge of
//! what is wrong and one wording for it.

use std::borrow::Cow;

use serde::de::DeserializeSeed as _;
use serde_json::Number;

use crate::canonical::plain_length;

use super::json::{Depth, Json, TEXT_ONLY};

/// The value that a text is; nothing where serde_json has to judge.
pub(super) fn value(text: &str) -> Option<Json<'_>> {
    let mut parser = Parser { text, at: 0, open: 0, skips: false, unescaped: String::new() };
    let value = parser.value(Depth::Item)?;
    parser.blanks();
    (parser.at == text.len()).then_some(value)
}

/// What is nested deeper is left to serde_json, which refuses it at 128.
const DEEPEST: u32 = 100;

/// Fields that an object has as a rule.
const FIELDS: usize = 8;

struct Parser<'a> {
    text: &'a str,
    at: usize,
    /// Brackets that are open.
    open: u32,
    /// What comes is only passed over.
    skips: bool,
    /// Where texts with escapes are put together.
    unescaped: String,
}

impl<'a> Parser<'a> {
    fn value(&mut self, depth: Depth) -> Option<Json<'a>> {
        match self.next()? {
            b'"' => self.string().map(Json::Text),
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            b't' => self.word("rue", Json::Bool(true)),
            b'f' => self.word("alse", Json::Bool(false)),
            b'n' => self.word("ull", Json::Null),
            b'-' | b'0'..=b'9' => self.number(),
            _ => None,
        }
    }

    fn object(&mut self, depth: Depth) -> Option<Json<'a>> {
        if depth == Depth::TextOnly && !self.skips {
            return self.skipped(b'{');
        }
        self.enter()?;
        let mut pairs = Vec::with_capacity(if self.skips { 0 } else { FIELDS });
        let mut next = self.next()?;
        while next != b'}' {
            let key = if next == b'"' { self.string()? } else { return None };
            let filtered = depth == Depth::Item && TEXT_ONLY.contains(&key.as_ref());
            (self.next()? == b':').then_some(())?;
            // Most values are strings: a way without a call.
            let value = match self.next()? {
                b'"' => Json::Text(self.string()?),
                _ => {
                    self.at -= 1;
                    self.value(if filtered { Depth::TextOnly } else { Depth::Inner })?
                }
            };
            if !self.skips {
                pairs.push((key, value));
            }
            next = self.after(b'}')?;
        }
        self.open -= 1;
        Some(Json::Object(pairs))
    }

    fn list(&mut self, depth: Depth) -> Option<Json<'a>> {
        if depth == Depth::TextOnly && !self.skips {
            return self.skipped(b'[');
        }
        self.enter()?;
        let mut items = Vec::new();
        let mut next = self.next()?;
        while next != b']' {
            self.at -= 1;
            let item = self.value(depth)?;
            if !self.skips {
                items.push(item);
            }
            next = self.after(b']')?;
        }
        self.open -= 1;
        Some(Json::List(items))
    }

    /// A list or an object of which only has to be known that it is one.
    fn skipped(&mut self, bracket: u8) -> Option<Json<'a>> {
        self.skips = true;
        let done = if bracket == b'[' { self.list(Depth::TextOnly) } else { self.object(Depth::TextOnly) };
        self.skips = false;
        done.map(|_| Json::Null)
    }

    fn enter(&mut self) -> Option<()> {
        self.open += 1;
        (self.open <= DEEPEST).then_some(())
    }

    /// What follows a value in brackets: their end, or the first byte behind a comma.
    fn after(&mut self, end: u8) -> Option<u8> {
        match self.next()? {
            b',' => self.next().filter(|byte| *byte != end),
            byte => (byte == end).then_some(byte),
        }
    }

    /// The next byte that is not blank.
    // Inlined also where the module is compiled for size: this is done for each byte between the strings.
    #[inline(always)]
    fn next(&mut self) -> Option<u8> {
        self.blanks();
        let byte = *self.text.as_bytes().get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    #[inline(always)]
    fn blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.text.as_bytes().get(self.at) {
            self.at += 1;
        }
    }

    fn word(&mut self, rest: &str, value: Json<'a>) -> Option<Json<'a>> {
        let end = self.at + rest.len();
        (self.text.get(self.at..end)? == rest).then(|| {
            self.at = end;
            value
        })
    }

    fn number(&mut self) -> Option<Json<'a>> {
        let start = self.at - 1;
        let rest = self.text.as_bytes().get(start..)?;
        let length =
            rest.iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')).count();
        let digits = self.text.get(start..start + length)?;
        self.at = start + length;
        // Whole numbers of few digits are nearly all there are.
        let whole = matches!(digits.as_bytes(), [b'1'..=b'9', rest @ ..] if rest.len() < 18 && rest.iter().all(u8::is_ascii_digit));
        if whole || digits == "0" {
            return digits.parse::<u64>().ok().map(|number| Json::Number(Number::from(number)));
        }
        let mut parser = serde_json::Deserializer::from_str(digits);
        let number = Depth::Inner.deserialize(&mut parser).ok()?;
        parser.end().ok().map(|()| number)
    }

    /// A string, behind its opening quote.
    fn string(&mut self) -> Option<Cow<'a, str>> {
        let start = self.at;
        match self.plain()? {
            b'"' => self.text.get(start..self.at - 1).map(Cow::Borrowed),
            b'\\' => self.escaped(start),
            _ => None,
        }
    }

    /// The same, where the first escape stands before `at`.
    fn escaped(&mut self, start: usize) -> Option<Cow<'a, str>> {
        self.unescaped.clear();
        let mut from = start;
        loop {
            let plain = self.text.get(from..self.at - 1)?;
            let c = self.escape()?;
            if !self.skips {
                self.unescaped.push_str(plain);
                self.unescaped.push(c);
            }
            from = self.at;
            match self.plain()? {
                b'"' => break,
                b'\\' => {}
                _ => return None,
            }
        }
        self.unescaped.push_str(self.text.get(from..self.at - 1)?);
        Some(Cow::Owned(self.unescaped.as_str().to_owned()))
    }

    /// Passes over the characters of a string that stand for themselves, and over the byte behind them, which it gives.
    #[inline(always)]
    fn plain(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let length = plain_length(rest);
        self.at += length + 1;
        rest.get(length).copied()
    }

    fn escape(&mut self) -> Option<char> {
        let byte = *self.text.as_bytes().get(self.at)?;
        self.at += 1;
        Some(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return None,
        })
    }

    /// `XXXX`, or the two halves of a surrogate pair.
    fn unicode(&mut self) -> Option<char> {
        let high = self.hex()?;
        if !(0xd800..0xdc00).contains(&high) {
            return char::from_u32(high);
        }
        (self.text.get(self.at..self.at + 2)? == "\\u").then_some(())?;
        self.at += 2;
        let low = self.hex()?.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
        char::from_u32(0x1_0000 + ((high - 0xd800) << 10 | low))
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.bytes().try_fold(0, |number, digit| Some(number << 4 | char::from(digit).to_digit(16)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both parsers on the same text; the fast one may give up only where it may.
    fn agree(text: &str, plainly: bool) {
        let fast = value(text);
        assert_eq!(fast.is_some(), plainly, "{text}");
        if let Some(fast) = fast {
            assert_eq!(Some(fast), Json::judged(text).ok(), "{text}");
        }
    }

    #[test]
    fn what_is_plainly_json() {
        for text in [
            r#" {"a" : [1, -2, 0.5, 1e3, 12345678901234567890, -0, "é\n\u00e9\ud83d\ude00\/", true, null], "b": {}} "#,
            r#"{"toolUseResult":{"a":["\u0041",{"b":1}]},"snapshot":"text","x":{"snapshot":[1]}}"#,
            r#"[{"mcpMeta":[1,{"a":2}]},[],"012345678 longer than a word","\\"]"#,
            "0",
            "\"\"",
        ] {
            agree(text, true);
        }
    }

    #[test]
    fn what_is_not() {
        let deep = "[".repeat(101) + &"]".repeat(101);
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\":1,}",
            "{\"a\"}",
            "{a:1}",
            "[1 2]",
            "01",
            "1.",
            "-",
            "nul",
            "\"\n\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\ud800\"",
            "\"\\ud800\\u0041\"",
            "\"\\udc00\"",
            "1 1",
            "[1]]",
            "1e999",
            deep.as_str(),
        ] {
            agree(text, false);
        }
    }
}
