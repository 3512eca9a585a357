//! Several kernels at a time.

use std::sync::mpsc::channel;
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::{Arch, Built, Told};
use crate::error::{Error, Kind, Result};
use crate::interrupt::{self, Cancel};

/// Makes all, so many at once; the first failure ends the others. What was finished before stays: it is whole.
pub(super) fn make_all(
    archs: &[Arch],
    at_once: usize,
    make: &(dyn Fn(Arch, &Cancel) -> Result<Built> + Sync),
    tell: &dyn Fn(Told<'_>),
) -> Result<Vec<Built>> {
    let cancel = Cancel::default();
    let queue = Mutex::new(archs.iter().copied());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    thread::scope(|scope| {
        let (sender, results) = channel();
        for _ in 0..at_once {
            let (sender, cancel, next) = (sender.clone(), &cancel, &next);
            scope.spawn(move || {
                while let Some(arch) = next().filter(|_| !cancel.requested()) {
                    // Nobody is gone before all have ended.
                    let _ = sender.send(make(arch, cancel));
                }
            });
        }
        drop(sender);
        let (mut built, mut failure) = (Vec::new(), None::<Error>);
        for result in results {
            match result {
                Ok(done) => {
                    tell(Told::Done(&done));
                    built.push(done);
                }
                Err(error) => {
                    cancel.cancel();
                    // The others are interrupted because of the first one, which is the one to tell.
                    failure = failure.filter(|first| first.kind() != Kind::Interrupted).or(Some(error));
                }
            }
        }
        // Asked to stop between two kernels.
        let stopped = built.len() < archs.len() && failure.is_none();
        if stopped {
            interrupt::check()?;
        }
        built.sort_by_key(|done| done.arch);
        failure.map_or(Ok(built), Err)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn built(arch: Arch) -> Built {
        Built { arch, path: PathBuf::new(), bytes: 1, seconds: 0.0 }
    }

    #[test]
    fn all_are_made_and_come_in_order() {
        let archs = [80, 90, 100, 120].map(Arch);
        let done = Mutex::new(0);
        let tell = |told: Told<'_>| *done.lock().unwrap() += usize::from(matches!(told, Told::Done(_)));
        for at_once in [1, 3, 9] {
            let made = make_all(&archs, at_once, &|arch, _| Ok(built(arch)), &tell).unwrap();
            assert_eq!(made.iter().map(|built| built.arch).collect::<Vec<_>>(), archs);
        }
        assert_eq!(*done.lock().unwrap(), 12);
    }

    #[test]
    fn the_first_failure_ends_the_others_and_is_the_one_told() {
        let archs = [80, 90, 100, 120].map(Arch);
        let make = |arch: Arch, cancel: &Cancel| {
            if arch == Arch(90) {
                return Err(Error::tool("ptxas_failed", "no"));
            }
            while !cancel.requested() {
                thread::yield_now();
            }
            Err(Error::interrupted("interrupted"))
        };
        let error = make_all(&archs, 2, &make, &|_| ()).unwrap_err();
        assert_eq!(error.code(), "ptxas_failed");
    }
}
