//! Standing requests in German, Spanish and French: "antworte immer auf Deutsch", "nunca uses npm", "ne pousse jamais",
//! "ab sofort bitte ohne Anhang".
//!
//! Narrower than in English: a sentence has to open with the request, or say "bitte immer". "Immer das Gleiche", "klappt nie", "siempre pasa lo
//! mismo" and "ça marche jamais" complain.

use std::sync::LazyLock;

use crate::ascii::Cues;
use crate::text::{fold, words};

/// Words without one of which no sentence is such a request.
static CUES: LazyLock<Cues<()>> = LazyLock::new(|| {
    // Of words with signs beyond ASCII a part is enough.
    let words = [
        "immer", "nie", "niemals", "siempre", "nunca", "toujours", "jamais", "jam\u{e1}s", "ab jetzt", "ab sofort",
        "jetzt an", "nftig", "in zukunft", "partir de", "en adelante", "desde ahora", "navant", "sormais", "l'avenir",
    ];
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
    let (rest, lasts) = without_opening(&said);
    let words = words(rest);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    // "Ab sofort kommen die Lieferungen" ends in a noun, which German capitalises.
    let last = sentence.split_whitespace().next_back().unwrap_or_default();
    let small = last.starts_with(char::is_lowercase);
    german(&words)
        || german_please(&spaced)
        || spanish(&words)
        || french(&words)
        || lasts && (german_from_now(&words, small, spaced.contains(" bitte ")) || romance_from_now(&words))
}

/// A request without what only joins it to what was said before: "Und …", "Übrigens, …".
pub(super) fn without_joint(sentence: &str) -> &str {
    const JOINTS: [&str; 9] =
        ["ach ja, ", "ach, ", "also ", "et ", "por cierto, ", "und ", "\u{fc}brigens, ", "\u{fc}brigens: ", "y "];
    let opens = |joint: &&&str| sentence.get(..joint.len()).is_some_and(|start| start.to_lowercase() == **joint);
    JOINTS.iter().find(opens).and_then(|joint| sentence.get(joint.len()..)).unwrap_or(sentence)
}

/// Cuts "bitte", "ab jetzt", "a partir de ahora, " and the like, and tells whether one of them says "from now on".
fn without_opening(said: &str) -> (&str, bool) {
    const LASTING: &[&str] = &[
        "ab jetzt", "ab sofort", "von jetzt an", "kunftig", "in zukunft", "a partir de ahora", "de ahora en adelante",
        "desde ahora", "en adelante", "a partir de maintenant", "a l'avenir", "dorenavant", "desormais",
    ];
    const OPENINGS: &[&str] = &[
        "bitte ", "und ", "also ", "ach ja, ", "ubrigens, ", "ubrigens: ", "por favor, ", "por favor ", "y ",
        "s'il te plait, ", "s'il vous plait, ", "merci de ", "et ",
    ];
    let (mut rest, mut lasts) = (said.trim_start(), false);
    loop {
        let lasting = LASTING.iter().find_map(|opening| rest.strip_prefix(opening));
        let lasting = lasting.and_then(|cut| cut.strip_prefix([',', ':', ' ']));
        lasts |= lasting.is_some();
        let Some(cut) = lasting.or_else(|| OPENINGS.iter().find_map(|opening| rest.strip_prefix(opening))) else {
            return (rest, lasts);
        };
        rest = cut.trim_start();
    }
}

/// "Wenn du etwas findest, zeig es bitte immer erst mir."
fn german_please(spaced: &str) -> bool {
    const PAIRS: &[&str] = &[" bitte immer ", " immer bitte ", " bitte nie ", " nie bitte ", " bitte niemals "];
    const TELLING: &[&str] = &[" ich soll", " meint ", " sagt ", " sagte ", " soll ", " sollen ", " wir "];
    PAIRS.iter().any(|pair| spaced.contains(pair)) && !TELLING.iter().any(|telling| spaced.contains(telling))
}

/// Behind "ab sofort": "bitte ohne Anhang", "unterschreibst du …", "die Post mit Namen unterschreiben".
fn german_from_now(words: &[&str], small_end: bool, polite: bool) -> bool {
    // With one of these an infinitive tells of something.
    const FINITE: &[&str] = &[
        "darf", "durfen", "kann", "konnen", "konnten", "mochten", "muss", "mussen", "soll", "sollen", "will", "wird",
        "wollen", "wurden", "werden", "wir", "ich", "sie", "haben", "sind", "gibt",
    ];
    let to_agent = matches!(*words, [verb, "du", ..] if verb.ends_with("st"));
    let tells = words.iter().any(|word| FINITE.contains(word));
    let infinitive = words.last().is_some_and(|word| is_infinitive(word, &["en", "ern", "eln"]));
    to_agent || !tells && words.len() > 1 && (polite || infinitive && small_end)
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

/// Behind "a partir de ahora" or "désormais": the bare request.
fn romance_from_now(words: &[&str]) -> bool {
    match words {
        ["no", verb, ..] => SPANISH_FORBIDDEN.contains(verb),
        ["ne", verb, "pas" | "plus", ..] => FRENCH_VERBS.contains(verb),
        [verb, _, ..] => SPANISH_VERBS.contains(verb) || FRENCH_VERBS.contains(verb),
        _ => false,
    }
}

const SPANISH_VERBS: &[&str] = &[
    "abre", "anade", "avisa", "avisame", "busca", "cierra", "comprueba", "confirma", "consulta", "contesta",
    "contestame", "copia", "crea", "deja", "despliega", "ejecuta", "elige", "envia", "escribe", "escribeme", "espera",
    "guarda", "haz", "incluye", "llama", "llamame", "manda", "mandame", "pide", "pon", "ponme", "pregunta",
    "preguntame", "publica", "redacta", "reserva", "reservame", "responde", "respondeme", "revisa", "sube", "trata",
    "usa", "utiliza", "verifica",
];
const SPANISH_FORBIDDEN: &[&str] = &[
    "abras", "anadas", "apliques", "aprobes", "apruebes", "borres", "cambies", "canceles", "cierres", "compartas",
    "contestes", "copies", "crees", "dejes", "despliegues", "digas", "ejecutes", "elimines", "envies", "escribas",
    "hagas", "instales", "llames", "mandes", "menciones", "mergees", "modifiques", "muevas", "ofrezcas", "olvides",
    "pongas", "publiques", "reinicies", "reserves", "respondas", "subas", "toques", "uses", "utilices",
];

fn spanish(words: &[&str]) -> bool {
    let infinitive =
        |word: &str| is_infinitive(word, &["ar", "er", "ir", "arme", "erme", "irme", "arlo", "erlo", "irlo"]);
    match words {
        ["siempre", verb, _, ..] => SPANISH_VERBS.contains(verb) || infinitive(verb),
        ["nunca" | "jamas", rest @ ..] | ["no", rest @ ..] => {
            let pronouns =
                rest.iter().take_while(|word| ["me", "nos", "le", "lo", "la", "les", "se"].contains(word)).count();
            let verb = rest.get(pronouns).copied().unwrap_or_default();
            let lasts = words.iter().any(|word| ["nunca", "jamas"].contains(word));
            lasts && (SPANISH_FORBIDDEN.contains(&verb) || words.len() > 2 && infinitive(verb))
        }
        [verb, "siempre", _, ..] => SPANISH_VERBS.contains(verb) || infinitive(verb),
        _ => false,
    }
}

const FRENCH_VERBS: &[&str] = &[
    "ajoute", "ajoutez", "appelle", "appelez", "attends", "attendez", "choisis", "choisissez", "confirme", "confirmez",
    "cree", "creez", "demande", "demandez", "deploie", "ecris", "ecrivez", "envoie", "envoyez", "execute", "executez",
    "fais", "faites", "garde", "gardez", "inclus", "lance", "lancez", "laisse", "laissez", "mets", "mettez", "passe",
    "passez", "precise", "precisez", "prefere", "preferez", "prends", "prenez", "previens", "prevenez", "propose",
    "proposez", "publie", "redige", "redigez", "relis", "repondez", "reponds", "reserve", "reservez", "teste",
    "testez", "utilise", "utilisez", "verifie", "verifiez",
];

fn french(words: &[&str]) -> bool {
    let infinitive = |word: &str| is_infinitive(word, &["er", "ir", "re"]);
    match words {
        ["toujours", verb, _, ..] => infinitive(verb),
        ["jamais", "de" | "d", _, ..] => words.len() > 3,
        // "Ne pousse jamais", "n'utilise jamais", "ne m'appelle jamais", "ne jamais pousser".
        ["ne", "jamais", verb, ..] => infinitive(verb),
        [ne, rest @ ..] if *ne == "ne" || ne.starts_with('n') && FRENCH_VERBS.contains(&ne.trim_start_matches('n')) => {
            rest.iter().take(3).any(|word| *word == "jamais")
        }
        [verb, rest @ ..] if FRENCH_VERBS.contains(verb) => {
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
            "Wenn du etwas findest, zeig es bitte immer erst mir.",
            "Über Hameln buchst du bitte nie.",
            "Belege ohne Datum bitte immer zurückschicken.",
            "Ab sofort bitte ohne Anhang.",
            "Künftig unterschreibst du mit dem Namen der Werft.",
            "Bitte in Zukunft die Post mit vollem Namen unterschreiben.",
            "A partir de ahora, usa la otra sala.",
            "De ahora en adelante no mandes copias.",
            "À partir de maintenant, utilise l'autre salle.",
            "À l'avenir, n'envoyez jamais de copie.",
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
            "Ab sofort kommen die Lieferungen am Montag.",
            "Ab sofort gilt der neue Preis.",
            "In Zukunft werden die Belege per Post kommen.",
            "Ab jetzt können alle bestellen.",
            "Ab jetzt bin ich im Urlaub.",
            "Künftig soll das bitte immer die Werft machen, sagt Mara.",
            "A partir de ahora el taller cierra a las dos.",
            "Désormais le bureau ferme à midi.",
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
