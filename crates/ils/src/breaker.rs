//! The breaker: a system that failed several times in a row is left in peace for a while, so that desks are told at once instead
//! of waiting for it each time. Then one question goes out to try; its answer closes the breaker or opens it anew.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Counts failures in a row, and says who may ask.
#[derive(Debug)]
pub struct Breaker {
    limit: u32,
    pause: Duration,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    state: State,
    failures: u32,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Closed,
    Open { until: Instant },
    Probing { since: Instant },
}

/// Whether questions go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakerState {
    /// All of them.
    Closed,
    /// None.
    Open,
    /// One, to try.
    Probing,
}

/// What an outcome changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    None,
    Opened,
    Closed,
}

/// Leave to ask. Dropped without an outcome it counts as none: somebody went away.
#[derive(Debug)]
pub(crate) struct Pass {
    breaker: Arc<Breaker>,
    probe: bool,
    told: bool,
}

impl Breaker {
    /// Opens after so many failures in a row, for so long.
    #[must_use]
    pub fn new(limit: u32, pause: Duration) -> Self {
        Self { limit: limit.max(1), pause, inner: Mutex::new(Inner { state: State::Closed, failures: 0 }) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether questions go out at this moment, and how many failed in a row.
    #[must_use]
    pub fn state(&self) -> (BreakerState, u32) {
        let inner = self.inner();
        let state = match inner.state {
            State::Closed => BreakerState::Closed,
            State::Open { .. } => BreakerState::Open,
            State::Probing { .. } => BreakerState::Probing,
        };
        (state, inner.failures)
    }

    /// Leave to ask; none while the system is left in peace.
    pub(crate) fn enter(self: &Arc<Self>, now: Instant) -> Option<Pass> {
        let mut inner = self.inner();
        let probe = match inner.state {
            State::Closed => false,
            State::Open { until } if now >= until => {
                inner.state = State::Probing { since: now };
                true
            }
            State::Open { .. } | State::Probing { .. } => return None,
        };
        Some(Pass { breaker: Arc::clone(self), probe, told: false })
    }
}

impl Pass {
    /// The system answered.
    pub fn succeeded(mut self) -> Change {
        self.told = true;
        let mut inner = self.breaker.inner();
        let was_closed = matches!(inner.state, State::Closed);
        *inner = Inner { state: State::Closed, failures: 0 };
        if was_closed { Change::None } else { Change::Closed }
    }

    /// The system failed.
    pub fn failed(mut self, now: Instant) -> Change {
        self.told = true;
        let mut inner = self.breaker.inner();
        inner.failures = inner.failures.saturating_add(1);
        let opens = match inner.state {
            State::Closed => inner.failures >= self.breaker.limit,
            // Somebody who asked before it opened says nothing about the one who tries.
            State::Probing { .. } => self.probe,
            State::Open { .. } => false,
        };
        if opens {
            inner.state = State::Open { until: now + self.breaker.pause };
            return Change::Opened;
        }
        Change::None
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if self.probe && !self.told {
            let mut inner = self.breaker.inner();
            if let State::Probing { since } = inner.state {
                // The next one tries.
                inner.state = State::Open { until: since };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(15);

    fn fail(breaker: &Arc<Breaker>, now: Instant) -> Change {
        breaker.enter(now).unwrap().failed(now)
    }

    #[test]
    fn it_opens_after_failures_in_a_row_and_lets_one_try_after_the_pause() {
        let breaker = Arc::new(Breaker::new(3, PAUSE));
        let start = Instant::now();
        assert_eq!([fail(&breaker, start), fail(&breaker, start)], [Change::None, Change::None]);
        assert_eq!(breaker.enter(start).unwrap().succeeded(), Change::None);
        assert_eq!([fail(&breaker, start), fail(&breaker, start)], [Change::None, Change::None]);
        assert_eq!(fail(&breaker, start), Change::Opened);
        assert!(breaker.enter(start + PAUSE - Duration::from_millis(1)).is_none());

        let later = start + PAUSE;
        let probe = breaker.enter(later).unwrap();
        assert!(breaker.enter(later).is_none(), "one at a time");
        assert_eq!(probe.failed(later), Change::Opened);
        assert!(breaker.enter(later).is_none());

        let probe = breaker.enter(later + PAUSE).unwrap();
        assert_eq!(probe.succeeded(), Change::Closed);
        assert_eq!(breaker.state(), (BreakerState::Closed, 0));
    }

    #[test]
    fn who_tries_and_goes_away_holds_up_nobody() {
        let breaker = Arc::new(Breaker::new(1, PAUSE));
        let start = Instant::now();
        fail(&breaker, start);
        drop(breaker.enter(start + PAUSE).unwrap());
        let next = breaker.enter(start + PAUSE).unwrap();
        assert_eq!(next.failed(start + PAUSE), Change::Opened);
    }

    #[test]
    fn those_who_asked_before_it_opened_do_not_disturb_the_one_who_tries() {
        let breaker = Arc::new(Breaker::new(1, PAUSE));
        let start = Instant::now();
        let (slow, slower) = (breaker.enter(start).unwrap(), breaker.enter(start).unwrap());
        fail(&breaker, start);
        let probe = breaker.enter(start + PAUSE).unwrap();
        assert_eq!(slow.failed(start + PAUSE), Change::None);
        assert_eq!(breaker.state().0, BreakerState::Probing);
        assert_eq!(probe.succeeded(), Change::Closed);
        assert_eq!(slower.succeeded(), Change::None);
    }
}
