//! Logistic regression and isotonic regression.

use lucidream::compare::{FEATURE_COUNT, FEATURES, Language};

use crate::pairs::Pair;

const SIZE: usize = FEATURE_COUNT + 1;
// A pair. Strong, because the pairs are alike and must not decide more than the direction.
const RIDGE: f64 = 1.0 / 1_500.0;
// How the guard's word differences are weighed is set, not fitted: it decides on them itself, and the pairs that it
// decides are left out. A small share keeps the order of scores sensible.
const WORDS_DIFFER: f64 = -0.3;
const ITERATIONS: usize = 30;

/// A linear score; its sign is the guess.
pub struct Model {
    /// One a feature.
    pub weights: [f64; FEATURE_COUNT],
    /// What is added.
    pub bias: f64,
}

impl Model {
    /// Positive where the pair is rather the same.
    pub fn score(&self, features: &[f64; FEATURE_COUNT]) -> f64 {
        self.weights.iter().zip(features).fold(self.bias, |sum, (weight, feature)| sum + weight * feature)
    }
}

/// What each pair weighs, so that those of one origin weigh its share together; 1 on average.
pub fn weights(pairs: &[Pair]) -> Vec<f64> {
    let weight_of = |pair: &Pair| {
        let alike = pairs.iter().filter(|other| other.origin == pair.origin).count() as f64;
        pair.origin.share() * pairs.len() as f64 / 2.0 / alike
    };
    pairs.iter().map(weight_of).collect()
}

/// Maximises the likelihood less the ridge penalty by Newton's method.
pub fn fit(pairs: &[Pair]) -> Model {
    let weights = weights(pairs);
    let ridge = RIDGE * pairs.len() as f64;
    let mut solution = [0.0; SIZE];
    for _ in 0..ITERATIONS {
        let (mut gradient, mut hessian) = ([0.0; SIZE], [[0.0; SIZE]; SIZE]);
        for (pair, weight) in pairs.iter().zip(&weights) {
            let mut row = [1.0; SIZE];
            row[..FEATURE_COUNT].copy_from_slice(&seen(pair));
            let raw: f64 = row.iter().zip(&solution).map(|(x, w)| x * w).sum();
            let guess = 1.0 / (1.0 + libm::exp(-raw));
            for (i, x) in row.iter().enumerate() {
                gradient[i] += weight * (f64::from(u8::from(pair.origin.same())) - guess) * x;
                for (j, y) in row.iter().enumerate() {
                    hessian[i][j] += weight * guess * (1.0 - guess) * x * y;
                }
            }
        }
        for i in 0..FEATURE_COUNT {
            gradient[i] -= ridge * solution[i];
            hessian[i][i] += ridge;
        }
        let step = solve(hessian, gradient);
        solution.iter_mut().zip(step).for_each(|(w, s)| *w += s);
    }
    let mut weights = [0.0; FEATURE_COUNT];
    weights.copy_from_slice(&solution[..FEATURE_COUNT]);
    weights[FEATURE_COUNT - 1] = WORDS_DIFFER;
    // Six digits are enough, and make the file readable.
    let short = |number: f64| (number * 1e6).round() / 1e6;
    Model { weights: weights.map(short), bias: short(solution[FEATURE_COUNT]) }
}

/// The few pairs in other languages could not teach more than a few weights. In languages that the model does not know
/// and that join and bend words, letters say more than whole words.
fn seen(pair: &Pair) -> [f64; FEATURE_COUNT] {
    let kept: &[&str] = match pair.language {
        Language::English => &FEATURES,
        Language::Letters => &["letters", "values_differ", "values_added"],
        Language::Signs => {
            &["cosine", "letters", "words", "covered", "left", "length", "values_differ", "values_added"]
        }
    };
    let mut features = pair.features;
    for (name, feature) in FEATURES.iter().zip(&mut features) {
        *feature = if kept.contains(name) { *feature } else { 0.0 };
    }
    features
}

/// Gaussian elimination with pivoting.
// By index, as the method is written everywhere.
#[allow(clippy::needless_range_loop)]
fn solve(mut matrix: [[f64; SIZE]; SIZE], mut right: [f64; SIZE]) -> [f64; SIZE] {
    for column in 0..SIZE {
        let pivot = (column..SIZE).max_by(|a, b| matrix[*a][column].abs().total_cmp(&matrix[*b][column].abs()));
        let pivot = pivot.unwrap_or(column);
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        for row in column + 1..SIZE {
            let factor = matrix[row][column] / matrix[column][column];
            for k in column..SIZE {
                matrix[row][k] -= factor * matrix[column][k];
            }
            right[row] -= factor * right[column];
        }
    }
    let mut solution = [0.0; SIZE];
    for row in (0..SIZE).rev() {
        let rest: f64 = (row + 1..SIZE).map(|k| matrix[row][k] * solution[k]).sum();
        solution[row] = (right[row] - rest) / matrix[row][row];
    }
    solution
}

/// Raw scores and the share of duplicates at them, rising: pool adjacent violators (Ayer et al. 1955), with one
/// duplicate and one other added to each pool, so that no share is 0 or 1. Between two points the engine interpolates.
pub fn isotonic(mut scored: Vec<(f64, bool, f64)>) -> Vec<(f64, f64)> {
    scored.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    // Sum of the scores, of the duplicates, and of both classes.
    let mut pools: Vec<(f64, f64, f64)> = Vec::new();
    for (score, same, weight) in scored {
        pools.push((score * weight, f64::from(u8::from(same)) * weight, weight));
        while let [.., a, b] = pools.as_slice()
            && a.1 / a.2 >= b.1 / b.2
        {
            let joined = (a.0 + b.0, a.1 + b.1, a.2 + b.2);
            pools.truncate(pools.len() - 2);
            pools.push(joined);
        }
    }
    let short = |number: f64| (number * 1e4).round() / 1e4;
    let mut steps: Vec<(f64, f64)> =
        pools.iter().map(|(score, same, all)| (short(score / all), short((same + 1.0) / (all + 2.0)))).collect();
    steps.dedup_by(|b, a| b.1 <= a.1);
    steps
}
