//! Blocks on a reader (A.3.1).

use askama::Template;
use axum::extract::Path;
use service::kernel::{BlockId, Error, ReaderId, Right};
use service::readers::{self, BlockReason, BlockView, NewBlock, ReaderView};

use super::trouble::Trouble;
use super::{Head, blank, done, key};
use crate::form::{Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::session::SignedIn;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "desk/people/blocks.html")]
struct BlocksPage {
    t: Text,
    page: Page,
    reader: ReaderView,
    blocks: Vec<(BlockView, String)>,
    form: Form,
    blockers: Vec<BlockerText>,
    reasons: Vec<(&'static str, String)>,
}

async fn page(me: &SignedIn, id: ReaderId, trouble: Trouble) -> Answer {
    if !me.session().actor.may(Right::BlockReaders) {
        return Err(me.failure(Error::Forbidden(Right::BlockReaders)));
    }
    let head = Head::of(me, id).await?;
    let blocks = me.read(async move |op| readers::blocks(op, id).await).await?;
    let t = head.t;
    let page = BlocksPage {
        t,
        page: head.page,
        reader: head.reader,
        blocks: t.with_library(&me.session().tree, blocks, |block| block.library),
        blockers: trouble.told(t),
        form: trouble.form,
        reasons: BlockReason::ALL.map(|reason| (reason.as_str(), t.block_reason(reason.as_str()))).to_vec(),
    };
    Ok(html_with(trouble.status, &page))
}

pub async fn show(me: SignedIn, Path(id): Path<ReaderId>) -> Answer {
    page(&me, id, Trouble::none()).await
}

pub async fn block(me: SignedIn, Path(id): Path<ReaderId>, Posted(fields): Posted) -> Answer {
    let block = NewBlock {
        reader: id,
        reason: fields.owned("block.reason"),
        note: fields.owned("block.note"),
        until: fields.owned("block.until"),
    };
    let put = me.try_write(key(&fields), async move |op| readers::block(op, block.clone()).await).await;
    match put {
        Ok(_) => Ok(done(id, "block")),
        Err(error) => page(&me, id, Trouble::of(&me, fields, error)?).await,
    }
}

pub async fn unblock(me: SignedIn, Path((id, block)): Path<(ReaderId, BlockId)>, _: Posted) -> Answer {
    let gone = me.try_write(None, async move |op| readers::unblock(op, id, block).await).await;
    match gone {
        Ok(()) => Ok(done(id, "unblock")),
        Err(error) => page(&me, id, Trouble::of(&me, blank(), error)?).await,
    }
}
