//! The embeddings that a host brings: they tell how alike texts are, and never more than that.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use lucidream::{DreamInput, Embeddings, Plan, Relation, compare, compare_with, dream, parse_memory_text};
use serde::Deserialize;

#[derive(Deserialize)]
struct Memories {
    a: String,
    b: String,
    same: bool,
}

fn embeddings(vectors: &[(&str, &[f64])]) -> Embeddings {
    let vectors: BTreeMap<String, Vec<f64>> =
        vectors.iter().map(|(key, vector)| ((*key).to_owned(), vector.to_vec())).collect();
    Embeddings { name: "mine/1".to_owned(), vectors }
}

#[test]
fn the_score_follows_them() {
    let (a, b) = ("Die Sicherung läuft jede Nacht.", "Nachts werden alle Daten gesichert.");
    let near = compare_with(a, b, &embeddings(&[(a, &[0.2, 0.9]), (b, &[0.2, 0.9])])).unwrap();
    let far = compare_with(a, b, &embeddings(&[(a, &[0.2, 0.9]), (b, &[0.9, -0.2])])).unwrap();
    assert!(near.score > far.score, "{near:?} {far:?}");
    assert_eq!((near.verdict, far.verdict), (Relation::Related, Relation::Distinct));
    // One vector alone compares nothing.
    assert_eq!(compare_with(a, b, &embeddings(&[(a, &[0.2, 0.9])])).unwrap(), compare(a, b));
}

#[test]
fn no_vector_joins_what_the_guard_keeps_apart() {
    let pairs = include_str!("cases/compare-memories.jsonl").lines();
    let pairs: Vec<Memories> = pairs.map(|line| serde_json::from_str(line).unwrap()).collect();
    let apart: Vec<&Memories> = pairs.iter().filter(|pair| !pair.same).collect();
    assert!(apart.len() > 100);
    for Memories { a, b, .. } in apart {
        let found = compare_with(a, b, &embeddings(&[(a, &[1.0, 2.0, 3.0]), (b, &[1.0, 2.0, 3.0])])).unwrap();
        assert_ne!(found.verdict, Relation::Duplicate, "{a} | {b}: {found:?}");
    }
}

fn dreamt(embeddings: Option<Embeddings>) -> Plan {
    let store = r#"{"id": "m1", "text": "Wir liefern dienstags aus."}
{"id": "m2", "text": "Ausgeliefert wird am Dienstag."}
{"id": "m3", "text": "The database listens on port 5432."}
{"id": "m4", "text": "The database listens on port 6432."}"#;
    let memory = parse_memory_text(store, None).unwrap();
    dream(&DreamInput { memory, now: "2026-11-08T03:00:00Z".to_owned(), embeddings, ..DreamInput::default() }).unwrap()
}

#[test]
fn a_plan_says_which_it_was_made_with() {
    let given = |length: f64| {
        embeddings(&[("m1", &[length, 0.0]), ("m2", &[length, 0.0]), ("m3", &[0.0, 1.0]), ("m4", &[0.0, 1.0])])
    };
    let plan = dreamt(Some(given(1.0)));
    let by = plan.embeddings.as_ref().unwrap();
    assert_eq!((by.name.as_str(), by.dimension, by.vectors), ("mine/1", 2, 4));
    assert!(plan.operations.iter().all(|operation| !operation.entries.contains(&"m3".to_owned())), "{plan:?}");
    // How long a vector is says nothing; another model is another plan.
    assert_eq!(dreamt(Some(given(3.5))), plan);
    let other = dreamt(Some(Embeddings { name: "mine/2".to_owned(), ..given(1.0) }));
    assert_ne!(other.plan_hash, plan.plan_hash);
    let turned = dreamt(Some(embeddings(&[("m1", &[1.0, 0.01])])));
    assert_ne!(turned.embeddings.unwrap().hash, by.hash);
    assert_eq!(dreamt(None).embeddings, None);
    lucidream::verify_plan(&plan).unwrap();
}

#[test]
fn what_is_no_vector_is_refused() {
    let refused = |given: &Embeddings| {
        let error = compare_with("a", "b", given).unwrap_err();
        assert_eq!(error.code(), "invalid_embeddings");
        error.to_string()
    };
    let long = embeddings(&[("a", &[1.0, 0.0]), ("b", &[1.0, 0.0, 0.0])]);
    assert!(
        refused(&long).contains("the vector of `b` has 3 components, allowed: 1 to 8192, and as many as the others: 2")
    );
    assert!(refused(&embeddings(&[("a", &[f64::NAN])])).contains("the component NaN, allowed: finite numbers"));
    assert!(refused(&embeddings(&[("a", &[0.0, 0.0])])).contains("is zero"));
    assert!(refused(&embeddings(&[("a", &[])])).contains("has 0 components"));
    assert!(refused(&Embeddings { name: String::new(), ..embeddings(&[("a", &[1.0])]) }).contains("`name` is empty"));
    let input = DreamInput { now: "2026-11-08T03:00:00Z".to_owned(), embeddings: Some(long), ..DreamInput::default() };
    assert_eq!(dream(&input).unwrap_err().code(), "invalid_embeddings");
}
