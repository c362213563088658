//! A JSON value that borrows from the line it was read from.
//!
//! Transcripts are mostly long strings. `serde_json::Value` copies each of them; this one copies only
//! those with escapes, keeps objects as pairs, and takes any shape, so that one odd field never costs a line.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::parse;
use crate::canonical;

/// Any JSON value. Nesting is bounded by serde_json's recursion limit (128).
#[derive(Debug, Clone, PartialEq, Hash)]
pub(crate) enum Json<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>),
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

/// Heavy fields of a line that no reader looks into unless they are plain text: Claude Code repeats each
/// tool result as an object under `toolUseResult`, and whole files under `snapshot`.
pub(super) const TEXT_ONLY: [&str; 4] = ["toolUseResult", "tool_use_result", "snapshot", "mcpMeta"];

impl<'a> Json<'a> {
    /// Reads one item of a transcript.
    pub(crate) fn item(text: &'a str) -> serde_json::Result<Self> {
        parse::value(text).map_or_else(|| Json::judged(text), Ok)
    }

    /// The same by serde_json, which says what is wrong.
    pub(super) fn judged(text: &'a str) -> serde_json::Result<Self> {
        let mut parser = serde_json::Deserializer::from_str(text);
        let item = Depth::Item.deserialize(&mut parser)?;
        parser.end()?;
        Ok(item)
    }

    /// Reads JSON that stands as text inside of JSON.
    pub(crate) fn inner(text: &str) -> Option<Json<'static>> {
        serde_json::from_str(text).ok().map(Json::from_value)
    }

    /// The value under `key`; the last one where a key stands twice, as JSON.parse has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Json<'a>> {
        let Json::Object(pairs) = self else { return None };
        pairs.iter().rev().find(|(name, _)| is(name, key)).map(|(_, value)| value)
    }

    /// Takes the value under `key` out, `Null` where there is none.
    pub(crate) fn take(&mut self, key: &str) -> Json<'a> {
        let Json::Object(pairs) = self else { return Json::Null };
        let found = pairs.iter_mut().rev().find(|(name, _)| is(name, key));
        found.map_or(Json::Null, |(_, value)| std::mem::replace(value, Json::Null))
    }

    /// The text under `key`.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_text()
    }

    /// The text under `key`, absent where it is empty.
    pub(crate) fn filled(&self, key: &str) -> Option<&str> {
        self.text(key).filter(|text| !text.is_empty())
    }

    /// The flag under `key`.
    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        match self.get(key)? {
            Json::Bool(flag) => Some(*flag),
            _ => None,
        }
    }

    /// Whether `key` is there with a value other than null.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.get(key).is_some_and(|value| !matches!(value, Json::Null))
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Takes the list under `key` out, empty where there is none.
    pub(crate) fn take_list(&mut self, key: &str) -> Vec<Json<'a>> {
        match self.take(key) {
            Json::List(items) => items,
            _ => Vec::new(),
        }
    }

    /// What kind of value this is, for messages.
    pub(crate) fn shape(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "boolean",
            Json::Number(_) => "number",
            Json::Text(_) => "string",
            Json::List(_) => "array",
            Json::Object(_) => "object",
        }
    }

    /// A value that owns all of its parts.
    pub(crate) fn from_value(value: Value) -> Json<'static> {
        match value {
            Value::Null => Json::Null,
            Value::Bool(flag) => Json::Bool(flag),
            Value::Number(number) => Json::Number(number),
            Value::String(text) => Json::Text(Cow::Owned(text)),
            Value::Array(items) => Json::List(items.into_iter().map(Json::from_value).collect()),
            Value::Object(map) => {
                Json::Object(map.into_iter().map(|(key, value)| (Cow::Owned(key), Json::from_value(value))).collect())
            }
        }
    }

    /// The same value, with no part borrowed.
    pub(crate) fn into_owned(self) -> Json<'static> {
        match self {
            Json::Null => Json::Null,
            Json::Bool(flag) => Json::Bool(flag),
            Json::Number(number) => Json::Number(number),
            Json::Text(text) => Json::Text(Cow::Owned(text.into_owned())),
            Json::List(items) => Json::List(items.into_iter().map(Json::into_owned).collect()),
            Json::Object(pairs) => {
                let owned = |(key, value): (Cow<'a, str>, Json<'a>)| (Cow::Owned(key.into_owned()), value.into_owned());
                Json::Object(pairs.into_iter().map(owned).collect())
            }
        }
    }

    pub(crate) fn into_value(self) -> Value {
        match self {
            Json::Null => Value::Null,
            Json::Bool(flag) => Value::Bool(flag),
            Json::Number(number) => Value::Number(number),
            Json::Text(text) => Value::String(text.into_owned()),
            Json::List(items) => Value::Array(items.into_iter().map(Json::into_value).collect()),
            Json::Object(pairs) => {
                let mut map = Map::new();
                pairs.into_iter().for_each(|(key, value)| drop(map.insert(key.into_owned(), value.into_value())));
                Value::Object(map)
            }
        }
    }
}

/// Whether a name is a key. Most are told off by their length and their first letter, without a call.
#[inline(always)]
fn is(name: &str, key: &str) -> bool {
    name.len() == key.len() && name.as_bytes().first() == key.as_bytes().first() && name == key
}

/// Writes `value` in the order and with the escapes of RFC 8785. Numbers stay as they are in the source:
/// the RFC's doubles would merge long ids that differ in their last digits.
pub(crate) fn write_canonical(value: &Value, out: &mut String) {
    canonical::write(value, out, |number, out| out.push_str(&number.to_string()));
}

/// Where in an item the value stands: only the item's own fields are filtered, never a tool's arguments.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Depth {
    Item,
    TextOnly,
    Inner,
}

impl<'de> DeserializeSeed<'de> for Depth {
    type Value = Json<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Depth {
    type Value = Json<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json<'de>, E> {
        Ok(Number::from_f64(number).map_or(Json::Null, Json::Number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json<'de>, A::Error> {
        if self == Depth::TextOnly {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(Json::Null);
        }
        // A document that is a list of items filters each of them; a list inside an item filters nothing.
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(self)? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json<'de>, A::Error> {
        if self == Depth::TextOnly {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(Json::Null);
        }
        let mut pairs = Vec::new();
        while let Some(Key(key)) = map.next_key()? {
            let filtered = self == Depth::Item && TEXT_ONLY.contains(&key.as_ref());
            let depth = if filtered { Depth::TextOnly } else { Depth::Inner };
            pairs.push((key, map.next_value_seed(depth)?));
        }
        Ok(Json::Object(pairs))
    }
}

struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Depth::Inner.deserialize(deserializer)? {
            Json::Text(key) => Ok(Key(key)),
            _ => Err(serde::de::Error::custom("an object's key is not a string")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> String {
        let mut out = String::new();
        let value = Json::item(text).map(Json::into_value).unwrap_or_default();
        write_canonical(&value, &mut out);
        out
    }

    #[test]
    fn canonical_order_escapes_and_numbers() {
        assert_eq!(
            canonical(r#"{"b":1.50,"a":[true,null,"\u0001\n\"é"],"\ud83d\ude00":1,"\ufb33":12345678901234567890}"#),
            "{\"a\":[true,null,\"\\u0001\\n\\\"é\"],\"b\":1.5,\"😀\":1,\"\u{fb33}\":12345678901234567890}"
        );
    }

    #[test]
    fn heavy_fields_are_read_only_as_text() {
        let item = Json::item(r#"{"toolUseResult":{"a":[1]},"input":{"toolUseResult":{"a":1}}}"#);
        let item = item.unwrap_or(Json::Null);
        assert_eq!(item.get("toolUseResult"), Some(&Json::Null));
        assert!(item.get("input").and_then(|input| input.get("toolUseResult")).is_some_and(|inner| inner.has("a")));
    }

    #[test]
    fn last_of_a_doubled_key_counts_and_depth_is_bounded() {
        assert_eq!(Json::item(r#"{"a":1,"a":"x"}"#).unwrap_or(Json::Null).text("a"), Some("x"));
        assert!(Json::item(&"[".repeat(100_000)).is_err());
    }
}
