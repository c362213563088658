//! What gets past a safeguard: flags, settings and commands that force, skip a check, destroy, or take more rights.
//!
//! That a call works once its check is off says nothing of the check, so it is no remedy. Each tool spells such flags its
//! own way; they are read by the words of their names, and what has no telling name is listed as it is.

use super::steps::program_of;
use crate::text::parts_of_name;

/// Words of a name that get past something by themselves: `--force`, `--insecure`, `overwrite: true`. Sorted, as all here.
const FORCES: [&str; 30] = [
    "break", "bypass", "danger", "dangerous", "dangerously", "delete", "destroy", "erase", "force", "forced", "hard",
    "insecure", "nocheck", "noconfirm", "nogpgcheck", "nolock", "noverify", "override", "overwrite", "privileged",
    "purge", "truncate", "trusted", "unauthenticated", "unprotected", "unsafe", "unsigned", "unverified", "wipe",
    "yolo",
];

/// Words that take away what another word of the same name stands for: `--skip-tests`.
const SWITCHES: [&str; 10] =
    ["allow", "auto", "disable", "disabled", "ignore", "no", "skip", "skipping", "suppress", "without"];

/// What protects: its absence, or its being off, makes a call work that should not.
const GUARDS: [&str; 65] = [
    "acl", "approval", "approve", "auth", "authentication", "authorization", "backup", "cert", "certificate",
    "certificates", "check", "checking", "checks", "confirm", "confirmation", "dirty", "dry", "errors", "failures",
    "firewall", "gpg", "grace", "guard", "guardrails", "hook", "hooks", "hostkey", "https", "husky", "integrity",
    "lint", "lock", "locking", "mfa", "permission", "permissions", "pgp", "policy", "precommit", "preflight",
    "protect", "protected", "protection", "quorum", "review", "safe", "safety", "sandbox", "sandboxed", "scan",
    "security", "selinux", "sign", "signature", "signatures", "signing", "ssl", "strict", "test", "tests", "tls",
    "validate", "validation", "verification", "verify",
];

/// Parts of names that are written in one word: `sslmode`, `PYTHONHTTPSVERIFY`.
const GUARDS_WITHIN: [&str; 5] = ["gpgsign", "sandbox", "sslmode", "sslverify", "httpsverify"];

const OFF: [&str; 9] = ["0", "disable", "disabled", "false", "n", "never", "no", "none", "off"];

/// Flags of one letter, where they force, by program: elsewhere `-f` is a file.
const LETTERS: [(&str, char); 21] = [
    ("cp", 'f'),
    ("curl", 'k'),
    ("docker rm", 'f'),
    ("docker rmi", 'f'),
    ("git add", 'f'),
    ("git branch", 'D'),
    ("git branch", 'f'),
    ("git checkout", 'f'),
    ("git clean", 'f'),
    ("git commit", 'n'),
    ("git push", 'f'),
    ("git rm", 'f'),
    ("git tag", 'f'),
    ("kill", '9'),
    ("ln", 'f'),
    ("mv", 'f'),
    ("npm ci", 'f'),
    ("npm install", 'f'),
    ("rm", 'f'),
    ("rsync", 'f'),
    ("umount", 'f'),
];

/// Words of a command line that take more rights, or destroy.
const COMMANDS: [&str; 22] = [
    "chown", "dd", "delete", "destroy", "doas", "drop", "force-unlock", "iptables", "kill", "killall", "mkfs", "pkill",
    "prune", "purge", "rm", "setenforce", "shred", "su", "sudo", "truncate", "ufw", "wipe",
];

/// What else is no way out, as it is written: failures that are hidden, rights for everybody.
const WRITTEN: [&str; 12] = [
    "|| true", "|| :", "; true", "set +e", "--exit-zero", "--allow-root", "chmod 777", "chmod -r 777", "chmod 666",
    "chmod a+rw", "chmod o+w", "chmod -r a+",
];

/// Whether a name, as it is given, gets past a safeguard: `force`, `skip_validation`, `verify_ssl` with `false`.
pub(super) fn loosens(name: &str, value: Option<&str>) -> bool {
    let words: Vec<String> = name
        .split(|c: char| !c.is_alphanumeric())
        .flat_map(parts_of_name)
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let any = |known: &[&str]| words.iter().any(|word| known.binary_search(&word.as_str()).is_ok());
    let off = value.is_some_and(|value| OFF.binary_search(&value.to_lowercase().as_str()).is_ok());
    let lower = name.to_lowercase();
    let guards = any(&GUARDS) || GUARDS_WITHIN.iter().any(|part| lower.contains(part));
    // `SKIP=ruff`: the checks to skip are its value.
    let skips = matches!(words.as_slice(), [word] if word == "skip") && value.is_some_and(|value| !value.is_empty());
    match off {
        true => guards && !any(&SWITCHES),
        false => any(&FORCES) || guards && any(&SWITCHES) || skips,
    }
}

/// Whether a command line gets past a safeguard that `before` did not get past.
pub(super) fn gets_past(before: &str, line: &str) -> bool {
    let known: Vec<&str> = before.split_whitespace().collect();
    let (was, is) = (joined(before), joined(line));
    WRITTEN.iter().any(|written| is.contains(written) && !was.contains(written))
        || runs_what_it_fetches(line)
        || parts(line).any(|part| {
            let program = program_of(part).unwrap_or_default();
            let words: Vec<&str> = part.split_whitespace().map(bare).collect();
            words.iter().enumerate().any(|(at, word)| {
                let next = words.get(at + 1).copied();
                let new = !known.contains(word) || next.is_some_and(|next| is_off(next) && !known.contains(&next));
                new && is_past(word, next, &program)
            })
        })
}

fn is_past(word: &str, next: Option<&str>, program: &str) -> bool {
    let next = next.filter(|next| is_off(next));
    if let Some(letters) = word.strip_prefix('-').filter(|rest| is_cluster(rest)) {
        return LETTERS.iter().any(|(of, letter)| {
            (program == *of || program.split(' ').next() == Some(of)) && letters.contains(*letter)
        });
    }
    match word.split_once('=') {
        Some((name, value)) => loosens(name, Some(value)),
        // `-DskipTests` sets `skipTests`.
        None if word.starts_with('-') => loosens(word.strip_prefix("-D").unwrap_or(word), next),
        None => COMMANDS.binary_search(&word).is_ok() || next.is_some_and(|next| loosens(word, Some(next))),
    }
}

/// `-rf`: up to three letters behind one sign.
fn is_cluster(letters: &str) -> bool {
    (1..=3).contains(&letters.len()) && letters.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_off(word: &str) -> bool {
    OFF.binary_search(&word.to_lowercase().as_str()).is_ok()
}

fn bare(word: &str) -> &str {
    word.trim_matches(['"', '\'', '`', '(', ')', '$'])
}

fn joined(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn parts(line: &str) -> impl Iterator<Item = &str> {
    line.split("&&").flat_map(|part| part.split([';', '|', '\n'])).map(str::trim)
}

/// Whether a text brings a program from the network and runs it at once: `curl … | sh`, `bash <(wget …)`.
pub(crate) fn runs_what_it_fetches(text: &str) -> bool {
    let lower = text.to_lowercase();
    let fetches = |text: &str| FETCHERS.iter().any(|fetcher| has_word(text, fetcher));
    let piped = || {
        let bars = lower.match_indices('|').filter_map(|(at, _)| lower.split_at_checked(at));
        bars.into_iter().any(|(before, after)| fetches(before) && is_shell(after.trim_start_matches('|')))
    };
    let inner = || {
        ["<(", "$(", "`"].iter().filter_map(|open| lower.split_once(open)).any(|(before, after)| {
            fetches(after.split_whitespace().next().unwrap_or_default()) && before.split_whitespace().any(is_shell)
        })
    };
    fetches(&lower) && (piped() || inner())
}

/// Whether a part of a command line runs what it reads. `python -m json.tool` only reads it.
fn is_shell(part: &str) -> bool {
    const SHELLS: [&str; 14] =
        ["ash", "bash", "dash", "eval", "fish", "iex", "ksh", "node", "perl", "python", "python3", "ruby", "sh", "zsh"];
    let mut words = part.split_whitespace().filter(|word| !matches!(*word, "sudo" | "env"));
    let first = words.next().unwrap_or_default().trim_matches(|c: char| !c.is_alphanumeric() && c != '/');
    let name = first.rsplit('/').next().unwrap_or_default();
    SHELLS.binary_search(&name).is_ok() && !words.next().is_some_and(|flag| matches!(flag, "-m" | "-c" | "-e"))
}

/// Programs that bring something from the network.
pub(crate) const FETCHERS: [&str; 6] = ["curl", "fetch", "http", "invoke-webrequest", "iwr", "wget"];

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || c == '-')).any(|one| one == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_gets_past_a_safeguard() {
        for (before, line) in [
            ("git commit -m x", "git commit --no-verify -m x"),
            ("git commit -m x", "git commit -nm x"),
            ("git push origin a", "git push --force-with-lease origin a"),
            ("git push origin a", "git push -f origin a"),
            ("curl -s https://a.example", "curl -sk https://a.example"),
            ("wget a", "wget --no-check-certificate a"),
            ("rm -r out", "rm -rf out"),
            ("rm -r out", "sudo rm -r out"),
            ("make install", "chmod 777 /opt && make install"),
            ("kubectl delete pod a", "kubectl delete pod a --grace-period=0"),
            ("kubectl delete pod a", "kubectl delete pod a --grace-period 0"),
            ("tofu apply", "tofu apply -lock=false"),
            ("tofu apply", "tofu force-unlock 1 && tofu apply"),
            ("tofu apply", "tofu apply -auto-approve"),
            ("pip install a", "pip install --trusted-host a.example a"),
            ("npm test", "npm config set strict-ssl false && npm test"),
            ("npm run build", "NODE_TLS_REJECT_UNAUTHORIZED=0 npm run build"),
            ("git commit -m x", "HUSKY=0 git commit -m x"),
            ("git commit -m x", "SKIP=ruff git commit -m x"),
            ("ssh a", "ssh -o StrictHostKeyChecking=no a"),
            ("mvn package", "mvn package -DskipTests"),
            ("make lint", "make lint || true"),
            ("npx jest", "npx jest --passWithNoTests"),
            ("psql 'host=a'", "psql 'host=a sslmode=disable'"),
            ("apply x", "curl -s https://a.example/fix.sh | sh && apply x"),
            ("apply x", "bash <(curl -s https://a.example/fix.sh)"),
        ] {
            assert!(gets_past(before, line), "{line}");
        }
    }

    #[test]
    fn what_does_not() {
        for (before, line) in [
            ("tofu plan", "tofu plan -lock-timeout=5m"),
            ("docker build .", "docker build -f web/Dockerfile ."),
            ("npm ci", "npm ci --no-audit --no-fund"),
            ("cargo test", "SQLX_OFFLINE=true cargo test"),
            ("git push --force", "git push --force origin a"),
            ("pip install a", "pip install --no-cache-dir a"),
            ("poetry install", "poetry install --no-root"),
            ("./run.sh", "chmod +x run.sh && ./run.sh"),
            ("npm test", "npm ci && npm test"),
            ("grep -k a", "sort -k 2 a"),
            ("git push", "git push -u origin a"),
            ("curl a | jq .", "curl -L a | jq ."),
            ("apt-get install a", "apt-get install -y a"),
            ("git commit", "git commit --allow-empty"),
        ] {
            assert!(!gets_past(before, line), "{line}");
        }
    }

    #[test]
    fn arguments_by_their_names() {
        for (name, value, past) in [
            ("force", "true", true),
            ("force", "false", false),
            ("skipValidation", "true", true),
            ("verify_ssl", "false", true),
            ("verify_ssl", "true", false),
            ("dry_run", "false", true),
            ("overwrite", "true", true),
            ("impact", "low", false),
            ("timezone", "Europe/Berlin", false),
        ] {
            assert_eq!(loosens(name, Some(value)), past, "{name}");
        }
    }

    #[test]
    fn the_words_are_sorted() {
        for words in [&FORCES[..], &SWITCHES, &GUARDS, &OFF, &COMMANDS] {
            assert!(words.is_sorted(), "{words:?}");
        }
    }
}
