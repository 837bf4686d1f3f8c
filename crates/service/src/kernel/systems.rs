//! Several circulations at once: the built-in one, and systems elsewhere. What they know adds up.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use super::circulation::{Answer, Circulation, Known, Question, Standing, Told};
use super::{Op, ReaderId, Result};

/// All circulations that a federation has.
#[derive(Debug)]
pub struct Systems(Vec<Arc<dyn Circulation>>);

impl Systems {
    /// These together. Those that answer from the database stand before those elsewhere, so that nobody is asked in vain.
    #[must_use]
    pub fn new(all: Vec<Arc<dyn Circulation>>) -> Self {
        Self(all)
    }
}

impl Circulation for Systems {
    fn standing<'a>(&'a self, op: &'a Op, reader: ReaderId) -> Answer<'a, Result<Known>> {
        Box::pin(async move {
            let mut known = Known::NotConfigured;
            for system in &self.0 {
                known = known.and(system.standing(op, reader).await?);
            }
            Ok(known)
        })
    }

    fn by_count(&self, counted: Standing, lends: bool) -> Option<Known> {
        match self.0.as_slice() {
            [only] => only.by_count(counted, lends),
            _ => None,
        }
    }

    fn loans_elsewhere<'a>(&'a self, op: &'a Op, reader: ReaderId) -> Answer<'a, Result<Vec<Told>>> {
        Box::pin(async move {
            let mut all = Vec::new();
            for system in &self.0 {
                all.extend(system.loans_elsewhere(op, reader).await?);
            }
            Ok(all)
        })
    }

    fn merged<'a>(&'a self, op: &'a Op, loser: ReaderId, winner: ReaderId) -> Answer<'a, Result<()>> {
        Box::pin(async move {
            for system in &self.0 {
                system.merged(op, loser, winner).await?;
            }
            Ok(())
        })
    }

    fn unmerged<'a>(&'a self, op: &'a Op, loser: ReaderId, winner: ReaderId) -> Answer<'a, Result<()>> {
        Box::pin(async move {
            for system in &self.0 {
                system.unmerged(op, loser, winner).await?;
            }
            Ok(())
        })
    }

    fn is_own(&self) -> bool {
        self.0.iter().any(|system| system.is_own())
    }

    fn held<'a>(&'a self, op: &'a Op, reader: ReaderId) -> Answer<'a, Result<serde_json::Value>> {
        Box::pin(async move {
            // What systems elsewhere keep, they tell the reader themselves.
            match self.0.iter().find(|system| system.is_own()) {
                Some(own) => own.held(op, reader).await,
                None => Ok(serde_json::Value::Null),
            }
        })
    }

    /// All at once: a slow one holds up nobody for longer than itself.
    fn ask<'a>(&'a self, question: &'a Question) -> Answer<'a, Vec<Told>> {
        Box::pin(async move {
            let mut asked: Vec<_> = self.0.iter().map(|system| (system.ask(question), None)).collect();
            poll_fn(|context| {
                let mut waiting = false;
                for (answer, told) in asked.iter_mut().filter(|(_, told)| told.is_none()) {
                    match answer.as_mut().poll(context) {
                        Poll::Ready(answer) => *told = Some(answer),
                        Poll::Pending => waiting = true,
                    }
                }
                if waiting { Poll::Pending } else { Poll::Ready(()) }
            })
            .await;
            asked.into_iter().filter_map(|(_, told)| told).flatten().collect()
        })
    }
}
