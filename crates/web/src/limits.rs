//! How large a request may be, all from one number: the most that a library can allow a scan to have. What it does allow is its policy,
//! and for the operation to say.

use service::libraries::LARGEST_ATTACHMENT_KIB;

/// Bytes of a request without files: a form, or JSON.
pub const WITHOUT_FILES: usize = 64 * 1024;
/// Bytes of the fields beside files, of their names and of what separates them.
const FIELDS: usize = 1024 * 1024;
/// Bytes of one file at most.
const FILE: usize = LARGEST_ATTACHMENT_KIB.unsigned_abs() as usize * 1024;

/// Bytes of a form, or a body, with one file.
pub const ONE_FILE: usize = FILE + FIELDS;
/// Bytes of a form with two: what proves a change, and an agent's authorization.
pub const TWO_FILES: usize = 2 * FILE + FIELDS;
/// Bytes of a JSON body with one file in base64, which makes four bytes of three.
pub const ONE_IN_BASE64: usize = in_base64(FILE) + FIELDS;
/// Bytes of a JSON body with two of them.
pub const TWO_IN_BASE64: usize = 2 * in_base64(FILE) + FIELDS;
/// Bytes of a form with a list of people, or with one that a page carries along in base64.
pub const LIST: usize = in_base64(32 << 20) + FIELDS;

const fn in_base64(bytes: usize) -> usize {
    bytes.div_ceil(3) * 4
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use service::libraries::Policy;

    #[test]
    fn the_largest_file_that_a_library_can_allow_goes_through_every_door() {
        let most = *Policy::AttachmentKib.range().unwrap().end();
        let most = usize::try_from(most).unwrap() * 1024;
        assert!(ONE_FILE > most && TWO_FILES > 2 * most);
        let encoded = STANDARD.encode(vec![0; most]).len();
        assert!(ONE_IN_BASE64 > encoded && TWO_IN_BASE64 > 2 * encoded);
    }
}
