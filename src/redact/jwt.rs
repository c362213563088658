//! JSON Web Tokens (RFC 7519): three parts in base64, the first a JSON object.

use super::base64;

/// Whether the header of what looks like one is an object with a name first. A token that does not begin as compact
/// JSON does (`eyJ`) is taken as it is.
pub(super) fn is_formal(token: &[u8]) -> bool {
    let header = token.split(|byte| *byte == b'.').next().unwrap_or_default();
    if !header.starts_with(b"eyJ") {
        return true;
    }
    let Some(bytes) = base64::decode(header) else { return false };
    std::str::from_utf8(&bytes).is_ok_and(|text| text.trim_end().ends_with('}') && text.contains(':'))
}
