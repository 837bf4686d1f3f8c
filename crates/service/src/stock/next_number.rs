//! The next numbers that nobody has: after the highest of the library's first form of barcode.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::form::fits;
use super::range::{Range, stepped};
use super::tables::{given_number, order, run, stock_card};
use crate::kernel::{LibraryId, Op, Result};
use crate::libraries::{self, Policy};

/// So many numbers after the highest that is in a stock, on a card or planned; none when the digits don't suffice.
pub async fn next_free(op: &Op, library: LibraryId, count: u32) -> Result<Option<Range>> {
    let forms = libraries::policy(op, library, Policy::OneCardBarcode).await?.to_string();
    let form = forms.split_whitespace().next().unwrap_or_default();
    let digits = form.bytes().rev().take_while(|byte| *byte == b'#').count();
    let Some((head, tail)) = form.split_at_checked(form.len() - digits) else { return Ok(None) };
    if tail.is_empty() || head.contains(['#', '@']) {
        // Letters or digits before the last run of digits: somebody has to say which.
        return Ok(None);
    }
    let (lowest, top) = ([head, &"0".repeat(digits)].concat(), [head, &"9".repeat(digits)].concat());
    let mut highest = lowest.clone();
    macro_rules! highest_of {
        ($room:ident, $column:ident, $field:ident) => {{
            let mut below = top.clone();
            // Numbers of other forms may lie between; few do.
            loop {
                let row = $room::Entity::find()
                    .filter($room::Column::$column.gt(highest.as_str()))
                    .filter($room::Column::$column.lte(below.as_str()))
                    .order_by_desc($room::Column::$column)
                    .one(op.db())
                    .await?;
                match row {
                    Some(row) if fits(&row.$field, form) => {
                        highest = row.$field;
                        break;
                    }
                    Some(row) if row.$field < below => below = row.$field,
                    _ => break,
                }
            }
        }};
    }
    highest_of!(stock_card, Barcode, barcode);
    highest_of!(given_number, Number, number);
    highest_of!(order, LastNumber, last_number);
    highest_of!(run, LastNumber, last_number);
    Ok(stepped(&highest, 1).and_then(|first| Range::of(&first, count)))
}
