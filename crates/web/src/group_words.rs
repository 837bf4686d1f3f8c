//! The words of group issuing in the language of the page. A test walks through all of them.

use std::borrow::Borrow;

use service::groups::{BatchState, Ended, FaultOf, Finding, ReportRow, RowFault, Source, UnitKind};
use sheets::{Field, ReadError};

use crate::i18n::Text;

impl Text {
    // locale-keys: unit-kind-*
    pub fn unit_kind(&self, kind: impl Borrow<UnitKind>) -> String {
        self.t(&format!("unit-kind-{}", kind.borrow()))
    }

    // locale-keys: batch-state-*
    pub fn batch_state(&self, state: impl Borrow<BatchState>) -> String {
        self.t(&format!("batch-state-{}", state.borrow()))
    }

    /// Colour and sign of a batch's state.
    pub fn batch_sign(&self, state: impl Borrow<BatchState>) -> (&'static str, &'static str) {
        match state.borrow() {
            BatchState::Draft | BatchState::Checked => ("warning", "attention"),
            BatchState::Confirmed => ("warning", "ring"),
            BatchState::Issued | BatchState::HandedOver => ("active", "done"),
            BatchState::Withdrawn => ("refused", "cross"),
        }
    }

    // locale-keys: batch-source-*
    pub fn batch_source(&self, source: impl Borrow<Source>) -> String {
        self.t(&format!("batch-source-{}", source.borrow()))
    }

    // locale-keys: finding-*
    pub fn finding(&self, finding: impl Borrow<Finding>) -> String {
        self.t(&format!("finding-{}", finding.borrow()))
    }

    /// Colour and sign of what was found.
    pub fn finding_sign(&self, finding: impl Borrow<Finding>) -> (&'static str, &'static str) {
        match finding.borrow() {
            Finding::Valid => ("active", "done"),
            Finding::Holder => ("", "card"),
            Finding::Twice => ("", "dash"),
            Finding::Possible => ("warning", "attention"),
            Finding::Held => ("warning", "lock"),
            Finding::Invalid | Finding::Refused => ("refused", "cross"),
        }
    }

    // locale-keys: ended-*
    pub fn ended(&self, ended: impl Borrow<Ended>) -> String {
        self.t(&format!("ended-{}", ended.borrow().as_str()))
    }

    /// Colour and sign of how a row ended.
    pub fn ended_sign(&self, ended: impl Borrow<Ended>) -> (&'static str, &'static str) {
        match ended.borrow() {
            Ended::Opened => ("active", "done"),
            Ended::Accepted => ("", "ring"),
            Ended::Holder => ("", "card"),
            Ended::Twice => ("", "dash"),
            Ended::Held => ("warning", "lock"),
            Ended::AskLibrary | Ended::NoOneCard | Ended::NotIssued => ("warning", "attention"),
            Ended::Invalid | Ended::LeftOut => ("refused", "cross"),
        }
    }

    // locale-keys: sheet-field-*
    /// What a column of a list holds.
    pub fn sheet_field(&self, field: impl Borrow<Field>) -> String {
        self.t(&format!("sheet-field-{}", field.borrow()))
    }

    // locale-keys: sheet-left-*
    /// Why rows of a list were not taken for people.
    pub fn left_out(&self, why: &str) -> String {
        self.t(&format!("sheet-left-{why}"))
    }

    // locale-keys: sheet-error-*
    // locale-keys: sheet-looks-like-*
    /// Why a file can't be read.
    pub fn read_error(&self, error: &ReadError) -> String {
        let key = format!("sheet-error-{}", error.code());
        match error {
            ReadError::TooLarge { limit } | ReadError::Unpacks { limit } => {
                self.a(&key, &[("limit", limit >> 20)])
            }
            ReadError::TooManyRows { limit } => self.a(&key, &[("limit", limit)]),
            ReadError::TooManyColumns { limit } => self.a(&key, &[("limit", limit)]),
            ReadError::NotASpreadsheet(like) => {
                self.a(&key, &[("like", self.t(&format!("sheet-looks-like-{like}")))])
            }
            _ => self.t(&key),
        }
    }

    // locale-keys: sheet-fault-*
    /// What is wrong with a row: the cell, what it should hold, and why not.
    pub fn row_fault(&self, fault: &RowFault) -> String {
        let word =
            |name: &str| fault.words.iter().find(|(known, _)| known == name).map(|(_, word)| word.as_str());
        let code = fault.code.as_str();
        let mut words: Vec<(&str, String)> =
            fault.words.iter().map(|(name, word)| (name.as_str(), word.clone())).collect();
        if let Some(kind) = word("kind") {
            words = vec![("kind", self.document_word(kind))];
        }
        let text = match fault.of {
            FaultOf::Sheet => self.a(&format!("sheet-fault-{code}"), &words),
            FaultOf::Field => self.a(&format!("problem-{code}"), &words),
            FaultOf::Document => self.a(&format!("document-problem-{code}"), &words),
            FaultOf::Rule => {
                words.push(("count", String::new()));
                self.a(&format!("blocker-{code}"), &words)
            }
        };
        let place = match (&fault.cell, fault.field) {
            (Some(cell), Some(field)) => format!("{cell} {}", self.sheet_field(field)),
            (None, Some(field)) => self.sheet_field(field),
            (Some(cell), None) => cell.clone(),
            (None, None) => return text,
        };
        format!("{place}{}{text}", self.t("colon"))
    }

    /// All that is wrong with a row, a line each; what is merely missing stands in one.
    pub fn row_faults(&self, faults: &[RowFault]) -> Vec<String> {
        let is_missing = |fault: &&RowFault| fault.of == FaultOf::Field && fault.code == "missing";
        let missing: Vec<String> = faults
            .iter()
            .filter(is_missing)
            .filter_map(|fault| fault.field)
            .map(|field| self.sheet_field(field))
            .collect();
        let mut lines: Vec<String> = faults
            .iter()
            .filter(|fault| !is_missing(fault) || fault.field.is_none())
            .map(|fault| self.row_fault(fault))
            .collect();
        if !missing.is_empty() {
            lines.push(format!(
                "{}{}{}",
                missing.join(&self.t("group-list-mark")),
                self.t("colon"),
                self.t("problem-missing")
            ));
        }
        lines
    }

    /// Why a row of a report ended as it did, in one line; nothing where there is nothing to say.
    pub fn report_note(&self, row: &ReportRow) -> String {
        let mut notes = self.row_faults(&row.faults);
        match row.ended {
            Ended::Twice => {
                if let Some(earlier) = row.same_as {
                    notes.push(self.a("group-same-as", &[("row", earlier)]));
                }
            }
            Ended::Held
            | Ended::AskLibrary
            | Ended::NoOneCard
            | Ended::NotIssued
            | Ended::LeftOut
            | Ended::Holder => {
                notes.push(self.t(&format!("ended-what-{}", row.ended.as_str())));
            }
            Ended::Opened | Ended::Accepted | Ended::Invalid => {}
        }
        // locale-keys: ended-what-*
        self.sentences(&notes.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// About how long something takes: seconds, minutes or hours.
    pub fn about(&self, seconds: impl Borrow<u64>) -> String {
        let seconds = *seconds.borrow();
        match seconds {
            0..=90 => self.a("group-about-seconds", &[("count", seconds)]),
            91..=5400 => self.a("group-about-minutes", &[("count", seconds.div_ceil(60))]),
            _ => self.a("group-about-hours", &[("count", seconds.div_ceil(3600))]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;
    use sheets::{FaultKind, Why};

    #[test]
    fn every_word_of_group_issuing_has_a_text_in_every_language() {
        for language in Language::ALL {
            let t = Text { language };
            let mut texts: Vec<(String, String)> = Vec::new();
            let mut add = |word: &str, text: String| texts.push((word.to_owned(), text));
            UnitKind::ALL.iter().for_each(|word| add(word.as_str(), t.unit_kind(word)));
            BatchState::ALL.iter().for_each(|word| add(word.as_str(), t.batch_state(word)));
            Source::ALL.iter().for_each(|word| add(word.as_str(), t.batch_source(word)));
            Finding::ALL.iter().for_each(|word| add(word.as_str(), t.finding(word)));
            Ended::ALL.iter().for_each(|word| add(word.as_str(), t.ended(word)));
            Field::ALL.iter().for_each(|word| add(word.as_str(), t.sheet_field(word)));
            for why in [
                Why::Title,
                Why::Heading,
                Why::HeadingAgain,
                Why::Empty,
                Why::Prefilled,
                Why::Total,
                Why::Note,
                Why::Section,
                Why::Example,
            ] {
                add(why.as_str(), t.left_out(why.as_str()));
            }
            let words = vec![("error".to_owned(), "#N/A".to_owned()), ("limit".to_owned(), "300".to_owned())];
            for code in FaultKind::CODES {
                let fault = RowFault {
                    cell: None,
                    field: None,
                    of: FaultOf::Sheet,
                    code: code.to_owned(),
                    words: words.clone(),
                };
                add(code, t.row_fault(&fault));
            }
            for like in ["pdf", "picture", "word", "ods", "xlsb", "zip", "unknown"] {
                add(like, t.read_error(&ReadError::NotASpreadsheet(like)));
                add(like, t.t(&format!("sheet-looks-like-{like}")));
            }
            for error in ReadError::CODES {
                add(error, t.a(&format!("sheet-error-{error}"), &[("like", "x"), ("limit", "1")]));
            }
            for ended in [
                Ended::Held,
                Ended::AskLibrary,
                Ended::NoOneCard,
                Ended::NotIssued,
                Ended::LeftOut,
                Ended::Holder,
            ] {
                add(ended.as_str(), t.t(&format!("ended-what-{}", ended.as_str())));
            }
            for (word, text) in texts {
                assert!(
                    !text.is_empty() && !text.ends_with(&format!("-{word}")),
                    "{word} has no text in {}",
                    language.tag()
                );
            }
        }
    }
}
