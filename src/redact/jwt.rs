//! JSON Web Tokens (RFC 7519): three parts in base64, the first a JSON object.

/// Whether the header of what looks like one is an object with a name first. A token that does not begin as compact
/// JSON does (`eyJ`) is taken as it is.
pub(super) fn is_formal(token: &[u8]) -> bool {
    let header = token.split(|byte| *byte == b'.').next().unwrap_or_default();
    if !header.starts_with(b"eyJ") {
        return true;
    }
    let mut bytes = Vec::with_capacity(header.len());
    for four in header.chunks(4) {
        let Some(bits) = four.iter().try_fold(0, |bits, byte| Some(bits << 6 | sextet(*byte)?)) else { return false };
        let bits = bits << (6 * (4 - four.len()));
        let [_, first, second, third] = u32::to_be_bytes(bits);
        bytes.extend([first, second, third].iter().take(four.len() - 1));
    }
    std::str::from_utf8(&bytes).is_ok_and(|text| text.trim_end().ends_with('}') && text.contains(':'))
}

/// The value of a character in base64, of either alphabet.
fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}
