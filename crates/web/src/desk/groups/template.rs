//! The list to fill in, in the language of the page.

use axum::response::Response;
use service::kernel::{Error, Right};
use sheets::{Field, Template, TemplateColumn};

use super::report::workbook;
use crate::i18n::Text;
use crate::page::Answer;
use crate::session::SignedIn;

pub async fn show(me: SignedIn) -> Answer {
    me.require(Right::IssueGroups)?;
    written(me.text()).map_err(|error| me.failure(error))
}

/// The workbook.
pub fn written(t: Text) -> Result<Response, Error> {
    let bytes = template(t).write().map_err(Error::internal)?;
    Ok(workbook("group-list", bytes))
}

/// The columns of the template from the left, and whether each is needed.
const COLUMNS: [(Field, bool); 15] = [
    (Field::Name, true),
    (Field::DocumentKind, true),
    (Field::DocumentNumber, true),
    (Field::IssuingCountry, false),
    (Field::Sex, false),
    (Field::BirthDate, false),
    (Field::Phone, true),
    (Field::Class, false),
    (Field::CardKind, false),
    (Field::GuardianName, false),
    (Field::GuardianRelation, false),
    (Field::GuardianDocumentKind, false),
    (Field::GuardianDocumentNumber, false),
    (Field::GuardianPhone, false),
    (Field::Note, false),
];

// locale-keys: sheet-hint-*
// locale-keys: sheet-example-*
// locale-keys: sheet-kind-*
fn template(t: Text) -> Template {
    let kinds: Vec<String> =
        documents::DocumentKind::ALL.iter().map(|kind| t.t(&format!("sheet-kind-{kind}"))).collect();
    let choices = |field: Field| match field {
        Field::DocumentKind | Field::GuardianDocumentKind => kinds.clone(),
        Field::Sex => vec![t.sex("female"), t.sex("male")],
        Field::CardKind => vec![t.t("sheet-card-document"), t.t("sheet-card-one_card")],
        _ => Vec::new(),
    };
    let columns = COLUMNS.iter().map(|(field, needed)| TemplateColumn {
        field: *field,
        heading: t.sheet_field(field),
        needed: *needed,
        hint: t.t(&format!("sheet-hint-{field}")),
        example: t.t(&format!("sheet-example-{field}")),
        choices: choices(*field),
    });
    Template {
        list: t.t("sheet-template-list"),
        explanation: t.t("sheet-template-explanation"),
        title: t.t("sheet-template-title"),
        rules: [
            "sheet-rule-row",
            "sheet-rule-text",
            "sheet-rule-minors",
            "sheet-rule-columns",
            "sheet-rule-law",
        ]
        .map(|key| t.t(key))
        .to_vec(),
        table: [
            "sheet-template-column",
            "sheet-template-needed",
            "sheet-template-what",
            "sheet-template-example",
        ]
        .map(|key| t.t(key)),
        needed: ["sheet-template-yes", "sheet-template-no"].map(|key| t.t(key)),
        choose: t.t("sheet-template-choose"),
        columns: columns.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn the_template_of_every_language_is_read_by_its_headings_and_words() {
        for language in Language::ALL {
            let t = Text { language };
            let template = template(t);
            let bytes = template.write().unwrap();
            let list = sheets::read(&bytes, "", &sheets::Options::default()).unwrap();
            let sheet = list.sheets.first().unwrap();
            let found: Vec<_> = sheet.columns.iter().map(|column| column.field).collect();
            assert_eq!(found, COLUMNS.map(|(field, _)| Some(field)), "{}", language.tag());
            // What can be chosen is understood.
            for column in &template.columns {
                for choice in &column.choices {
                    let text = format!(
                        "{},{}\n{choice},440\n",
                        column.heading,
                        t.sheet_field(Field::DocumentNumber)
                    );
                    let mut options = sheets::Options::default();
                    options.mapping.set(&column.heading, Some(column.field));
                    let list = sheets::read(text.as_bytes(), "", &options).unwrap();
                    let row = list.row(0).unwrap();
                    assert!(row.faults().is_empty() && !row.get(column.field).is_empty(), "{choice}");
                }
            }
        }
    }
}
