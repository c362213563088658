//! Texts: folding, words, sentences, typed values, the sentence model.

mod calendar;
mod copula;
mod date;
mod denial;
mod dot;
mod embedding;
mod environment;
mod model;
mod sentence;
mod spelling;
mod value;
mod word;

pub(crate) use calendar::{month, weekday, without_ordinal};
pub(crate) use copula::{is_form_of_be, makes_passive};
pub(crate) use date::dated;
pub(crate) use denial::{CONTRASTS, DENIALS, LACKS, denies, is_denial, rules_out};
pub(crate) use dot::coarse_dot;
pub(crate) use embedding::{Embedding, weigh, weight};
pub(crate) use environment::is_environment;
pub(crate) use model::DIMENSION;
#[cfg(all(test, feature = "model"))]
pub(crate) use model::vocabulary;
pub use model::{load_model, model_is_loaded};
pub(crate) use sentence::{sentences, unquoted};
pub(crate) use spelling::{in_one_spelling, with_countries};
pub(crate) use value::{Value, ValueKind, as_number, frame, values};
pub(crate) use word::{
    IMPERATIVES, STOP_WORDS, bare, capitalised, content_words, fold, hash, is_article, is_general, is_imperative,
    is_question_word, is_stop_word, is_unspaced, normalise, opens_condition, parts_of_name, stem, with_accents, words,
};
