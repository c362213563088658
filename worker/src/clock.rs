//! The only clock: the engine has none, every time is handed to it.

use js_sys::Date;
use wasm_bindgen::JsValue;

/// Now, RFC 3339 in UTC with milliseconds.
pub(crate) fn now() -> String {
    at(Date::now())
}

/// A time in milliseconds since 1970 as RFC 3339. A time that JavaScript cannot write becomes now.
pub(crate) fn at(millis: f64) -> String {
    let in_range = millis.is_finite() && millis.abs() <= 8.64e15;
    Date::new(&JsValue::from_f64(if in_range { millis } else { Date::now() })).to_iso_string().into()
}

/// Milliseconds since 1970 of a time that [`at`] wrote.
pub(crate) fn millis(time: &str) -> Option<f64> {
    let millis = Date::parse(time);
    millis.is_finite().then_some(millis)
}

/// A time that many minutes later.
pub(crate) fn minutes_after(time: &str, minutes: u32) -> String {
    at(millis(time).unwrap_or_else(Date::now) + f64::from(minutes) * 60_000.0)
}
