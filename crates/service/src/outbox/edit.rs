//! Texts that the federation or a library writes instead of the built-in ones: the nearest one above the service counts.

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::render::{fill, missing_places, samples, unknown_places};
use super::tables::message_template;
use super::texts::{LANGUAGES, MessageText, built_in};
use super::{Medium, Template};
use crate::kernel::{Error, Invalid, LibraryId, Op, Problem, Result, Right};
use crate::libraries::{Tree, tree};

/// Which text: of what, by which medium, in which language.
type Which<'a> = (Template, Medium, &'a str);

/// Characters that a mail may have.
const LONGEST_MAIL: usize = 4000;
/// Characters that an SMS may have: three parts.
const LONGEST_SMS: usize = 200;
/// Characters that a subject may have.
const LONGEST_SUBJECT: usize = 100;

/// A text as it stands at a library, and whose it is.
#[derive(Clone, Debug)]
pub struct EditedText {
    /// What it tells.
    pub template: Template,
    /// By which medium.
    pub medium: Medium,
    /// In which language.
    pub language: &'static str,
    /// The text in force.
    pub text: MessageText,
    /// The library that wrote it; none where it is the built-in one.
    pub set_by: Option<LibraryId>,
}

/// All texts as they stand at a library.
///
/// # Errors
/// [`Right::EditTemplates`] is needed, for a library under the caller's.
pub async fn texts_at(op: &Op, library: LibraryId) -> Result<Vec<EditedText>> {
    let tree = may_edit(op, library).await?;
    let (upwards, rows) = written(op, &tree, library).await?;
    let mut texts = Vec::new();
    for template in Template::ALL {
        for medium in [Medium::Email, Medium::Sms] {
            for language in LANGUAGES {
                let (text, set_by) = nearest(&upwards, &rows, (template, medium, language));
                texts.push(EditedText { template, medium, language, text, set_by });
            }
        }
    }
    Ok(texts)
}

/// Writes a text for a library and everything under it.
///
/// # Errors
/// [`Right::EditTemplates`] is needed, for a library under the caller's; [`Error::Invalid`] names what can't be taken: a place that the
/// message has no word for, one that it does not do without ([`Template::needed_words`]), a subject of several lines.
pub async fn set_text(op: &Op, library: LibraryId, which: Which<'_>, text: &MessageText) -> Result<()> {
    may_edit(op, library).await?;
    let (template, medium, language) = which;
    let text = judge(template, medium, text)?;
    if !LANGUAGES.contains(&language) || !matches!(medium, Medium::Email | Medium::Sms) {
        return Err(Error::NotFound("text"));
    }
    let row = message_template::ActiveModel {
        library_id: Set(library),
        name: Set(template.as_str().to_owned()),
        channel: Set(medium.as_str().to_owned()),
        language: Set(language.to_owned()),
        subject: Set(text.subject),
        body: Set(text.body),
        changed_at: Set(op.now()),
        changed_by: Set(op.actor().who.to_string()),
    };
    message_template::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([
                message_template::Column::LibraryId,
                message_template::Column::Name,
                message_template::Column::Channel,
                message_template::Column::Language,
            ])
            .update_columns([
                message_template::Column::Subject,
                message_template::Column::Body,
                message_template::Column::ChangedAt,
                message_template::Column::ChangedBy,
            ])
            .to_owned(),
        )
        .exec_without_returning(op.db())
        .await?;
    Ok(())
}

/// Gives a text back to whom the library stands under, and in the end to the built-in one.
///
/// # Errors
/// [`Right::EditTemplates`] is needed, for a library under the caller's.
pub async fn reset_text(op: &Op, library: LibraryId, (template, medium, language): Which<'_>) -> Result<()> {
    may_edit(op, library).await?;
    let key = (library, template.as_str().to_owned(), medium.as_str().to_owned(), language.to_owned());
    message_template::Entity::delete_by_id(key).exec(op.db()).await?;
    Ok(())
}

/// A text as a reader would get it, with words of nobody.
///
/// # Errors
/// [`Error::Invalid`] names what can't be taken.
pub fn preview((template, medium, language): Which<'_>, text: &MessageText) -> Result<MessageText> {
    let text = judge(template, medium, text)?;
    let words = samples(language);
    Ok(MessageText {
        subject: fill(&text.subject, language, &words),
        body: fill(&text.body, language, &words),
    })
}

/// The texts as they stand at a library, for messages of it.
pub(super) struct Texts {
    upwards: Vec<LibraryId>,
    rows: Vec<message_template::Model>,
}

impl Texts {
    /// Those in force at a library.
    pub(super) async fn at(op: &Op, tree: &Tree, library: LibraryId) -> Result<Self> {
        let (upwards, rows) = written(op, tree, library).await?;
        Ok(Self { upwards, rows })
    }

    /// One of them.
    pub(super) fn text(&self, which: Which<'_>) -> MessageText {
        nearest(&self.upwards, &self.rows, which).0
    }
}

async fn written(
    op: &Op,
    tree: &Tree,
    library: LibraryId,
) -> Result<(Vec<LibraryId>, Vec<message_template::Model>)> {
    let upwards: Vec<LibraryId> = tree.upwards(library).map(|library| library.id).collect();
    let rows = message_template::Entity::find()
        .filter(message_template::Column::LibraryId.is_in(upwards.iter().map(|id| id.0)))
        .all(op.db())
        .await?;
    Ok((upwards, rows))
}

fn nearest(
    upwards: &[LibraryId],
    rows: &[message_template::Model],
    (template, medium, language): Which<'_>,
) -> (MessageText, Option<LibraryId>) {
    let is_it = |row: &&message_template::Model| {
        row.name == template.as_str() && row.channel == medium.as_str() && row.language == language
    };
    let found = upwards.iter().find_map(|id| rows.iter().filter(is_it).find(|row| row.library_id == *id));
    match found {
        Some(row) => {
            let text = MessageText { subject: row.subject.clone(), body: row.body.clone() };
            (text, Some(row.library_id))
        }
        None => (built_in(template, medium, language), None),
    }
}

async fn may_edit(op: &Op, library: LibraryId) -> Result<Tree> {
    op.require(Right::EditTemplates)?;
    let tree = tree(op).await?;
    if tree.covers(op.actor().scope, library) { Ok(tree) } else { Err(Error::NotFound("library")) }
}

/// Whether a character ends a line or steers a terminal.
fn steers(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Checks what somebody wrote: forms end lines in two characters, texts in one.
fn judge(template: Template, medium: Medium, text: &MessageText) -> Result<MessageText> {
    let subject = text.subject.trim_matches(' ').to_owned();
    let body = text.body.replace("\r\n", "\n").trim().to_owned();
    let mut invalid = Invalid::default();
    let mut check = |field: &'static str, given: &str, most: usize| {
        let alone = MessageText { subject: String::new(), body: given.to_owned() };
        if given.is_empty() {
            invalid.add(field, Problem::Missing);
        } else if given.chars().any(|c| steers(c) && !(field == "body" && matches!(c, '\n' | '\t'))) {
            // The subject stands in the head of a mail: what ends its line would begin another header.
            invalid.add(field, Problem::NotOneLine);
        } else if given.chars().count() > most {
            invalid.add(field, Problem::TooLong(most));
        } else if !unknown_places(template, &alone).is_empty()
            || given.matches('{').count() != given.matches('}').count()
        {
            invalid.add(field, Problem::UnknownPlace);
        } else if field == "body"
            && let Some(missing) = missing_places(template, medium, given).first()
        {
            invalid.add(field, Problem::MissingPlace(missing));
        }
    };
    if medium == Medium::Email {
        check("subject", &subject, LONGEST_SUBJECT);
        check("body", &body, LONGEST_MAIL);
    } else {
        check("body", &body, LONGEST_SMS);
    }
    invalid.into_result()?;
    Ok(MessageText { subject: if medium == Medium::Email { subject } else { String::new() }, body })
}
