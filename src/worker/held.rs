//! What the worker holds: the job that is carried out, and those that came with it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::TakenJob;
use crate::interrupt::Cancel;

/// A job as it came: what to do, or why that cannot be known.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Delivery {
    pub(super) id: String,
    pub(super) job: Result<TakenJob, String>,
}

/// The flags of the job that is carried out.
#[derive(Debug, Clone)]
pub(super) struct Flags {
    /// The platform wants nothing of the job any more: nothing is posted for it.
    pub(super) stopped: Cancel,
    /// The handler is to end: the job was stopped, or the worker is.
    pub(super) work: Cancel,
}

/// How long a job may be on its way from the platform's decision to here.
const ON_THE_WAY: Duration = Duration::from_secs(30);
/// Ids that are remembered.
const REMEMBERED: usize = 32;

/// Shared by everyone who works on the shift.
#[derive(Debug, Default)]
pub(super) struct Held {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    current: Option<(String, Flags)>,
    waiting: VecDeque<Delivery>,
    /// Held once, the last of them at the end.
    known: VecDeque<String>,
    /// Stopped before they were ever held: polls overtake each other.
    early: VecDeque<(String, Instant)>,
}

impl Held {
    /// Holds what came; gives the ids that were stopped on their way in. A job that came twice is held once.
    pub(super) fn arrived(&self, came: Vec<Delivery>) -> Vec<String> {
        let mut state = self.lock();
        state.early.retain(|(_, when)| when.elapsed() < ON_THE_WAY);
        let mut stopped = Vec::new();
        for delivery in came {
            if let Some(place) = state.early.iter().position(|(id, _)| *id == delivery.id) {
                state.early.remove(place);
                stopped.push(delivery.id);
            } else if state.ids().all(|id| id != delivery.id) {
                remember(&mut state.known, delivery.id.clone());
                state.waiting.push_back(delivery);
            }
        }
        stopped
    }

    /// The next job becomes the one that is carried out.
    pub(super) fn next(&self) -> Option<(Delivery, Flags)> {
        let mut state = self.lock();
        let delivery = state.waiting.pop_front()?;
        let flags = Flags { stopped: Cancel::deaf(), work: Cancel::default() };
        state.current = Some((delivery.id.clone(), flags.clone()));
        Some((delivery, flags))
    }

    /// The job is over, its result posted or given up.
    pub(super) fn done(&self) {
        self.lock().current = None;
    }

    /// Stops a job; whether it is held.
    pub(super) fn stop(&self, id: &str) -> bool {
        let mut state = self.lock();
        if let Some((_, flags)) = state.current.as_ref().filter(|(own, _)| own == id) {
            flags.stopped.cancel();
            flags.work.cancel();
            return true;
        }
        let before = state.waiting.len();
        state.waiting.retain(|delivery| delivery.id != id);
        let held = state.waiting.len() < before;
        // One that was held is over: should it come again, then because somebody wants it again.
        if !held && !state.known.iter().any(|own| own == id) {
            remember(&mut state.early, (id.to_owned(), Instant::now()));
        }
        held
    }

    /// The ids as a heartbeat tells them.
    pub(super) fn ids(&self) -> Option<String> {
        let state = self.lock();
        let ids: Vec<&str> = state.ids().collect();
        (!ids.is_empty()).then(|| ids.join(","))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn remember<T>(list: &mut VecDeque<T>, item: T) {
    list.push_back(item);
    if list.len() > REMEMBERED {
        list.pop_front();
    }
}

impl State {
    fn ids(&self) -> impl Iterator<Item = &str> {
        let current = self.current.iter().map(|(id, _)| id.as_str());
        current.chain(self.waiting.iter().map(|delivery| delivery.id.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn came(ids: &[&str]) -> Vec<Delivery> {
        ids.iter().map(|id| Delivery { id: (*id).to_owned(), job: Err(String::new()) }).collect()
    }

    #[test]
    fn jobs_are_worked_off_in_order_and_once() {
        let held = Held::default();
        held.arrived(came(&["a", "b", "a", "c"]));
        assert_eq!(held.ids().unwrap(), "a,b,c");
        assert_eq!(held.next().unwrap().0.id, "a");
        held.arrived(came(&["a"]));
        assert_eq!(held.ids().unwrap(), "a,b,c");
        held.done();
        assert_eq!((held.next().unwrap().0.id, held.ids().unwrap()), ("b".to_owned(), "b,c".to_owned()));
    }

    #[test]
    fn a_stop_reaches_a_job_wherever_it_is() {
        let held = Held::default();
        assert!(!held.stop("a"));
        assert_eq!(held.arrived(came(&["a", "b", "c"])), ["a"]);
        let (delivery, flags) = held.next().unwrap();
        assert!(held.stop("c") && !flags.stopped.requested());
        assert!(held.stop(&delivery.id) && flags.stopped.requested() && flags.work.requested());
        held.done();
        assert_eq!(held.ids(), None);
    }

    /// It timed out or failed, and somebody tries it again.
    #[test]
    fn a_job_that_comes_again_is_not_stopped_by_what_stopped_it_before() {
        let held = Held::default();
        held.arrived(came(&["a", "b"]));
        held.next().unwrap();
        held.done();
        assert!(!held.stop("a") && held.stop("b") && !held.stop("b"));
        assert!(held.arrived(came(&["a", "b"])).is_empty());
        assert_eq!(held.ids().unwrap(), "a,b");
    }

    #[test]
    fn a_flood_of_stops_is_forgotten() {
        let held = Held::default();
        (0..10_000).for_each(|number| assert!(!held.stop(&number.to_string())));
        assert!(held.arrived(came(&["1"])).is_empty());
        assert_eq!(held.lock().early.len(), REMEMBERED);
    }
}
