//! The form of barcodes (5.2.2): designed once for the federation, so of a form that its policy gives.

/// Whether a barcode is of one of the forms: `#` stands for a digit, `@` for a capital letter.
#[must_use]
pub fn fits(barcode: &str, forms: &str) -> bool {
    forms.split_whitespace().any(|form| {
        form.len() == barcode.len()
            && form.bytes().zip(barcode.bytes()).all(|(expected, found)| match expected {
                b'#' => found.is_ascii_digit(),
                b'@' => found.is_ascii_uppercase(),
                other => other == found,
            })
    })
}

/// The characters of a barcode as scanners and people type it: no blanks, capitals, full-width characters made plain.
pub(crate) fn plain(text: &str) -> impl Iterator<Item = char> {
    use unicode_normalization::UnicodeNormalization;
    text.nfkc().filter(|c| !c.is_whitespace() && *c != '*').flat_map(char::to_uppercase)
}
