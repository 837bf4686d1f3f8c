//! The filter of holders, made from all who hold a live card: in pages, outside of any long transaction, since it opens each number.

use super::HolderFilter;
use crate::Service;
use crate::cards;
use crate::kernel::{Actor, Error, Result};
use crate::readers;

/// Readers of one page.
const PAGE: u64 = 1000;

/// The filter, and how many holders it was made from.
pub(super) async fn filter_of_holders(house: &Service, actor: &Actor) -> Result<(HolderFilter, u64)> {
    let count = house.read(actor.clone(), cards::count_holders).await?;
    let mut filter = HolderFilter::new(count)?;
    let (mut last, mut made_from) = (None, 0);
    loop {
        let (readers, people) = house
            .read(actor.clone(), async move |op| {
                let readers = cards::holders_after(op, last, PAGE).await?;
                let people = readers::person_keys_of(op, &readers).await?;
                Ok((readers, people))
            })
            .await?;
        let Some(end) = readers.last() else { break };
        last = Some(*end);
        made_from += readers.len() as u64;
        // A thread for long work: the hash is slow by design.
        let work = move || filter.add(&people).map(|()| filter);
        filter = tokio::task::spawn_blocking(work).await.map_err(Error::internal)??;
    }
    filter.blur()?;
    Ok((filter, made_from))
}
