//! The list by which a gate decides that lost the network (A.3.1). How it is written is [`::ecard::AllowList`]'s.
//!
//! It takes the house and not an operation: a million cards are hashed outside of any transaction, and off the threads that answer.

use crate::Service;
use crate::cards;
use crate::kernel::{Actor, Error, Result, Right, random_bytes};
use crate::libraries::{self, Policy, tree};

/// The list of a gate.
#[derive(Clone)]
pub struct GateList {
    /// Names what is in it: the same as long as the same cards work and it is not half through its time.
    pub tag: String,
    /// The list; none when the gate has it already.
    pub bytes: Option<Vec<u8>>,
}

impl std::fmt::Debug for GateList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "GateList({})", self.tag)
    }
}

/// The list for the caller's gate, unless it has one of these tags already. Its audience is `LIBRARY/POINT`, the codes of both.
///
/// # Errors
/// [`Right::AdmitVisitors`] is needed, and a service point.
pub async fn allow_list(house: &Service, actor: &Actor, known: &[String]) -> Result<GateList> {
    let (audience, hours, work) = house
        .read(actor.clone(), async |op| {
            op.require(Right::AdmitVisitors)?;
            let (tree, actor) = (tree(op).await?, op.actor());
            let point = tree.points_under(actor.library).find(|point| Some(point.id) == actor.service_point);
            let point = point.ok_or(Error::NotFound("service point"))?;
            let library = tree.library(actor.library).ok_or(Error::NotFound("library"))?;
            let audience = format!("{}/{}", library.code, point.code);
            let hours = libraries::policy(op, actor.library, Policy::GateListHours).await?.number().max(1);
            Ok((audience, hours, cards::that_work(op).await?))
        })
        .await?;
    let (house, known) = (house.clone(), known.to_vec());
    let now = house.clock().now().timestamp();
    let salt: [u8; 16] = random_bytes()?;
    let make = move || {
        let life = hours * 3600;
        let mut content = format!("{audience}\0{hours}\0{}\0", now.div_euclid(life / 2)).into_bytes();
        for (card, number) in &work {
            content.extend_from_slice(card.0.as_bytes());
            content.extend_from_slice(number.as_bytes());
            content.push(0);
        }
        let mark = house.keys().mark("gate list", &content);
        let tag: String = mark.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        if known.contains(&tag) {
            return Ok(GateList { tag, bytes: None });
        }
        let mut list = ::ecard::NewList::new(&audience, now, now + life, salt);
        work.iter().for_each(|(card, number)| list.allow(number, card.0.as_bytes()));
        Ok(GateList { tag, bytes: Some(list.sign(house.keys().e_card())) })
    };
    tokio::task::spawn_blocking(make).await.map_err(Error::internal)?
}
