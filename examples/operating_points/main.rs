//! Judges pairs or curates a store by the engine or by a trivial method, for `npm run bench -- compare`:
//! `operating_points pairs METHOD < pairs.jsonl` and `operating_points store METHOD STORE.jsonl`; METHOD is `engine`,
//! `letters`, `minhash` or `cosine`.

mod method;
mod store;

use std::error::Error;
use std::io::{self, BufRead as _, BufWriter, Write as _};
use std::{env, fs};

use method::Method;
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let lines = match arguments.as_slice() {
        ["pairs", method] => pairs(Method::named(method)?)?,
        ["store", method, file] => store::curated(Method::named(method)?, &fs::read_to_string(file)?)?,
        _ => return Err("operating_points pairs METHOD | operating_points store METHOD FILE".into()),
    };
    let mut out = BufWriter::new(io::stdout().lock());
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))?;
    Ok(())
}

/// Lines `{id, a, b}` in, lines `{id, verdict, score}` out.
fn pairs(method: Method) -> Result<Vec<Value>, Box<dyn Error>> {
    let judged = io::stdin().lock().lines().map(|line| {
        let pair: Value = serde_json::from_str(&line?)?;
        let (a, b) = (pair["a"].as_str().ok_or("no a")?, pair["b"].as_str().ok_or("no b")?);
        let (verdict, score) = method.judge(&method.read(a), &method.read(b));
        Ok(json!({"id": pair["id"], "verdict": verdict, "score": score}))
    });
    judged.collect()
}
