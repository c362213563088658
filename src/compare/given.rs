//! Embeddings that a host brings, of whatever model: a likeness more to go by. The guard stands above them as above the
//! engine's own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::canonical::hex;
use crate::error::{Error, Result};
use crate::text::Embedding;

/// Vectors of a host's own model, for the texts that are compared.
///
/// Two texts that both have one are compared by it; others by the engine's sentence model. A vector tells how alike two
/// texts are, never that they agree: texts that differ in a value are kept apart whatever it says.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Embeddings {
    /// The model and its version. It stands in the plan: another model gives another plan.
    pub name: String,
    /// Vectors of any one length, by the id of an entry or by a text as it stands. Their own length does not matter; they
    /// are kept in 8 bits a component, so that every build sees the same.
    pub vectors: BTreeMap<String, Vec<f64>>,
}

/// Which embeddings a plan was made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EmbeddedBy {
    /// As the host named them.
    pub name: String,
    /// Components of a vector.
    pub dimension: u32,
    /// How many there were.
    pub vectors: u32,
    /// SHA-256 of them all, as they are kept.
    pub hash: String,
}

// The largest model on offer has 4,096; more would be a mistake.
const MOST_COMPONENTS: usize = 8_192;

/// Embeddings as they are compared.
#[derive(Debug, Default)]
pub(crate) struct Given {
    vectors: BTreeMap<String, Embedding>,
    by: Option<EmbeddedBy>,
}

impl Given {
    /// Checks and takes over what a host gives.
    ///
    /// # Errors
    /// `invalid_embeddings`: no name, vectors of different lengths or of none, or one that is no direction.
    pub(crate) fn of(embeddings: Option<&Embeddings>) -> Result<Given> {
        let Some(Embeddings { name, vectors }) = embeddings else { return Ok(Given::default()) };
        let dimension = vectors.values().next().map(Vec::len).unwrap_or_default();
        if name.is_empty() {
            return Err(Error::InvalidEmbeddings { problem: "`name` is empty, allowed: the model's name".to_owned() });
        }
        let mut given = Given::default();
        let mut hasher = Sha256::new();
        for (key, vector) in vectors {
            let coarse = coarse(vector, dimension)
                .map_err(|problem| Error::InvalidEmbeddings { problem: format!("the vector of `{key}` {problem}") })?;
            hasher.update((key.len() as u64).to_le_bytes());
            hasher.update(key);
            coarse.iter().for_each(|component| hasher.update(component.to_le_bytes()));
            given.vectors.insert(key.clone(), Embedding::from_components(&coarse));
        }
        given.by = Some(EmbeddedBy {
            name: name.clone(),
            dimension: dimension as u32,
            vectors: vectors.len() as u32,
            hash: format!("sha256:{}", hex(&hasher.finalize())),
        });
        Ok(given)
    }

    /// The vector of an entry or of a text, where there is one.
    pub(crate) fn vector(&self, id: Option<&str>, text: &str) -> Option<&Embedding> {
        id.and_then(|id| self.vectors.get(id)).or_else(|| self.vectors.get(text))
    }

    /// What a plan tells of them.
    pub(crate) fn by(self) -> Option<EmbeddedBy> {
        self.by
    }
}

/// A vector in 8 bits a component: its largest one is 127.
fn coarse(vector: &[f64], dimension: usize) -> std::result::Result<Vec<i8>, String> {
    if vector.len() != dimension || !(1..=MOST_COMPONENTS).contains(&dimension) {
        let others =
            if vector.len() == dimension { String::new() } else { format!(", and as many as the others: {dimension}") };
        return Err(format!("has {} components, allowed: 1 to {MOST_COMPONENTS}{others}", vector.len()));
    }
    if let Some(odd) = vector.iter().find(|component| !component.is_finite()) {
        return Err(format!("has the component {odd}, allowed: finite numbers"));
    }
    let largest = vector.iter().fold(0.0, |largest: f64, component| largest.max(component.abs()));
    if largest == 0.0 {
        return Err("is zero, allowed: at least one component that is not".to_owned());
    }
    Ok(vector.iter().map(|component| (component / largest * 127.0).round() as i8).collect())
}
