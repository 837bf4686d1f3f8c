//! Scans, photos and signed papers (4.2.2, 6.2.1, 6.4.5): sealed whole into the database, beside the rows they belong to, so that
//! a backup holds both or neither.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::tables::attachment;
use crate::kernel::{AttachmentId, Error, Op, Problem, ReaderId, Result};

/// What a paper is kept for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// An agent's authorization (4.2.2).
    Authorization,
    /// What proves a change: a renewed document, a changed name (6.2.1).
    Evidence,
    /// The reader's photo.
    Photo,
    /// A guardian's signed consent (Table A1, note).
    Consent,
    /// A document as an applicant photographed it, until the application is decided (A.2.1 b).
    Application,
    /// What the library and a unit agreed on (6.1.3).
    Agreement,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Authorization, Self::Evidence, Self::Photo, Self::Consent, Self::Application, Self::Agreement];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authorization => "authorization",
            Self::Evidence => "evidence",
            Self::Photo => "photo",
            Self::Consent => "consent",
            Self::Application => "application",
            Self::Agreement => "agreement",
        }
    }
}

impl FromStr for Purpose {
    type Err = ();
    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == word).ok_or(())
    }
}

/// A file as it came from a form or a device. `Debug` shows its length only.
#[derive(Clone, PartialEq, Eq)]
pub struct File(pub Vec<u8>);

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "File({} bytes)", self.0.len())
    }
}

/// Bytes at the end of a file among which its end mark stands: scanners and cameras write some more behind it.
const END: usize = 2 * 1024;

impl File {
    /// The media type, by what the file begins and ends with; what it calls itself does not count.
    ///
    /// # Errors
    /// [`Problem::FileKind`] when it is neither a picture (JPEG, PNG, WebP) nor a PDF.
    pub fn media_type(&self) -> Result<&'static str, Problem> {
        let all = self.0.as_slice();
        let ends_with = |mark: &[u8]| {
            let end = all.get(all.len().saturating_sub(END)..).unwrap_or_default();
            end.windows(mark.len()).any(|window| window == mark)
        };
        match all {
            [0xFF, 0xD8, 0xFF, ..] if ends_with(&[0xFF, 0xD9]) => Ok("image/jpeg"),
            // The size comes right after the signature.
            [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, rest @ ..]
                if rest.starts_with(b"\0\0\0\x0DIHDR") =>
            {
                Ok("image/png")
            }
            [b'R', b'I', b'F', b'F', a, b, c, d, rest @ ..] if rest.starts_with(b"WEBP") => {
                let size = usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).unwrap_or(usize::MAX);
                // Some writers leave out the last byte, which only makes the length even.
                let fits = rest.len() == size || rest.len() + 1 == size || rest.len() == size + 1;
                if fits { Ok("image/webp") } else { Err(Problem::FileKind) }
            }
            [b'%', b'P', b'D', b'F', b'-', b'1' | b'2', b'.', ..] if ends_with(b"%%EOF") => {
                Ok("application/pdf")
            }
            _ => Err(Problem::FileKind),
        }
    }
}

/// What is wrong with a file, when the library takes up to `most` KiB; nothing, when it may be kept.
#[must_use]
pub fn check_file(file: &File, most: i64) -> Option<Problem> {
    let most = usize::try_from(most).unwrap_or_default();
    if file.0.is_empty() {
        return Some(Problem::Missing);
    }
    if file.0.len() > most * 1024 {
        return Some(Problem::FileTooLarge(most));
    }
    file.media_type().err()
}

const PLACE: &str = "attachments.content";

/// Keeps a file. Whether it is one that the library takes is asked before: [`check_file`].
///
/// # Errors
/// When it can't be written.
pub(crate) async fn attach(
    op: &Op,
    reader: Option<ReaderId>,
    purpose: Purpose,
    file: &File,
) -> Result<AttachmentId> {
    let media_type = file.media_type().map_err(|_| Error::internal("a file that was not checked"))?;
    let id: AttachmentId = op.new_id()?;
    let row = attachment::ActiveModel {
        id: Set(id),
        reader_id: Set(reader),
        purpose: Set(purpose.as_str().to_owned()),
        media_type: Set(media_type.to_owned()),
        size: Set(i64::try_from(file.0.len()).map_err(Error::internal)?),
        content: Set(op.keys().close_bytes(PLACE, id.0, &file.0)?),
        added_at: Set(op.now()),
        added_by: Set(op.actor().who.to_string()),
    };
    attachment::Entity::insert(row).exec_without_returning(op.db()).await?;
    Ok(id)
}

/// A file that was kept, without its content.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The file.
    pub id: AttachmentId,
    /// What it is kept for.
    pub purpose: Purpose,
    /// What it is.
    pub media_type: String,
    /// Bytes before sealing.
    pub size: i64,
    /// Since when.
    pub added_at: DateTime<Utc>,
}

/// The files kept of a reader, newest first.
pub(crate) async fn attachments_of(op: &Op, reader: ReaderId) -> Result<Vec<Kept>> {
    use attachment::Column;
    type Row = (AttachmentId, String, String, i64, DateTime<Utc>);
    let rows: Vec<Row> = attachment::Entity::find()
        .select_only()
        .columns([Column::Id, Column::Purpose, Column::MediaType, Column::Size, Column::AddedAt])
        .filter(Column::ReaderId.eq(reader))
        .order_by_desc(Column::AddedAt)
        .order_by_desc(Column::Id)
        .into_tuple()
        .all(op.db())
        .await?;
    rows.into_iter()
        .map(|(id, purpose, media_type, size, added_at)| {
            let purpose =
                purpose.parse().map_err(|()| Error::internal("unknown purpose of an attachment"))?;
            Ok(Kept { id, purpose, media_type, size, added_at })
        })
        .collect()
}

/// Removes a file for good: a photo that was replaced.
pub(crate) async fn detach(op: &Op, id: AttachmentId) -> Result<()> {
    attachment::Entity::delete_by_id(id).exec(op.db()).await?;
    Ok(())
}

/// Which files are kept of a reader.
pub(crate) async fn attachment_ids(op: &Op, reader: ReaderId) -> Result<Vec<AttachmentId>> {
    Ok(attachments_of(op, reader).await?.into_iter().map(|kept| kept.id).collect())
}

/// Hands files over to another reader: those of a record that was merged, or back.
pub(crate) async fn move_attachments(op: &Op, ids: &[AttachmentId], to: ReaderId) -> Result<()> {
    attachment::Entity::update_many()
        .col_expr(attachment::Column::ReaderId, Expr::value(to))
        .filter(attachment::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .exec(op.db())
        .await?;
    Ok(())
}

/// A file that was kept: whose, what for, media type and content. Who may see it is for the caller to ask.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub(crate) async fn attachment(
    op: &Op,
    id: AttachmentId,
) -> Result<(Option<ReaderId>, Purpose, String, File)> {
    let row = attachment::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("attachment"))?;
    let purpose = row.purpose.parse().map_err(|()| Error::internal("unknown purpose of an attachment"))?;
    let content = op.keys().open_bytes(PLACE, id.0, &row.content)?;
    Ok((row.reader_id, purpose, row.media_type, File(content)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_6_2_1_a_file_is_what_it_begins_and_ends_with() {
        for (file, kind) in [
            (&b"\xFF\xD8\xFF\xE0....\xFF\xD9"[..], "image/jpeg"),
            (b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR....", "image/png"),
            (b"RIFF\x08\0\0\0WEBPVP8 ", "image/webp"),
            (b"%PDF-1.7 .... %%EOF\r\n", "application/pdf"),
        ] {
            assert_eq!(File(file.to_vec()).media_type(), Ok(kind));
        }
        for other in [
            &b"<svg xmlns"[..],
            b"GIF89a",
            b"",
            b"MZ",
            b"\xFF\xD8\xFF<html>",
            b"\x89PNG\r\n\x1A\n<html>",
            b"RIFF<htmWEBPl>",
            b"RIFF\x08\0\0\0WEBPVP8 <html>",
            b"%PDF-<html>%%EOF",
            b"%PDF-1.7<html>",
        ] {
            assert_eq!(File(other.to_vec()).media_type(), Err(Problem::FileKind), "{other:?}");
        }
        let far = [b"%PDF-1.7 %%EOF".to_vec(), vec![b'x'; END]].concat();
        assert_eq!(File(far).media_type(), Err(Problem::FileKind));
    }
}
