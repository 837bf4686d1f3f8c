//! Contact data as pages show it: enough to recognise, too little to use.

/// `139****8800`; short numbers show less.
pub(crate) fn phone(phone: &str) -> String {
    let length = phone.chars().count();
    let (front, back) = if length >= 10 { (3, 4) } else { (1, 2) };
    stars_between(phone, front, back)
}

/// `a****@example.org`.
pub(crate) fn email(email: &str) -> String {
    match email.rsplit_once('@') {
        Some((local, domain)) => format!("{}@{domain}", stars_between(local, 1, 0)),
        None => stars_between(email, 1, 0),
    }
}

/// The first few characters of an address or workplace.
pub(crate) fn text(text: &str) -> String {
    let front = (text.chars().count() / 3).min(6);
    stars_between(text, front, 0)
}

/// The end of a card's number: `****0009`.
pub(crate) fn number_end(number: &str) -> String {
    stars_between(number, 0, 4)
}

fn stars_between(text: &str, front: usize, back: usize) -> String {
    let length = text.chars().count();
    let start: String = text.chars().take(front).collect();
    let end: String = text.chars().skip(length.saturating_sub(back).max(front)).collect();
    format!("{start}****{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_5_1_3_contact_data_is_shown_masked() {
        assert_eq!(phone("13900008800"), "139****8800");
        assert_eq!(phone("8300123"), "8****23");
        assert_eq!(email("chen@example.org"), "c****@example.org");
        assert_eq!(text("禅城区季华五路11号"), "禅城区****");
        assert_eq!(text("家"), "****");
        assert_eq!(number_end("FS00000009"), "****0009");
    }
}
