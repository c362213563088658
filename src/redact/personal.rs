//! Personal data, replaced only where it is asked for: addresses of mail, phone numbers, card numbers and bank accounts.
//!
//! Card numbers have to pass their checksum (ISO/IEC 7812) and have a length that their issuer gives out, IBANs theirs
//! (ISO 13616) and the length of their country. Phone numbers are those written internationally (E.164), those of North
//! America, those with a leading zero in groups, and any behind a word that announces one.

use super::scan::Span;

/// All personal data of a text, in order and without overlap.
pub(super) fn spans(text: &[u8]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for (at, byte) in text.iter().enumerate() {
        let found = match byte {
            b'@' => mail(text, at),
            b'+' | b'(' => phone(text, at),
            b'0'..=b'9' => card(text, at).or_else(|| phone(text, at)),
            b'A'..=b'Z' => iban(text, at),
            _ => None,
        };
        spans.extend(found.filter(|span| spans.last().is_none_or(|last| last.end <= span.start)));
    }
    spans
}

/// The address around an `@`.
fn mail(text: &[u8], at: usize) -> Option<Span> {
    let local = |byte: &&u8| byte.is_ascii_alphanumeric() || b"._%+-".contains(byte);
    let before = text.get(at.saturating_sub(64)..at)?;
    let start = at - before.iter().rev().take_while(local).count();
    let name = text.get(start..at)?;
    let leading = name.iter().take_while(|byte| **byte == b'.' || **byte == b'-').count();
    let in_url = text.get(..start)?.ends_with(b"/")
        || text.get(..start)?.ends_with(b":") && !ends_with_word(text.get(..start - 1)?, "mailto");
    // `git@host:path` is an address of a repository.
    if in_url || name.len() == leading || name == b"git" {
        return None;
    }
    let rest = text.get(at + 1..)?;
    let host =
        rest.iter().take(253).take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')).count();
    let host = rest.get(..host)?;
    let dots = host.iter().rev().take_while(|byte| matches!(byte, b'.' | b'-')).count();
    let host = host.get(..host.len() - dots)?;
    let top = host.iter().rposition(|byte| *byte == b'.').and_then(|dot| host.get(dot + 1..))?;
    let proper = top.len() >= 2
        && top.iter().all(u8::is_ascii_alphabetic)
        && host.first().is_some_and(u8::is_ascii_alphanumeric);
    proper.then_some(Span { kind: "email", start: start + leading, end: at + 1 + host.len() })
}

/// The digits that begin at `at`, in groups with single separators of some kind between them, and the end.
fn digits(text: &[u8], at: usize, separators: &[u8], most: usize) -> Option<(Vec<u8>, usize)> {
    let fresh = at.checked_sub(1).is_none_or(|before| {
        !text.get(before).is_some_and(|byte| byte.is_ascii_alphanumeric() || b"._-#/$+=\\".contains(byte))
            || text.get(before.saturating_sub(1)..=before) == Some(b"\\n")
    });
    let (mut digits, mut end) = (Vec::new(), at);
    for (offset, byte) in text.get(at..)?.iter().enumerate().take(2 * most) {
        match byte {
            b'0'..=b'9' => {
                digits.push(byte - b'0');
                end = at + offset + 1;
            }
            _ if separators.contains(byte) && at + offset <= end + 1 => {}
            _ => break,
        }
    }
    let open = text.get(end).is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        || text.get(end) == Some(&b'.') && text.get(end + 1).is_some_and(u8::is_ascii_digit);
    (fresh && !open && digits.len() <= most).then_some((digits, end))
}

/// A card number, with blanks or dashes between its groups or none.
pub(super) fn card(text: &[u8], at: usize) -> Option<Span> {
    let (digits, end) = digits(text, at, b" -", 19)?;
    let number =
        |length: usize| digits.get(..length)?.iter().try_fold(0, |sum, digit| Some(sum * 10 + u32::from(*digit)));
    let (two, three, four) = (number(2)?, number(3)?, number(4)?);
    let lengths: &[usize] = match (two, three, four) {
        (40..=49, ..) => &[13, 16, 19],
        (51..=55, ..) | (_, 644..=649, _) | (65, ..) | (_, _, 2221..=2720 | 6011 | 3528..=3589) => &[16],
        (34 | 37, ..) => &[15],
        (36 | 38 | 39, ..) | (_, 300..=305, _) => &[14],
        (62, ..) => &[16, 17, 18, 19],
        _ => return None,
    };
    (lengths.contains(&digits.len()) && luhn(&digits)).then_some(Span { kind: "card-number", start: at, end })
}

/// The checksum of card numbers (Luhn, US patent 2,950,048).
fn luhn(digits: &[u8]) -> bool {
    let sum = digits.iter().rev().enumerate().map(|(place, digit)| match (place % 2, digit * 2) {
        (0, _) => u32::from(*digit),
        (_, double) => u32::from(double / 10 + double % 10),
    });
    sum.sum::<u32>() % 10 == 0
}

/// Lengths of the IBANs of countries.
const IBANS: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 \
    FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 \
    LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 \
    SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20";

fn iban(text: &[u8], at: usize) -> Option<Span> {
    let head = text.get(at..at + 4)?;
    let country = std::str::from_utf8(head.get(..2)?).ok()?;
    if !head.get(2..)?.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let fresh = at.checked_sub(1).is_none_or(|before| !text.get(before).is_some_and(u8::is_ascii_alphanumeric));
    let length = IBANS.split_ascii_whitespace().find_map(|row| row.strip_prefix(country)?.parse::<usize>().ok())?;
    let (mut signs, mut end) = (Vec::new(), at);
    for (offset, byte) in text.get(at..)?.iter().enumerate().take(2 * length) {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' if signs.len() < length => {
                signs.push(*byte);
                end = at + offset + 1;
            }
            b' ' if signs.len() < length && signs.len() % 4 == 0 => {}
            _ => break,
        }
    }
    let open = text.get(end).is_some_and(u8::is_ascii_alphanumeric);
    (fresh && !open && signs.len() == length && checks(&signs)).then_some(Span { kind: "iban", start: at, end })
}

/// With the first four signs last and letters as numbers from ten, the remainder by 97 is one.
fn checks(signs: &[u8]) -> bool {
    let (head, rest) = signs.split_at_checked(4).unwrap_or_default();
    let remainder = rest.iter().chain(head).fold(0_u32, |remainder, sign| match sign {
        b'0'..=b'9' => (remainder * 10 + u32::from(sign - b'0')) % 97,
        _ => (remainder * 100 + u32::from(sign - b'A') + 10) % 97,
    });
    remainder == 1
}

/// Words behind which a row of digits is a phone number.
const ANNOUNCED: &[&str] =
    &["phone", "phone number", "tel", "telephone", "telefon", "mobile", "mobil", "cell", "fax", "whatsapp", "handy"];

fn phone(text: &[u8], at: usize) -> Option<Span> {
    let first = *text.get(at)?;
    let from = at + usize::from(first == b'+');
    if first == b'+' && at.checked_sub(1).is_some_and(|before| text.get(before).is_some_and(u8::is_ascii_alphanumeric))
    {
        return None;
    }
    let shape: Vec<u8> = text
        .get(from..)?
        .iter()
        .take(24)
        .copied()
        .take_while(|byte| byte.is_ascii_digit() || b" -./()".contains(byte))
        .collect();
    let length = shape.iter().rposition(u8::is_ascii_digit)? + 1;
    let shape = shape.get(..length)?;
    let digits = shape.iter().filter(|byte| byte.is_ascii_digit()).count();
    let double = shape.windows(2).any(|pair| matches!(pair, [b'-' | b'.' | b'/' | b' ', b'-' | b'.' | b'/' | b' ']));
    let end = from + length;
    let before = text.get(..at)?;
    let fresh = !before.last().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"._-#/$=+".contains(byte));
    let open = text.get(end).is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'%'));
    if open || double || digits > 15 {
        return None;
    }
    let groups = groups(shape);
    let lead = shape.first() == Some(&b'0');
    let single_sort = |sort: &[u8]| shape.iter().all(|byte| byte.is_ascii_digit() || sort.contains(byte));
    let is_phone = match first {
        b'+' => digits >= 8 && !lead,
        _ if !fresh => false,
        // North America: (415) 555-0132, 415-555-0132, 415.555.0132.
        _ if groups == [3, 3, 4] && matches!(shape.iter().find(|byte| byte.is_ascii_digit()), Some(b'2'..=b'9')) => {
            first == b'(' || single_sort(b"-") || single_sort(b".")
        }
        // More digits stand before it: part of a longer number.
        _ if matches!(before, [.., b'0'..=b'9', b' ']) => false,
        // A trunk zero: 020 7946 0958, 06 12 34 56 78, 0171/1234567.
        b'0' if lead && shape.get(1) != Some(&b'0') && single_sort(b" /-") => {
            (9..=12).contains(&digits)
                && groups.len() >= 2
                && matches!(groups.first(), Some(2..=5))
                && groups.iter().all(|group| *group >= 2)
                && groups != [4, 2, 2]
        }
        _ => false,
    };
    let announced = fresh && (7..=15).contains(&digits) && first != b'(' && is_announced(before);
    (is_phone || announced).then_some(Span { kind: "phone", start: at, end })
}

/// How many digits stand together.
fn groups(shape: &[u8]) -> Vec<usize> {
    shape.split(|byte| !byte.is_ascii_digit()).map(<[u8]>::len).filter(|length| *length > 0).collect()
}

/// Whether a word such as `phone`, with `:`, `=`, a blank or quotes behind it, ends here.
fn is_announced(before: &[u8]) -> bool {
    let closed = before.iter().rev().take(5).take_while(|byte| b" \"':=.\\".contains(byte)).count();
    let word = before.get(..before.len() - closed).unwrap_or_default();
    closed > 0 && ANNOUNCED.iter().any(|announced| ends_with_word(word, announced))
}

fn ends_with_word(text: &[u8], word: &str) -> bool {
    let Some(from) = text.len().checked_sub(word.len()) else { return false };
    let fresh = from.checked_sub(1).is_none_or(|before| !text.get(before).is_some_and(u8::is_ascii_alphabetic));
    fresh && text.get(from..).is_some_and(|end| end.eq_ignore_ascii_case(word.as_bytes()))
}
