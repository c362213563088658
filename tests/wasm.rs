//! The contract of the boundary to JavaScript: what objects look like there, and what is thrown.
#![cfg(all(target_arch = "wasm32", feature = "wasm"))]
#![allow(clippy::expect_used, clippy::unwrap_used)]

use js_sys::{Array, Error, JSON, Map, Object, Reflect, Uint8Array};
use lucidream::wasm;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

const NOW: &str = "2026-11-08T03:00:00Z";

fn object(json: &str) -> JsValue {
    JSON::parse(json).expect("the test's own JSON")
}

fn get(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).expect("the value is an object")
}

/// The code of what was thrown, which is a real error with our name.
fn code<T: std::fmt::Debug>(result: lucidream::Result<T>) -> String {
    let thrown: JsValue = result.expect_err("the call is refused").into();
    let error = thrown.dyn_into::<Error>().expect("an Error is thrown");
    assert_eq!(String::from(error.name()), "LucidreamError");
    assert!(!String::from(error.message()).is_empty());
    assert!(get(&error, "stack").is_string());
    get(&error, "code").as_string().expect("it has a code")
}

fn memory() -> JsValue {
    object(r#"{"entries":[{"id":"a","text":"Deploy on Mondays."},{"id":"b","text":"deploy on mondays"}]}"#)
}

fn input(memory: &JsValue) -> JsValue {
    let input = object(&format!(r#"{{"digests":[],"now":"{NOW}"}}"#));
    Reflect::set(&input, &"memory".into(), memory).expect("an ordinary object");
    input
}

#[wasm_bindgen_test]
fn absent_fields_are_absent_and_maps_are_objects() {
    let plan = wasm::dream(&input(&memory())).unwrap();
    // Not null and not undefined: `agent` was not given.
    assert!(!Reflect::has(&plan, &"agent".into()).unwrap());
    let counts = get(&get(&plan, "report"), "counts");
    assert_eq!(get(&counts, "merge").as_f64(), Some(1.0));
    assert!(!counts.is_instance_of::<Map>());
}

#[wasm_bindgen_test]
fn undefined_fields_count_as_absent() {
    let given = input(&memory());
    Reflect::set(&given, &"agent".into(), &JsValue::UNDEFINED).unwrap();
    Reflect::set(&given, &"config".into(), &JsValue::UNDEFINED).unwrap();
    let (with, without) = (wasm::dream(&given).unwrap(), wasm::dream(&input(&memory())).unwrap());
    assert_eq!(wasm::canonical(&with).unwrap(), wasm::canonical(&without).unwrap());
}

#[wasm_bindgen_test]
fn a_plan_survives_the_way_out_and_in() {
    let plan = wasm::dream(&input(&memory())).unwrap();
    wasm::verify_plan(&plan).unwrap();
    let applied = wasm::apply(&memory(), &plan, &wasm::approve_all(&plan).unwrap(), &NOW.into()).unwrap();
    let before = wasm::undo(&get(&applied, "memory"), &get(&applied, "inverse")).unwrap();
    assert_eq!(wasm::memory_hash(&before).unwrap(), wasm::memory_hash(&memory()).unwrap());
}

#[wasm_bindgen_test]
fn nothing_given_is_changed() {
    let (memory, text) = (memory(), JSON::stringify(&memory()).unwrap());
    let plan = wasm::dream(&input(&memory)).unwrap();
    wasm::apply(&memory, &plan, &wasm::approve_all(&plan).unwrap(), &NOW.into()).unwrap();
    assert_eq!(JSON::stringify(&memory).unwrap(), text);
}

#[wasm_bindgen_test]
fn optional_arguments_may_be_undefined_or_null() {
    let bytes: JsValue = Uint8Array::from(br#"[{"role":"user","content":"hi"}]"#.as_slice()).into();
    for absent in [JsValue::UNDEFINED, JsValue::NULL] {
        let reading = wasm::read_transcript(&bytes, &absent).unwrap();
        assert_eq!(Array::from(&get(&reading, "sessions")).length(), 1);
    }
}

#[wasm_bindgen_test]
fn wrong_types_are_invalid_arguments() {
    let nothing = JsValue::UNDEFINED;
    let cyclic = Object::new();
    Reflect::set(&cyclic, &"self".into(), &cyclic).unwrap();
    assert_eq!(code(wasm::compare(&1.into(), &"b".into(), &JsValue::UNDEFINED)), "invalid_argument");
    assert_eq!(code(wasm::dream(&nothing)), "invalid_argument");
    assert_eq!(code(wasm::dream(&cyclic)), "invalid_argument");
    assert_eq!(code(wasm::read_transcript(&"text".into(), &nothing)), "invalid_argument");
    assert_eq!(code(wasm::read_transcript(&Uint8Array::new(&1.into()), &"no-such-format".into())), "invalid_argument");
    assert_eq!(code(wasm::recall(&memory(), &"q".into(), &JsValue::from_f64(1.5))), "invalid_argument");
    assert_eq!(code(wasm::recall(&memory(), &"q".into(), &JsValue::from_f64(-1.0))), "invalid_argument");
    assert_eq!(code(wasm::parse_memory(&5.into(), &nothing)), "invalid_argument");
    assert_eq!(code(wasm::render(&memory(), &object(r#"{"format":"docx"}"#))), "invalid_argument");
    assert_eq!(code(wasm::canonical(&JsValue::bigint_from_str("1"))), "invalid_argument");
}

#[wasm_bindgen_test]
fn a_misspelt_setting_is_refused() {
    let given = input(&memory());
    Reflect::set(&given, &"config".into(), &object(r#"{"los_cap":0.5}"#)).unwrap();
    assert_eq!(code(wasm::dream(&given)), "invalid_argument");
    Reflect::set(&given, &"config".into(), &object(r#"{"loss_cap":5}"#)).unwrap();
    assert_eq!(code(wasm::dream(&given)), "invalid_config");
}

#[wasm_bindgen_test]
fn a_document_that_is_too_large_to_hold_is_refused() {
    let bytes = Uint8Array::new_with_length(40 * 1024 * 1024);
    bytes.fill(b'{', 0, bytes.length());
    let bytes: JsValue = bytes.into();
    assert_eq!(code(wasm::read_transcript(&bytes, &JsValue::UNDEFINED)), "transcript_too_large");
}

#[wasm_bindgen_test]
fn text_keeps_every_character() {
    let text = "naïve ☕ 日本語 𝒳 \u{0} \u{7f}";
    let redaction = wasm::redact(&text.into(), &JsValue::UNDEFINED).unwrap();
    assert_eq!(get(&redaction, "text").as_string().as_deref(), Some(text));
}
