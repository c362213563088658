//! Standing requests in German, Spanish and French: "antworte immer auf Deutsch", "nunca uses npm", "ne pousse jamais".
//!
//! Narrower than in English: a sentence has to open with the request. "Immer das Gleiche", "klappt nie", "siempre pasa lo
//! mismo" and "ça marche jamais" complain.

use std::sync::LazyLock;

use crate::ascii::Cues;
use crate::text::{fold, words};

/// Words without one of which no sentence is such a request.
static CUES: LazyLock<Cues<()>> = LazyLock::new(|| {
    let words = ["immer", "nie", "niemals", "siempre", "nunca", "toujours", "jamais", "jam\u{e1}s"];
    Cues::new(words.map(|word| (word, ())))
});

/// Whether a message may hold such a request.
pub(super) fn may_ask(message: &str) -> bool {
    CUES.any(message)
}

/// Whether a sentence asks for something for good.
pub(super) fn asks(sentence: &str) -> bool {
    if sentence.ends_with(['?', '？']) {
        return false;
    }
    let said = fold(sentence);
    let once = [
        "heute", "morgen", "diesmal", "vorerst", "erstmal", "hoy", "manana", "esta vez", "por ahora", "aujourd'hui",
        "demain", "cette fois", "pour l'instant",
    ];
    let spaced = format!(" {} ", words(&said).join(" "));
    if once.iter().any(|word| spaced.contains(&format!(" {} ", word.replace('\'', "")))) {
        return false;
    }
    let words = words(without_opening(&said));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    german(&words) || spanish(&words) || french(&words)
}

/// Cuts "bitte", "ab jetzt", "a partir de ahora, " and the like.
fn without_opening(said: &str) -> &str {
    const OPENINGS: &[&str] = &[
        "ab jetzt ", "ab jetzt, ", "ab sofort ", "von jetzt an ", "kunftig ", "in zukunft ", "bitte ", "und ", "also ",
        "ach ja, ", "ubrigens, ", "ubrigens: ", "a partir de ahora, ", "a partir de ahora ", "de ahora en adelante, ",
        "de ahora en adelante ", "desde ahora, ", "desde ahora ", "en adelante, ", "por favor, ", "por favor ", "y ",
        "a partir de maintenant, ", "a partir de maintenant ", "dorenavant, ", "dorenavant ", "desormais, ",
        "desormais ", "s'il te plait, ", "s'il vous plait, ", "merci de ", "et ",
    ];
    let mut rest = said.trim_start();
    while let Some(cut) = OPENINGS.iter().find_map(|opening| rest.strip_prefix(opening)) {
        rest = cut.trim_start();
    }
    rest
}

/// "Antworte (mir) (bitte) immer …", "ruf mich nie an", "immer erst fragen", "nie auf main pushen".
fn german(words: &[&str]) -> bool {
    const BETWEEN: &[&str] =
        &["bitte", "dich", "es", "ihm", "ihn", "ihr", "mich", "mir", "sie", "uns", "auch", "dabei"];
    // "Ist immer kaputt", "das ist nie so": who tells of something leaves out who does it, too.
    const TELLING: &[&str] = &[
        "aber", "alle", "da", "das", "dass", "dein", "deine", "der", "die", "du", "ein", "eine", "er", "es", "fast",
        "hab", "habe", "hast", "hatte", "hatten", "ich", "ihr", "ist", "kann", "kannst", "man", "mein", "meine",
        "noch", "schon", "sie", "sind", "so", "unser", "unsere", "war", "waren", "warst", "warum", "was", "weil",
        "wenn", "wer", "wie", "wieso", "will", "wir", "wird", "wo",
    ];
    const IDIOMS: &[&str] = &[
        "das", "dasselbe", "dem", "den", "der", "des", "die", "dies", "diese", "dieser", "dieses", "dieselbe", "mal",
        "mehr", "mit", "noch", "nur", "so", "und", "wenn", "wieder",
    ];
    let Some(at) = words.iter().position(|word| ["immer", "nie", "niemals"].contains(word)) else { return false };
    let next = words.get(at + 1).copied().unwrap_or_default();
    let Some((first, between)) = words.get(..at).and_then(<[&str]>::split_first) else {
        // "Immer wieder" and "nie mehr" complain; a request to all ends in its verb.
        return !IDIOMS.contains(&next) && words.iter().skip(2).any(|word| is_infinitive(word, &["en", "ern", "eln"]));
    };
    // "Klappt nie" tells: only the polite form, "antworten Sie", and the bare one ask.
    let asks = !TELLING.contains(first) && !first.ends_with('t') && !["wieder", "noch", ""].contains(&next);
    asks && between.iter().all(|word| BETWEEN.contains(word))
}

fn spanish(words: &[&str]) -> bool {
    const VERBS: &[&str] = &[
        "abre", "anade", "avisa", "avisame", "busca", "cierra", "comprueba", "confirma", "consulta", "contesta",
        "contestame", "copia", "crea", "deja", "despliega", "ejecuta", "elige", "envia", "escribe", "escribeme",
        "espera", "guarda", "haz", "incluye", "llama", "llamame", "manda", "mandame", "pide", "pon", "ponme",
        "pregunta", "preguntame", "publica", "redacta", "reserva", "reservame", "responde", "respondeme", "revisa",
        "sube", "trata", "usa", "utiliza", "verifica",
    ];
    const FORBIDDEN: &[&str] = &[
        "abras", "anadas", "apliques", "aprobes", "apruebes", "borres", "cambies", "canceles", "cierres", "compartas",
        "contestes", "copies", "crees", "dejes", "despliegues", "digas", "ejecutes", "elimines", "envies", "escribas",
        "hagas", "instales", "llames", "mandes", "menciones", "mergees", "modifiques", "muevas", "ofrezcas", "olvides",
        "pongas", "publiques", "reinicies", "reserves", "respondas", "subas", "toques", "uses", "utilices",
    ];
    let infinitive =
        |word: &str| is_infinitive(word, &["ar", "er", "ir", "arme", "erme", "irme", "arlo", "erlo", "irlo"]);
    match words {
        ["siempre", verb, _, ..] => VERBS.contains(verb) || infinitive(verb),
        ["nunca" | "jamas", rest @ ..] | ["no", rest @ ..] => {
            let pronouns =
                rest.iter().take_while(|word| ["me", "nos", "le", "lo", "la", "les", "se"].contains(word)).count();
            let verb = rest.get(pronouns).copied().unwrap_or_default();
            let lasts = words.iter().any(|word| ["nunca", "jamas"].contains(word));
            lasts && (FORBIDDEN.contains(&verb) || words.len() > 2 && infinitive(verb))
        }
        [verb, "siempre", _, ..] => VERBS.contains(verb) || infinitive(verb),
        _ => false,
    }
}

fn french(words: &[&str]) -> bool {
    const VERBS: &[&str] = &[
        "ajoute", "ajoutez", "appelle", "appelez", "attends", "attendez", "choisis", "choisissez", "confirme",
        "confirmez", "cree", "creez", "demande", "demandez", "deploie", "ecris", "ecrivez", "envoie", "envoyez",
        "execute", "executez", "fais", "faites", "garde", "gardez", "inclus", "lance", "lancez", "laisse", "laissez",
        "mets", "mettez", "passe", "passez", "precise", "precisez", "prefere", "preferez", "prends", "prenez",
        "previens", "prevenez", "propose", "proposez", "publie", "redige", "redigez", "relis", "repondez", "reponds",
        "reserve", "reservez", "teste", "testez", "utilise", "utilisez", "verifie", "verifiez",
    ];
    let infinitive = |word: &str| is_infinitive(word, &["er", "ir", "re"]);
    match words {
        ["toujours", verb, _, ..] => infinitive(verb),
        ["jamais", "de" | "d", _, ..] => words.len() > 3,
        // "Ne pousse jamais", "n'utilise jamais", "ne m'appelle jamais", "ne jamais pousser".
        ["ne", "jamais", verb, ..] => infinitive(verb),
        [ne, rest @ ..] if *ne == "ne" || ne.starts_with('n') && VERBS.contains(&ne.trim_start_matches('n')) => {
            rest.iter().take(3).any(|word| *word == "jamais")
        }
        [verb, rest @ ..] if VERBS.contains(verb) => {
            let at = rest.iter().position(|word| *word == "toujours");
            at.is_some_and(|at| {
                at <= 2 && at + 1 < rest.len() && !["pas", "aussi", "autant"].contains(rest.get(at + 1).unwrap_or(&""))
            })
        }
        _ => false,
    }
}

fn is_infinitive(word: &str, endings: &[&str]) -> bool {
    word.len() > 3 && endings.iter().any(|ending| word.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_for_good() {
        for sentence in [
            "Antworte immer auf Deutsch.",
            "Bitte schreib mir nie nach 20 Uhr.",
            "Ab jetzt immer erst den Linter laufen lassen.",
            "Immer zuerst in Staging testen!",
            "Nie direkt auf den Hauptzweig pushen.",
            "Nehmen Sie immer den Fahrstuhl im Osten.",
            "Frag mich bitte immer, bevor du etwas buchst.",
            "Siempre usar la rama de pruebas.",
            "Usa siempre el horario de Lima.",
            "Nunca borres los registros de la caja.",
            "A partir de ahora, no me llames nunca antes de las diez.",
            "Por favor, responde siempre en castellano.",
            "Utilise toujours la branche de test.",
            "Ne supprime jamais les sauvegardes.",
            "N'utilise jamais l'ancien serveur.",
            "Ne jamais toucher aux factures.",
            "Toujours prévenir Odile avant une coupure.",
            "Désormais, répondez toujours en français.",
        ] {
            assert!(asks(sentence) && may_ask(sentence), "{sentence}");
        }
    }

    #[test]
    fn what_only_tells() {
        for sentence in [
            "Immer das Gleiche mit dem Drucker.",
            "Immer wieder bricht der Lauf ab.",
            "Nie wieder dieses Hotel!",
            "Klappt nie beim ersten Mal.",
            "Ist immer so langsam.",
            "Das habe ich nie gesagt.",
            "Ich frage immer zuerst meinen Chef.",
            "Warum ist der Server immer so lahm?",
            "Mara meint, man soll immer den Zug nehmen.",
            "Antworte heute immer auf Deutsch.",
            "Siempre pasa lo mismo.",
            "Nunca funciona a la primera.",
            "Siempre llegas tarde.",
            "No lo he visto nunca.",
            "El jefe dice que usa siempre la otra rama.",
            "Como siempre.",
            "Ça marche toujours.",
            "Je ne l'ai jamais vu.",
            "Jamais vu ça.",
            "Toujours pas de réponse.",
            "Il ne répond jamais.",
            "C'est toujours pareil.",
            "Reste encore la question de toujours.",
        ] {
            assert!(!asks(sentence), "{sentence}");
        }
    }
}
