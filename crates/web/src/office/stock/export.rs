//! The numbers of an order for its manufacturer, as CSV and as a workbook.

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use service::kernel::{Error, StockOrderId};
use service::stock::{self, Order};

use crate::page::Answer;
use crate::problem::Failure;
use crate::session::SignedIn;

/// What a manufacturer is told of each card: its place in the order, its number, what it looks like, for whom it is.
struct Numbers {
    heads: [String; 4],
    order: Order,
    design: String,
    library: String,
}

async fn numbers(me: &SignedIn, id: StockOrderId) -> Result<Numbers, Failure> {
    let (order, design) = me
        .read(async move |op| {
            let order = stock::one_order(op, id).await?;
            let design = match order.design {
                Some(design) => stock::one_design(op, design).await?.name,
                None => String::new(),
            };
            Ok((order, design))
        })
        .await?;
    let t = me.text();
    let heads = ["stock-export-place", "stock-export-number", "stock-export-design", "stock-export-library"];
    let library = t.library(&me.session().tree, order.library);
    Ok(Numbers { heads: heads.map(|key| t.t(key)), order, design, library })
}

pub async fn csv(me: SignedIn, Path(id): Path<StockOrderId>) -> Answer {
    let Numbers { heads, order, design, library } = numbers(&me, id).await?;
    // With a mark at the front, or Excel takes it for GBK.
    let mut text = String::from('\u{feff}');
    let mut line = |fields: [&str; 4]| {
        let quoted = fields.map(|field| format!("\"{}\"", field.replace('"', "\"\"")));
        text.push_str(&quoted.join(","));
        text.push_str("\r\n");
    };
    line(heads.each_ref().map(String::as_str));
    for (place, barcode) in order.range.barcodes().enumerate() {
        line([&(place + 1).to_string(), &barcode, &design, &library]);
    }
    Ok(file(text.into_bytes(), "text/csv; charset=utf-8", "csv", &order))
}

pub async fn xlsx(me: SignedIn, Path(id): Path<StockOrderId>) -> Answer {
    let numbers = numbers(&me, id).await?;
    let book = workbook(&numbers).map_err(|error| me.failure(Error::internal(error)))?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(file(book, kind, "xlsx", &numbers.order))
}

fn workbook(numbers: &Numbers) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let bold = Format::new().set_bold();
    for (column, head) in (0..).zip(&numbers.heads) {
        sheet.write_string_with_format(0, column, head, &bold)?;
    }
    sheet.set_column_width(1, 22)?;
    sheet.set_freeze_panes(1, 0)?;
    for (row, barcode) in (1_u32..).zip(numbers.order.range.barcodes()) {
        sheet.write_number(row, 0, row)?;
        sheet.write_string(row, 1, barcode)?;
        sheet.write_string(row, 2, &numbers.design)?;
        sheet.write_string(row, 3, &numbers.library)?;
    }
    book.save_to_buffer()
}

fn file(bytes: Vec<u8>, kind: &'static str, ending: &str, order: &Order) -> Response {
    let name = format!("attachment; filename=\"yueka-{}.{ending}\"", order.range);
    let name = HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"));
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response()
}
