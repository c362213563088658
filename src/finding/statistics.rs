//! Comparisons within strata: what is left of a difference when like is compared with like.
//!
//! - Rates: Mantel and Haenszel's risk difference with Sato's variance (Biometrics 45, 1989), tested by the exact
//!   conditional distribution of the 2x2xK table (Gart, 1970); for large tables by their chi-square.
//! - Times: van Elteren's stratified rank test (1960); the shift that belongs to it, after Hodges and Lehmann (1963), is
//!   the weighted median of all differences within strata, and its interval their weighted quantiles. So an interval
//!   needs no resampling.
//! - Many tests: Tarone's form of Bonferroni's correction (Biometrics 46, 1990), in which what could not have become
//!   significant costs nothing, and Benjamini and Hochberg's procedure over what it leaves.

use crate::order::Arrange as _;

/// Sessions of one stratum, with and without something, that succeeded and failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Table {
    pub with: [u32; 2],
    pub without: [u32; 2],
}

/// What a comparison gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Estimate {
    /// Difference of rates, or relative change of a time.
    pub change: f64,
    pub ci95: [f64; 2],
    /// Two-sided.
    pub p: f64,
    /// Least p that these margins allow.
    pub least_p: f64,
    /// With and without, in the strata that have both.
    pub n: [u32; 2],
    /// Strata that have both.
    pub strata: u32,
}

const Z95: f64 = 1.959_963_984_540_054;
// Above, the chi-square is as good and linear.
const EXACT: u32 = 600;
const PAIRED: usize = 300;

impl Table {
    pub(super) fn add(&mut self, with: bool, success: bool) {
        let row = if with { &mut self.with } else { &mut self.without };
        row[usize::from(!success)] += 1;
    }

    fn sums(&self) -> (f64, f64, f64) {
        let (with, without) = (self.with[0] + self.with[1], self.without[0] + self.without[1]);
        (f64::from(with), f64::from(without), f64::from(with + without))
    }

    fn compares(&self) -> bool {
        self.with != [0, 0] && self.without != [0, 0]
    }
}

/// The difference of success rates within strata; nothing where no stratum has both.
pub(super) fn rates(tables: &[Table]) -> Option<Estimate> {
    let tables: Vec<&Table> = tables.iter().filter(|table| table.compares()).collect();
    let (mut difference, mut weight, mut p_term, mut q_term) = (0.0, 0.0, 0.0, 0.0);
    let mut n = [0, 0];
    for table in &tables {
        let (with, without, all) = table.sums();
        let ([a, b], [c, d]) = (table.with.map(f64::from), table.without.map(f64::from));
        difference += (a * without - c * with) / all;
        weight += with * without / all;
        p_term += (with * with * c - without * without * a + with * without * (without - with) / 2.0) / (all * all);
        q_term += (a * d + b * c) / (2.0 * all);
        n[0] += table.with[0] + table.with[1];
        n[1] += table.without[0] + table.without[1];
    }
    if weight <= 0.0 {
        return None;
    }
    let change = difference / weight;
    let error = libm::sqrt(((change * p_term + q_term) / (weight * weight)).max(0.0));
    let (p, least_p) = if n[0] + n[1] <= EXACT { exact(&tables) } else { chi_square(&tables) };
    let ci95 = [(change - Z95 * error).max(-1.0), (change + Z95 * error).min(1.0)];
    Some(Estimate { change, ci95, p, least_p, n, strata: tables.len() as u32 })
}

/// The two-sided p of the sum of successes "with", given all margins, and the least p that these margins allow.
fn exact(tables: &[&Table]) -> (f64, f64) {
    let mut distribution = vec![1.0];
    let mut observed = 0;
    for table in tables {
        let (low, weights) = hypergeometric(table);
        observed += (table.with[0] - low) as usize;
        distribution = convolved(&distribution, &weights);
    }
    let total: f64 = distribution.iter().sum();
    let at = |place: usize| distribution.get(place).copied().unwrap_or_default();
    // As likely as the observed one, up to rounding.
    let tail = |limit: f64| distribution.iter().filter(|p| **p <= limit * (1.0 + 1e-9)).sum::<f64>() / total;
    let least = distribution.iter().copied().fold(f64::INFINITY, f64::min);
    (tail(at(observed)).min(1.0), tail(least).min(1.0))
}

/// The least count of successes "with" that the margins allow, and the probabilities from there on.
fn hypergeometric(table: &Table) -> (u32, Vec<f64>) {
    let (with, without) = (table.with[0] + table.with[1], table.without[0] + table.without[1]);
    let successes = table.with[0] + table.without[0];
    let (low, high) = (successes.saturating_sub(without), successes.min(with));
    let mut weights = vec![1.0];
    let mut weight = 1.0;
    for k in low..high {
        let up = f64::from(with - k) * f64::from(successes - k);
        let down = f64::from(k + 1) * f64::from(without + k + 1 - successes);
        weight *= up / down;
        weights.push(weight);
    }
    let total: f64 = weights.iter().sum();
    (low, weights.into_iter().map(|weight| weight / total).collect())
}

fn convolved(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; a.len() + b.len() - 1];
    for (i, x) in a.iter().enumerate() {
        for (slot, y) in out.iter_mut().skip(i).zip(b) {
            *slot += x * y;
        }
    }
    out
}

fn chi_square(tables: &[&Table]) -> (f64, f64) {
    let (mut deviation, mut variance) = (0.0, 0.0);
    for table in tables {
        let (with, without, all) = table.sums();
        let successes = f64::from(table.with[0] + table.without[0]);
        deviation += f64::from(table.with[0]) - with * successes / all;
        variance += with * without * successes * (all - successes) / (all * all * (all - 1.0).max(1.0));
    }
    if variance <= 0.0 {
        return (1.0, 1.0);
    }
    let z = (deviation.abs() - 0.5).max(0.0) / libm::sqrt(variance);
    (two_sided(z), 0.0)
}

fn two_sided(z: f64) -> f64 {
    libm::erfc(z / core::f64::consts::SQRT_2)
}

/// The relative change of a positive measure within strata: `(with, without)` for each.
pub(super) fn times(strata: &[(Vec<f64>, Vec<f64>)]) -> Option<Estimate> {
    let mut differences: Vec<(f64, f64)> = Vec::new();
    let (mut deviation, mut variance, mut least) = (0.0, 0.0, 0.0);
    let (mut n, mut used) = ([0, 0], 0);
    for (with, without) in strata.iter().filter(|(with, without)| !with.is_empty() && !without.is_empty()) {
        let (x, y) = (thinned(logarithms(with)), thinned(logarithms(without)));
        let (m, k) = (x.len() as f64, y.len() as f64);
        let weight = 1.0 / (m + k + 1.0);
        let pairs = x.iter().flat_map(|x| y.iter().map(move |y| (x - y, weight)));
        let before = differences.len();
        differences.extend(pairs);
        let higher = differences.iter().skip(before).map(|(d, _)| {
            if *d > 0.0 {
                1.0
            } else if *d < 0.0 {
                0.0
            } else {
                0.5
            }
        });
        deviation += weight * (higher.sum::<f64>() - m * k / 2.0);
        variance += weight * weight * m * k / 12.0 * (m + k + 1.0 - ties(&x, &y));
        least += weight * m * k / 2.0;
        n = [n[0] + with.len() as u32, n[1] + without.len() as u32];
        used += 1;
    }
    if variance <= 0.0 {
        return None;
    }
    differences.arrange_by(|a, b| a.0.total_cmp(&b.0));
    let spread = Z95 * libm::sqrt(variance);
    let shift = |offset: f64| libm::expm1(quantile(&differences, offset));
    Some(Estimate {
        change: shift(0.0),
        ci95: [shift(-spread), shift(spread)],
        p: two_sided(deviation.abs() / libm::sqrt(variance)),
        least_p: two_sided(least / libm::sqrt(variance)),
        n,
        strata: used,
    })
}

fn logarithms(values: &[f64]) -> Vec<f64> {
    values.iter().map(|value| libm::log(value.max(1e-9))).collect()
}

/// At most [`PAIRED`] of the values, evenly spread over their order: all pairs are compared.
fn thinned(mut values: Vec<f64>) -> Vec<f64> {
    if values.len() <= PAIRED {
        return values;
    }
    values.arrange_by(f64::total_cmp);
    (0..PAIRED).filter_map(|at| values.get(at * values.len() / PAIRED).copied()).collect()
}

/// What ties take from the variance of a rank sum.
fn ties(x: &[f64], y: &[f64]) -> f64 {
    let mut all: Vec<f64> = x.iter().chain(y).copied().collect();
    all.arrange_by(f64::total_cmp);
    let n = all.len() as f64;
    let lost: f64 = all.chunk_by(|a, b| a == b).map(|tied| tied.len() as f64).map(|t| t * t * t - t).sum();
    lost / (n * (n - 1.0)).max(1.0)
}

/// The difference at which the weight before it passes half of all weights plus `offset`.
fn quantile(differences: &[(f64, f64)], offset: f64) -> f64 {
    let half: f64 = differences.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0;
    let mut passed = 0.0;
    for (difference, weight) in differences {
        passed += weight;
        if passed >= half + offset {
            return *difference;
        }
    }
    differences.last().map_or(0.0, |(difference, _)| *difference)
}

/// The p up to which a comparison is significant, so that all together give less than `alpha` false ones on average:
/// Tarone's correction over the least p that each could have had.
pub(super) fn threshold(least: &[f64], alpha: f64) -> f64 {
    let testable = |limit: f64| least.iter().filter(|p| **p <= limit).count();
    let k = (1..=least.len()).find(|k| testable(alpha / *k as f64) <= *k).unwrap_or(1);
    alpha / k as f64
}

/// The p up to which comparisons are discoveries: Benjamini and Hochberg's procedure (1995) over those that Tarone's
/// correction calls testable (Gilbert, "A modified false discovery rate", Applied Statistics 54, 2005). Each is given as
/// its p and the least p it could have had. If nothing has an effect, it finds one in at most `alpha` of all runs.
pub(super) fn discoveries(tests: &[(f64, f64)], alpha: f64) -> f64 {
    let least: Vec<f64> = tests.iter().map(|(_, least)| *least).collect();
    let testable = threshold(&least, alpha);
    let mut p: Vec<f64> = tests.iter().filter(|(_, least)| *least <= testable).map(|(p, _)| *p).collect();
    p.arrange_by(f64::total_cmp);
    let limit = |rank: usize| alpha * (rank + 1) as f64 / p.len() as f64;
    p.iter().enumerate().filter(|(rank, p)| **p <= limit(*rank)).map(|(_, p)| *p).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-3
    }

    /// Fisher's exact test of one table, from R: `fisher.test(matrix(c(3, 1, 1, 3), 2))` gives p = 0.4857.
    #[test]
    fn one_stratum_is_fishers_test() {
        let found = rates(&[Table { with: [3, 1], without: [1, 3] }]).unwrap();
        assert!(near(found.p, 0.4857), "{found:?}");
        assert!(near(found.change, 0.5), "{found:?}");
        assert!(near(found.least_p, 2.0 / 70.0), "{found:?}");
    }

    /// A mix of tasks that looks like an effect (35 of 48 against 49 of 152) and is none within tasks.
    #[test]
    fn a_mix_of_tasks_is_no_effect() {
        let easy = Table { with: [34, 6], without: [17, 3] };
        let hard = Table { with: [1, 7], without: [16, 116] };
        let found = rates(&[easy, hard]).unwrap();
        assert!(found.p > 0.5 && found.ci95[0] < 0.0 && found.ci95[1] > 0.0, "{found:?}");
        let raw = rates(&[Table { with: [35, 13], without: [33, 119] }]).unwrap();
        assert!(raw.p < 1e-6, "{raw:?}");
    }

    #[test]
    fn strata_that_compare_nothing_say_nothing() {
        assert_eq!(rates(&[Table { with: [3, 1], without: [0, 0] }]), None);
        assert_eq!(times(&[(vec![1.0], vec![])]), None);
    }

    #[test]
    fn a_time_that_halves() {
        let slow: Vec<f64> = (0..12).map(|i| 100.0 + f64::from(i)).collect();
        let fast: Vec<f64> = slow.iter().map(|x| x / 2.0).collect();
        let found = times(&[(fast, slow)]).unwrap();
        assert!((found.change + 0.5).abs() < 0.01 && found.p < 1e-4, "{found:?}");
        assert!(found.ci95[0] < -0.5 && found.ci95[1] > -0.5 && found.ci95[1] < 0.0, "{found:?}");
    }

    #[test]
    fn what_cannot_become_significant_costs_nothing() {
        assert_eq!(threshold(&[0.5; 100], 0.05), 0.05);
        assert_eq!(threshold(&[1e-9; 100], 0.05), 0.0005);
        assert_eq!(threshold(&[], 0.05), 0.05);
        let tests = [(0.001, 1e-6), (0.02, 1e-6), (0.9, 1e-6), (0.5, 0.5)];
        assert_eq!(discoveries(&tests, 0.05), 0.02);
        assert_eq!(discoveries(&[(0.04, 1e-6); 2], 0.01), 0.0);
    }
}
