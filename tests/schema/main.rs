//! The JSON Schemas under `schema/` and the TypeScript types of `npm/src/wire.ts` are those of the Rust types.
//! `UPDATE=1 cargo test --features schema --test schema` rewrites them.
#![cfg(feature = "schema")]
#![allow(clippy::expect_used, clippy::panic)]

mod typescript;

use std::{env, fs, path::Path};

use lucidream::digest::{Digest, DigestedTranscript};
use lucidream::memory::{Memory, MemoryFormat, Recalled, RenderFormat, Rendered, Usage};
use lucidream::plan::Plan;
use lucidream::review::{Applied, Decision, Preview};
use lucidream::transcript::Reading;
use lucidream::{Comparison, Embeddings, Redaction};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};

/// Every shape that crosses the boundary to JavaScript.
#[derive(JsonSchema)]
#[allow(dead_code)]
struct Wire {
    reading: Reading,
    digested: DigestedTranscript,
    plan: Plan,
    comparison: Comparison,
    embeddings: Embeddings,
    decision: Decision,
    preview: Preview,
    applied: Applied,
    recalled: Recalled,
    memory_format: MemoryFormat,
    render_format: RenderFormat,
    rendered: Rendered,
    usage: Usage,
    redaction: Redaction,
}

/// What the engine writes: fields with a default are always there.
fn written() -> SchemaGenerator {
    SchemaSettings::draft2020_12().for_serialize().into_generator()
}

/// What the engine accepts: fields with a default may be absent.
fn accepted() -> SchemaGenerator {
    SchemaSettings::draft2020_12().for_deserialize().into_generator()
}

#[test]
fn plan() {
    schema_is_current("plan", &written().into_root_schema_for::<Plan>().to_value());
}

#[test]
fn digest() {
    schema_is_current("digest", &written().into_root_schema_for::<Digest>().to_value());
}

#[test]
fn memory() {
    schema_is_current("memory", &accepted().into_root_schema_for::<Memory>().to_value());
}

#[test]
fn decisions() {
    let mut schema = accepted().into_root_schema_for::<Vec<Decision>>().to_value();
    schema.as_object_mut().expect("a schema is an object").insert("title".into(), json!("Decisions"));
    schema_is_current("decisions", &schema);
}

#[test]
fn typescript() {
    let schema = written().into_root_schema_for::<Wire>().to_value();
    is_current("npm/src/wire.ts", &typescript::types(&schema["$defs"]));
}

fn schema_is_current(name: &str, schema: &Value) {
    let text = serde_json::to_string_pretty(schema).expect("a schema is JSON");
    is_current(&format!("schema/{name}.schema.json"), &format!("{text}\n"));
}

/// Compares with the file in the repository, or writes it when `UPDATE` is set.
fn is_current(file: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, text).expect("the file can be written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "{file} is out of date: run `UPDATE=1 cargo test --features schema --test schema`");
}
