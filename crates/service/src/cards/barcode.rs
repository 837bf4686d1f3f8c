//! Barcodes of One-Cards (5.2.2): designed once for the federation, so of a form that its policy gives.

use crate::kernel::{Invalid, Op, Problem, Result, is_blank};
use crate::libraries::{self, Policy};
pub use crate::stock::fits;
use crate::stock::plain;

/// The barcode that was just scanned from a new One-Card, or what is wrong with it.
pub(super) async fn check_one_card_barcode(
    op: &Op,
    scanned: &str,
    invalid: &mut Invalid,
) -> Result<Option<String>> {
    let forms = libraries::policy(op, op.actor().library, Policy::OneCardBarcode).await?.to_string();
    Ok(barcode_scanned(scanned, &forms, invalid))
}

/// The same where the forms are known.
pub(super) fn barcode_scanned(scanned: &str, forms: &str, invalid: &mut Invalid) -> Option<String> {
    if is_blank(scanned) {
        invalid.add("barcode", Problem::Missing);
        return None;
    }
    let barcode = as_printed(scanned);
    if fits(&barcode, forms) {
        return Some(barcode);
    }
    invalid.add("barcode", Problem::Barcode);
    None
}

/// A barcode as scanners and people type it.
#[must_use]
pub(crate) fn as_printed(text: &str) -> String {
    plain(text).take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_5_2_2_a_barcode_has_the_form_the_federation_designed() {
        assert!(fits("FS00012345", "FS########"));
        assert!(fits("AB123456", "FS######## @@######"));
        for bad in ["FS0001234", "FS000123456", "XX00012345", "FS0001234A", "", "ＦＳ00012345"] {
            assert!(!fits(bad, "FS########"), "{bad}");
        }
        assert_eq!(as_printed(" ｆｓ0001 2345\r"), "FS00012345");
    }
}
