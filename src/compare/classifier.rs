//! From features to the probability that two texts say the same.

use super::alignment::said;
use super::features::{AKIN, FEATURE_COUNT, features, is_open, outline};
use super::guard::Difference;
use super::language::Language;
use super::profile::Profile;
use super::round;
use super::weights::{ENGLISH, LETTERS, SIGNS};

/// A fitted logistic classifier.
pub(super) struct Fitted<const N: usize> {
    /// One a feature.
    pub weights: [f64; N],
    /// What is added.
    pub bias: f64,
    /// Raw scores, rising, and the share of duplicates among pairs that had them.
    pub calibration: &'static [(f64, f64)],
}

/// How likely two texts say the same, 0 to 1, by what `difference` and likeness show.
pub(super) fn probability(a: &Profile, b: &Profile, difference: &Difference) -> f64 {
    Fitted::of(a, b).probability(features(a, b, difference))
}

/// The same if it is `least` or more. Most pairs are told to be below by the features that cost little.
pub(super) fn probability_from(least: f64, a: &Profile, b: &Profile, difference: &Difference) -> Option<f64> {
    let fitted = Fitted::of(a, b);
    let mut features = outline(a, b, difference);
    let reached = |features| Some(fitted.probability(features)).filter(|probability| *probability >= least);
    if is_open(&features) {
        for (x, y) in [(a, b), (b, a)] {
            reached(features)?;
            features[AKIN] = said(&x.content, x, y).min(features[AKIN]);
        }
    }
    reached(features)
}

impl Fitted<FEATURE_COUNT> {
    /// The one for the language of two texts.
    fn of(a: &Profile, b: &Profile) -> &'static Fitted<FEATURE_COUNT> {
        match a.language.max(b.language) {
            Language::English => &ENGLISH,
            Language::Letters => &LETTERS,
            Language::Signs => &SIGNS,
        }
    }

    fn probability(&self, features: [f64; FEATURE_COUNT]) -> f64 {
        let raw = self.weights.iter().zip(features).fold(self.bias, |sum, (weight, feature)| sum + weight * feature);
        round(calibrated(raw, self.calibration))
    }
}

/// The share of duplicates at a raw score, on straight lines between the measured points. Beyond the last point it
/// approaches 0 and 1 without reaching them, so that the order of the scores is kept.
fn calibrated(raw: f64, points: &[(f64, f64)]) -> f64 {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return 0.0 };
    if raw <= first.0 {
        return first.1 / (1.0 + (first.0 - raw));
    }
    if raw >= last.0 {
        return 1.0 - (1.0 - last.1) / (1.0 + (raw - last.0));
    }
    let between = points.iter().zip(points.iter().skip(1)).find(|(_, high)| raw <= high.0);
    between.map_or(last.1, |(low, high)| low.1 + (high.1 - low.1) * (raw - low.0) / (high.0 - low.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upper_bound_of_a_feature_is_one_of_the_probability() {
        assert!([&ENGLISH, &LETTERS, &SIGNS].iter().all(|fitted| fitted.weights[AKIN] >= 0.0));
    }

    #[test]
    fn calibration_keeps_the_order_and_the_bounds() {
        for points in [ENGLISH.calibration, LETTERS.calibration, SIGNS.calibration] {
            let shares: Vec<f64> = (-400..400).map(|raw| calibrated(f64::from(raw) / 10.0, points)).collect();
            assert!(shares.iter().all(|share| (0.0..1.0).contains(share)));
            assert!(shares.windows(2).all(|pair| pair[0] <= pair[1]));
        }
    }
}
