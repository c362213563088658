//! Tokens that show by themselves what they are: a prefix of the provider, then so many characters of a set.
//!
//! The facts (prefix, alphabet, length) are those that providers publish and that secret scanners keep up,
//! above all gitleaks (MIT, <https://github.com/gitleaks/gitleaks>, `config/gitleaks.toml`). Lengths are taken
//! as "at least", because providers lengthen their tokens without notice and half a token must not stay behind.

use std::sync::LazyLock;

use super::Span;

/// Kind, and a pattern of literals, classes `[…]` and counts `{n}`, `{n,}` or `{n,m}`; `?` is one optional
/// character. The last class runs on as long as its characters last. A leading `^` means that the match may start
/// inside of a word and then takes the word's beginning with it.
///
/// Matching is greedy without stepping back: a class may not contain the literal that follows it.
const PATTERNS: &[(&str, &str)] = &[
    ("1password-key", "A3-[A-Z0-9]{6}-[A-Z0-9-]{23}"),
    ("1password-token", "ops_eyJ[A-Za-z0-9+/=]{100}"),
    ("adobe-secret", "p8e-[A-Za-z0-9]{32}"),
    ("age-secret-key", "AGE-SECRET-KEY-1[A-Z0-9]{50}"),
    ("airtable-token", "pat[A-Za-z0-9]{14}.[a-f0-9]{64}"),
    ("alibaba-key", "LTAI[A-Za-z0-9]{12}"),
    ("anthropic-key", "sk-ant-[A-Za-z0-9_-]{20}"),
    ("artifactory-key", "AKCp[A-Za-z0-9]{60}"),
    ("artifactory-key", "AKC[A-Za-z0-9]{10}"),
    ("artifactory-key", "cmVmd[A-Za-z0-9]{59}"),
    ("atlassian-token", "ATATT3[A-Za-z0-9_=-]{60}"),
    ("authress-key", "sc_[a-z0-9]{5,30}.[a-z0-9]{4,6}.acc[A-Za-z0-9._+/=-]{40}"),
    ("authress-key", "ext_[a-z0-9]{5,30}.[a-z0-9]{4,6}.acc[A-Za-z0-9._+/=-]{40}"),
    ("authress-key", "scauth_[a-z0-9]{5,30}.[a-z0-9]{4,6}.acc[A-Za-z0-9._+/=-]{40}"),
    ("authress-key", "authress_[a-z0-9]{5,30}.[a-z0-9]{4,6}.acc[A-Za-z0-9._+/=-]{40}"),
    ("aws-access-key", "A3T[A-Z0-9]{17}"),
    ("aws-access-key", "AKIA[A-Z0-9]{16}"),
    ("aws-access-key", "ASIA[A-Z0-9]{16}"),
    ("aws-access-key", "ABIA[A-Z0-9]{16}"),
    ("aws-access-key", "ACCA[A-Z0-9]{16}"),
    ("aws-bedrock-key", "ABSK[A-Za-z0-9+/=]{100}"),
    ("aws-bedrock-key", "bedrock-api-key-[A-Za-z0-9+/=]{20}"),
    ("azure-client-secret", "^Q~[A-Za-z0-9_~.-]{31}"),
    ("clickhouse-key", "4b1d[A-Za-z0-9]{38}"),
    ("clojars-token", "CLOJARS_[A-Za-z0-9]{60}"),
    ("cloudflare-origin-key", "v1.0-[a-f0-9]{24}-[a-f0-9]{100}"),
    ("databricks-token", "dapi[a-f0-9]{32}"),
    ("digitalocean-token", "dop_v1_[a-f0-9]{64}"),
    ("digitalocean-token", "doo_v1_[a-f0-9]{64}"),
    ("digitalocean-token", "dor_v1_[a-f0-9]{64}"),
    ("discord-token", "[MNO][A-Za-z0-9_-]{22,}.[A-Za-z0-9_-]{6}.[A-Za-z0-9_-]{27}"),
    ("docker-token", "dckr_pat_[A-Za-z0-9_-]{20}"),
    ("doppler-token", "dp.pt.[A-Za-z0-9]{40}"),
    ("doppler-token", "dp.st.[A-Za-z0-9_.-]{40}"),
    ("dropbox-token", "sl.[A-Za-z0-9=_-]{130}"),
    ("duffel-token", "duffel_test_[A-Za-z0-9_=-]{40}"),
    ("duffel-token", "duffel_live_[A-Za-z0-9_=-]{40}"),
    ("dynatrace-token", "dt0c01.[A-Za-z0-9]{24}.[A-Za-z0-9]{60}"),
    ("easypost-token", "EZAK[A-Za-z0-9]{54}"),
    ("easypost-token", "EZTK[A-Za-z0-9]{54}"),
    ("facebook-token", "EAAM[A-Za-z0-9]{100}"),
    ("facebook-token", "EAAC[A-Za-z0-9]{100}"),
    ("facebook-token", "[0-9]{15,16}|[A-Za-z0-9_-]{27}"),
    ("facebook-token", "[0-9]{15,16}%[A-Za-z0-9_-]{27}"),
    ("figma-token", "figd_[A-Za-z0-9_-]{38}"),
    ("flutterwave-key", "FLWSECK_TEST-[A-Za-z0-9-]{12}"),
    ("flutterwave-key", "FLWPUBK_TEST-[A-Za-z0-9-]{32}"),
    ("flyio-token", "fo1_[A-Za-z0-9_-]{43}"),
    ("flyio-token", "fm1a_[A-Za-z0-9+/=]{100}"),
    ("flyio-token", "fm1r_[A-Za-z0-9+/=]{100}"),
    ("flyio-token", "fm2_[A-Za-z0-9+/=]{100}"),
    ("frameio-token", "fio-u-[A-Za-z0-9_=-]{60}"),
    ("github-token", "ghp_[A-Za-z0-9]{36}"),
    ("github-token", "gho_[A-Za-z0-9]{36}"),
    ("github-token", "ghu_[A-Za-z0-9]{36}"),
    ("github-token", "ghs_[A-Za-z0-9]{36}"),
    ("github-token", "ghr_[A-Za-z0-9]{36}"),
    ("github-token", "github_pat_[A-Za-z0-9_]{60}"),
    ("gitlab-token", "glpat-[A-Za-z0-9_.-]{20}"),
    ("gitlab-token", "glptt-[a-f0-9]{40}"),
    ("gitlab-token", "gldt-[A-Za-z0-9_-]{20}"),
    ("gitlab-token", "glrt-[A-Za-z0-9_.-]{20}"),
    ("gitlab-token", "glft-[A-Za-z0-9_-]{20}"),
    ("gitlab-token", "glcbt-[A-Za-z0-9_-]{20}"),
    ("gitlab-token", "glimt-[A-Za-z0-9_-]{25}"),
    ("gitlab-token", "gloas-[A-Za-z0-9_-]{60}"),
    ("gitlab-token", "glsoat-[A-Za-z0-9_-]{20}"),
    ("gitlab-token", "glffct-[A-Za-z0-9_-]{20}"),
    ("gitlab-token", "glagent-[A-Za-z0-9_-]{50}"),
    ("gitlab-token", "GR1348941[A-Za-z0-9_-]{20}"),
    ("gitlab-token", "_gitlab_session=[a-z0-9]{32}"),
    ("gocardless-token", "live_[A-Za-z0-9_=-]{40}"),
    ("google-key", "AIza[A-Za-z0-9_-]{35}"),
    ("google-oauth-secret", "GOCSPX-[A-Za-z0-9_-]{28}"),
    ("google-oauth-token", "ya29.[A-Za-z0-9_-]{20}"),
    ("grafana-token", "glc_[A-Za-z0-9+/=]{32}"),
    ("grafana-token", "glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}"),
    ("grafana-token", "eyJrIjoi[A-Za-z0-9=]{70}"),
    ("groq-key", "gsk_[A-Za-z0-9]{40}"),
    ("harness-token", "pat.[A-Za-z0-9_-]{22}.[A-Za-z0-9]{24}.[A-Za-z0-9]{20}"),
    ("harness-token", "sat.[A-Za-z0-9_-]{22}.[A-Za-z0-9]{24}.[A-Za-z0-9]{20}"),
    ("heroku-key", "HRKU-AA[A-Za-z0-9_-]{50}"),
    ("huggingface-token", "hf_[A-Za-z0-9]{30}"),
    ("huggingface-token", "api_org_[A-Za-z0-9]{30}"),
    ("infracost-token", "ico-[A-Za-z0-9]{32}"),
    ("intra42-secret", "s-s4t2ud-[a-f0-9]{60}"),
    ("intra42-secret", "s-s4t2af-[a-f0-9]{60}"),
    ("jwt", "ey[A-Za-z0-9_-]{17,}.ey[A-Za-z0-9_./\\=-]{17}"),
    ("jwt", "ZXlK[A-Za-z0-9+/=]{80}"),
    ("linear-key", "lin_api_[A-Za-z0-9]{40}"),
    ("lob-key", "live_[a-f0-9]{35}"),
    ("lob-key", "test_[a-f0-9]{35}"),
    ("mailchimp-key", "[a-f0-9]{32}-us[0-9]{1}"),
    ("mailgun-key", "key-[a-f0-9]{32}"),
    ("mailgun-key", "pubkey-[a-f0-9]{32}"),
    ("mapbox-token", "sk.eyJ[A-Za-z0-9_.-]{60}"),
    ("mapbox-token", "pk.[a-z0-9]{60}.[a-z0-9]{22}"),
    ("maxmind-key", "^_mmk"),
    ("microsoft-teams-webhook", "webhook.office.com/webhookb2/[A-Za-z0-9@/-]{80}"),
    ("new-relic-key", "NRAK-[A-Z0-9a-z]{27}"),
    ("new-relic-key", "NRII-[A-Za-z0-9-]{32}"),
    ("new-relic-key", "NRJS-[a-f0-9]{19}"),
    ("notion-token", "ntn_[A-Za-z0-9]{43}"),
    ("notion-token", "secret_[A-Za-z0-9]{43}"),
    ("npm-token", "npm_[A-Za-z0-9]{36}"),
    ("octopus-key", "API-[A-Z0-9]{26}"),
    ("openai-key", "sk-proj-[A-Za-z0-9_-]{40}"),
    ("openai-key", "sk-svcacct-[A-Za-z0-9_-]{40}"),
    ("openai-key", "sk-admin-[A-Za-z0-9_-]{40}"),
    ("openai-key", "sk-[A-Za-z0-9]{32}"),
    ("openrouter-key", "sk-or-v1-[a-f0-9]{40}"),
    ("openshift-token", "sha256~[A-Za-z0-9_-]{43}"),
    ("perplexity-key", "pplx-[A-Za-z0-9]{40}"),
    ("plaid-token", "access-sandbox-[a-f0-9-]{36}"),
    ("plaid-token", "access-development-[a-f0-9-]{36}"),
    ("plaid-token", "access-production-[a-f0-9-]{36}"),
    ("planetscale-token", "pscale_tkn_[A-Za-z0-9_=.-]{32}"),
    ("planetscale-token", "pscale_oauth_[A-Za-z0-9_=.-]{32}"),
    ("planetscale-token", "pscale_pw_[A-Za-z0-9_=.-]{32}"),
    ("postman-key", "PMAK-[A-Fa-f0-9]{24}-[A-Fa-f0-9]{34}"),
    ("prefect-token", "pnu_[A-Za-z0-9]{36}"),
    ("pulumi-token", "pul-[a-f0-9]{40}"),
    ("pypi-token", "pypi-AgE[A-Za-z0-9_-]{50}"),
    ("readme-token", "rdme_[a-z0-9]{70}"),
    ("replicate-token", "r8_[A-Za-z0-9]{37}"),
    ("rubygems-key", "rubygems_[a-f0-9]{48}"),
    ("scalingo-token", "tk-us-[A-Za-z0-9_-]{48}"),
    ("sendgrid-key", "SG.[A-Za-z0-9_=-]{16,}.[A-Za-z0-9_=.-]{40}"),
    ("sendinblue-key", "xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}"),
    ("sentry-token", "sntrys_eyJ[A-Za-z0-9+/=_]{40}"),
    ("sentry-token", "sntryu_[a-f0-9]{64}"),
    ("settlemint-token", "sm_aat_[A-Za-z0-9]{16}"),
    ("settlemint-token", "sm_pat_[A-Za-z0-9]{16}"),
    ("settlemint-token", "sm_sat_[A-Za-z0-9]{16}"),
    ("shippo-token", "shippo_live_[A-Fa-f0-9]{40}"),
    ("shippo-token", "shippo_test_[A-Fa-f0-9]{40}"),
    ("shopify-token", "shpat_[A-Fa-f0-9]{32}"),
    ("shopify-token", "shpca_[A-Fa-f0-9]{32}"),
    ("shopify-token", "shppa_[A-Fa-f0-9]{32}"),
    ("shopify-token", "shpss_[A-Fa-f0-9]{32}"),
    ("slack-token", "xoxa-[A-Za-z0-9-]{10}"),
    ("slack-token", "xoxb-[A-Za-z0-9-]{10}"),
    ("slack-token", "xoxe-[A-Za-z0-9-]{10}"),
    ("slack-token", "xoxe.xox[bp]{1}-[A-Za-z0-9-]{10}"),
    ("slack-token", "xoxo-[A-Za-z0-9-]{10}"),
    ("slack-token", "xoxp-[A-Za-z0-9-]{10}"),
    ("slack-token", "xoxr-[A-Za-z0-9-]{10}"),
    ("slack-token", "xoxs-[A-Za-z0-9-]{10}"),
    ("slack-token", "xapp-[0-9]{1}-[A-Za-z0-9-]{10}"),
    ("slack-webhook", "hooks.slack.com/services/[A-Za-z0-9+/]{40}"),
    ("slack-webhook", "hooks.slack.com/workflows/[A-Za-z0-9+/]{40}"),
    ("slack-webhook", "hooks.slack.com/triggers/[A-Za-z0-9+/]{40}"),
    ("sonar-token", "squ_[A-Za-z0-9]{40}"),
    ("sonar-token", "sqp_[A-Za-z0-9]{40}"),
    ("sonar-token", "sqa_[A-Za-z0-9]{40}"),
    ("sourcegraph-token", "sgp_[A-Za-z0-9_]{40}"),
    ("square-token", "EAAA[A-Za-z0-9_-]{22}"),
    ("square-token", "sq0atp-[A-Za-z0-9_-]{22}"),
    ("square-token", "sq0csp-[A-Za-z0-9_-]{22}"),
    ("stripe-key", "sk_live_[A-Za-z0-9]{10}"),
    ("stripe-key", "sk_test_[A-Za-z0-9]{10}"),
    ("stripe-key", "sk_prod_[A-Za-z0-9]{10}"),
    ("stripe-key", "rk_live_[A-Za-z0-9]{10}"),
    ("stripe-key", "rk_test_[A-Za-z0-9]{10}"),
    ("stripe-key", "rk_prod_[A-Za-z0-9]{10}"),
    ("stripe-key", "whsec_[A-Za-z0-9]{24}"),
    ("supabase-key", "sbp_[a-f0-9]{40}"),
    ("supabase-key", "sb_secret_[A-Za-z0-9_-]{20}"),
    ("tailscale-key", "tskey-[A-Za-z0-9-]{20}"),
    ("telegram-token", "[0-9]{8,16}:A[A-Za-z0-9_-]{33}"),
    ("terraform-token", "^atlasv1.[A-Za-z0-9_=-]{60}"),
    ("twilio-key", "SK[a-f0-9]{32}"),
    ("typeform-token", "tfp_[A-Za-z0-9_.=-]{50}"),
    ("vault-token", "hvs.[A-Za-z0-9_-]{24}"),
    ("vault-token", "hvb.[A-Za-z0-9_-]{100}"),
    ("vault-token", "s.[A-Za-z0-9]{24}"),
    ("xai-key", "xai-[A-Za-z0-9]{60}"),
    ("yandex-token", "t1.[A-Za-z0-9_=-]{1,}.[A-Za-z0-9_=-]{86}"),
    ("yandex-key", "AQVN[A-Za-z0-9_-]{35}"),
];

struct Pattern {
    kind: &'static str,
    inside_words: bool,
    /// So few literals at the beginning that a name in code can have them too.
    weak: bool,
    steps: Vec<Step>,
}

impl Pattern {
    /// What the second byte can be.
    fn second(&self) -> u128 {
        match self.steps.as_slice() {
            [first, next, ..] if first.max == 1 => next.set,
            [first, ..] => first.set,
            [] => 0,
        }
    }
}

/// A set of ASCII characters, and how many of them.
struct Step {
    set: u128,
    min: usize,
    max: usize,
}

impl Step {
    fn has(&self, byte: u8) -> bool {
        byte < 128 && self.set >> byte & 1 == 1
    }
}

/// Patterns by the first byte that they can begin with, and all second bytes that may follow it: nearly every
/// word of ordinary text is told off by these two.
struct Table {
    patterns: Vec<Pattern>,
    by_first: Vec<(u128, Vec<u16>)>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let patterns: Vec<Pattern> = PATTERNS.iter().map(|(kind, text)| compile(kind, text)).collect();
    let mut by_first = vec![(0, Vec::new()); 128];
    for (pattern, index) in patterns.iter().zip(0..) {
        for (byte, (second, list)) in (0..).zip(by_first.iter_mut()) {
            if pattern.steps.first().is_some_and(|step| step.has(byte)) {
                list.push(index);
                *second |= pattern.second();
            }
        }
    }
    Table { patterns, by_first }
});

fn compile(kind: &'static str, text: &str) -> Pattern {
    let inside_words = text.starts_with('^');
    let mut chars = text.trim_start_matches('^').bytes().peekable();
    let mut steps = Vec::new();
    while let Some(byte) = chars.next() {
        if byte != b'[' {
            steps.push(Step { set: 1 << byte, min: 1, max: 1 });
            continue;
        }
        let class: Vec<u8> = chars.by_ref().take_while(|byte| *byte != b']').collect();
        let (mut min, mut max) = (1, 1);
        if chars.next_if_eq(&b'{').is_some() {
            let count: Vec<u8> = chars.by_ref().take_while(|byte| *byte != b'}').collect();
            let count = String::from_utf8_lossy(&count).into_owned();
            let (low, high) = count.split_once(',').unwrap_or((&count, &count));
            min = low.parse().unwrap_or(1);
            max = high.parse().unwrap_or(usize::MAX);
        }
        steps.push(Step { set: set_of(&class), min, max });
    }
    if let Some(last) = steps.last_mut().filter(|last| last.set.count_ones() > 1) {
        last.max = usize::MAX;
    }
    let weak = steps.iter().take_while(|step| step.set.count_ones() == 1).count() < 4;
    Pattern { kind, inside_words, weak, steps }
}

fn set_of(class: &[u8]) -> u128 {
    let mut set = 0;
    let mut rest = class;
    loop {
        rest = match rest {
            [from, b'-', to, after @ ..] => {
                (*from..=*to).for_each(|byte| set |= 1 << byte);
                after
            }
            [byte, after @ ..] => {
                set |= 1 << byte;
                after
            }
            [] => return set,
        };
    }
}

/// A token known by a mark inside of it has at least this many bytes.
const SHORTEST_AROUND: usize = 24;

/// The token that begins at `at`, the longest if several patterns fit.
pub(super) fn at(text: &[u8], at: usize) -> Option<Span> {
    let first = *text.get(at)?;
    let (second, candidates) = TABLE.by_first.get(usize::from(first))?;
    let follows = text.get(at + 1).is_some_and(|byte| *byte < 128 && second >> byte & 1 == 1);
    if !follows {
        return None;
    }
    let fresh = starts_word(text, at);
    let matched = candidates.iter().filter_map(|index| TABLE.patterns.get(usize::from(*index))).filter_map(|pattern| {
        let start = if fresh && !pattern.inside_words { at } else { word_start(text, at) };
        let end = end_of(pattern, text, at)?;
        let whole = start == at || (pattern.inside_words && end - start >= SHORTEST_AROUND);
        whole.then_some(Span { kind: pattern.kind, start, end })
    });
    matched.max_by_key(|span| span.end)
}

fn end_of(pattern: &Pattern, text: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    for step in &pattern.steps {
        let rest = text.get(at..)?;
        let count = rest.iter().take(step.max).take_while(|byte| step.has(**byte)).count();
        if count < step.min {
            return None;
        }
        at += count;
    }
    // A class with a dot takes the full stop of the sentence with it.
    while text.get(at.wrapping_sub(1)) == Some(&b'.') {
        at -= 1;
    }
    (!pattern.weak || plausible(text.get(start..at)?)).then_some(at)
}

/// Random, unlike a method on `s.` or words joined by dashes: many characters, digits or capitals among them.
fn plausible(body: &[u8]) -> bool {
    let mut seen = 0u128;
    body.iter().filter(|byte| byte.is_ascii()).for_each(|byte| seen |= 1 << byte);
    let digits = body.iter().filter(|byte| byte.is_ascii_digit()).count();
    seen.count_ones() >= 8 && (digits >= 2 || body.starts_with(b"hf_"))
}

/// Whether no word runs into `at`. An escape such as `\n` in quoted JSON ends a word too.
pub(super) fn starts_word(text: &[u8], at: usize) -> bool {
    match text.get(..at).unwrap_or_default() {
        [.., b'\\', b'n' | b'r' | b't'] => true,
        [.., before] => !(before.is_ascii_alphanumeric() || *before == b'_'),
        [] => true,
    }
}

/// The next place behind `at`, a letter or digit, where something can begin: the end of the word, the letter
/// behind an escape, or what gives away a token from inside of a word.
pub(super) fn next_in_word(text: &[u8], at: usize) -> usize {
    let mut next = at + 1;
    while let Some(byte) = text.get(next).filter(|byte| byte.is_ascii_alphanumeric()) {
        let inside = match byte {
            b'Q' => text.get(next + 1) == Some(&b'~'),
            b'a' => text.get(next..next + 8).is_some_and(|word| word == b"atlasv1."),
            _ => false,
        };
        if inside || starts_word(text, next) {
            break;
        }
        next += 1;
    }
    next
}

fn word_start(text: &[u8], at: usize) -> usize {
    let before = text.get(at.saturating_sub(40)..at).unwrap_or_default();
    at - before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b"_~.".contains(byte)).count()
}
