//! TypeScript from the JSON Schemas that schemars writes: the subset that the wire shapes need, and a panic at the rest.
//!
//! Not the npm package json-schema-to-typescript: it writes a second interface (`Evidence1`, `Evidence2`, …) for every
//! `$ref` that has a description beside it, and loses the names of enums whose values are documented.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::{Map, Value};

const HEAD: &str = "\
// Generated from the Rust types by tests/schema: change those, then run
// `UPDATE=1 cargo test --features schema --test schema`.
";

/// One exported type for each definition, in the order of their names.
pub fn types(definitions: &Value) -> String {
    let mut out = HEAD.to_owned();
    for (name, schema) in object(definitions) {
        let unique = !name.ends_with(|c: char| c.is_ascii_digit());
        assert!(unique, "schemars numbered `{name}`: two types share a name, rename one with #[schemars(rename)]");
        out.push('\n');
        comment(&mut out, schema, "");
        match schema.get("properties") {
            Some(_) => _ = writeln!(out, "export interface {name} {}", body(schema, "")),
            None => _ = writeln!(out, "export type {name} = {};", of(schema, "")),
        }
    }
    out
}

/// The type that a schema stands for.
fn of(schema: &Value, indent: &str) -> String {
    if let Some(target) = schema["$ref"].as_str() {
        return target.rsplit('/').next().expect("a reference has a name").to_owned();
    }
    if let Some(value) = schema.get("const") {
        return value.to_string();
    }
    if let Some(choices) = ["oneOf", "anyOf", "enum"].iter().find_map(|key| schema[key].as_array()) {
        return union(choices, indent);
    }
    match &schema["type"] {
        Value::String(name) => simple(name, schema, indent),
        Value::Array(names) => {
            let names = names.iter().filter_map(Value::as_str);
            names.map(|name| simple(name, schema, indent)).collect::<Vec<_>>().join(" | ")
        }
        _ => "unknown".to_owned(),
    }
}

fn union(choices: &[Value], indent: &str) -> String {
    let choice = |choice: &Value| if choice.is_object() { of(choice, indent) } else { choice.to_string() };
    choices.iter().map(choice).collect::<Vec<_>>().join(" | ")
}

fn simple(name: &str, schema: &Value, indent: &str) -> String {
    match name {
        "integer" => "number".to_owned(),
        "null" | "number" | "string" | "boolean" => name.to_owned(),
        "array" => match of(&schema["items"], indent) {
            item if item.contains(' ') => format!("({item})[]"),
            item => format!("{item}[]"),
        },
        "object" if schema.get("properties").is_some() => body(schema, indent),
        "object" => format!("Record<string, {}>", of(&schema["additionalProperties"], indent)),
        _ => panic!("no TypeScript for the JSON type {name}"),
    }
}

/// Required fields in their order, then the others.
fn body(schema: &Value, indent: &str) -> String {
    let fields = object(&schema["properties"]);
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let optional: BTreeSet<&str> = fields.keys().map(String::as_str).filter(|name| !required.contains(name)).collect();
    let inner = format!("{indent}  ");
    let mut out = "{\n".to_owned();
    for name in required {
        comment(&mut out, &fields[name], &inner);
        _ = writeln!(out, "{inner}{name}: {};", of(&fields[name], &inner));
    }
    for name in optional {
        comment(&mut out, &fields[name], &inner);
        // The engine leaves an absent value out and never writes null.
        let given = of(&fields[name], &inner);
        _ = writeln!(out, "{inner}{name}?: {};", given.strip_suffix(" | null").unwrap_or(&given));
    }
    if schema["additionalProperties"] == Value::Bool(true) {
        _ = writeln!(out, "{inner}[extra: string]: unknown;");
    }
    out + indent + "}"
}

/// What the Rust type says of itself, with the documented values of an enum.
fn comment(out: &mut String, schema: &Value, indent: &str) {
    // An example in Rust is of no use to a reader of TypeScript.
    let words = schema["description"].as_str().unwrap_or_default().split("```").step_by(2).collect::<String>();
    let mut lines: Vec<String> = words.trim().lines().map(str::to_owned).collect();
    for choice in schema["oneOf"].as_array().into_iter().flatten() {
        if let (Some(value), Some(text)) = (choice["const"].as_str(), choice["description"].as_str()) {
            lines.push(format!("- `{value}`: {}", text.replace('\n', " ")));
        }
    }
    match lines.as_slice() {
        [] => {}
        [line] => _ = writeln!(out, "{indent}/** {line} */"),
        lines => {
            let text: Vec<String> =
                lines.iter().map(|line| format!("{indent} * {line}").trim_end().to_owned()).collect();
            _ = writeln!(out, "{indent}/**\n{}\n{indent} */", text.join("\n"));
        }
    }
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().expect("an object of schemas")
}
