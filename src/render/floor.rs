//! The middle of a take: sessions take frames from the queue, frames go into the store, and in order to the encoder.

use std::collections::{BTreeSet, VecDeque};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use super::crew::{Crew, Drawn};
use super::keeper::Keeper;
use super::queue::FrameQueue;
use super::shoot::Shoot;
use super::{FrameStore, Timeline};
use crate::encode::Feeder;
use crate::error::{Error, Result};
use crate::event::Event;
use crate::interrupt::Cancel;
use crate::request::GpuShare;

/// How often the loop looks at the encoder.
const TICK: Duration = Duration::from_millis(100);
/// Sessions on one GPU when broll decides: a third one gained nothing where it was measured.
const MOST_ON_A_GPU: usize = 2;

enum Told {
    Frame {
        session: usize,
        index: u32,
        drawn: Drawn,
    },
    /// The frame that it had, if it had one.
    Lost {
        session: usize,
        index: Option<u32>,
        error: Error,
    },
}

/// What the sessions of a take share.
#[derive(Clone, Copy)]
pub(super) struct Floor<'a> {
    pub(super) timeline: &'a Timeline,
    pub(super) store: &'a FrameStore,
    /// Frames that are not in the store.
    pub(super) missing: &'a [u32],
    /// Whether frames only come out right one after the other.
    pub(super) ordered: bool,
    /// Ends all sessions of this take.
    pub(super) cancel: &'a Cancel,
}

impl Shoot<'_> {
    /// Renders what is missing and encodes everything, both at once. Gives what each GPU did.
    pub(super) fn shoot<'k>(&self, keeper: Keeper<'k>, floor: Floor<'_>) -> Result<Vec<GpuShare>> {
        let queue = FrameQueue::new(floor.missing);
        let mut waiting: BTreeSet<u32> = floor.missing.iter().copied().collect();
        let mut feeder = self.feeder()?;
        let (mut fed, mut encoded, count) = (0, 0, floor.timeline.count());
        let mut crew = Crew::new(&self.stage.seats);
        let mut spare = self.spare(&keeper, floor);
        let last_resort = keeper.frugal();
        thread::scope(|scope| {
            let (sender, told) = channel();
            let hire = |session: usize, mut keeper: Keeper<'k>| {
                // Frames of a session that is still starting are not lost to the others.
                let (sender, queue, resident) = (sender.clone(), &queue, &self.stage.options.resident);
                scope.spawn(move || {
                    keeper.adopt(resident);
                    artist(session, keeper, queue, floor, &sender).leave(resident);
                });
            };
            hire(crew.hire(), keeper);
            let at_once = self.stage.options.gpus.sessions_per_gpu.map_or(1, |count| count as usize)
                * self.stage.seats.len();
            for keeper in spare.drain(..spare.len().min(at_once - 1)) {
                hire(crew.hire(), keeper);
            }
            let done = loop {
                let first_missing = waiting.first().copied().unwrap_or(count);
                (fed..first_missing).for_each(|index| feeder.push(floor.store.path(index)));
                fed = fed.max(first_missing);
                if waiting.is_empty() {
                    break Ok(());
                }
                match told.recv_timeout(TICK) {
                    Ok(Told::Frame { session, index, drawn }) => {
                        waiting.remove(&index);
                        crew.finished(session, drawn);
                        let (seconds, done) = (drawn.seconds, count - waiting.len() as u32);
                        self.stage.studio.tell(&Event::FrameFinished {
                            session,
                            frame: index,
                            seconds,
                            done,
                        });
                    }
                    Ok(Told::Lost { session, index, error }) => match crew.lost(session, index, error) {
                        Ok(warning) => {
                            self.stage.studio.warn(warning);
                            if crew.is_empty() {
                                let session = crew.hire();
                                hire(session, last_resort.sibling(session, self.seat_of(session)));
                            }
                        }
                        Err(error) => break Err(error),
                    },
                    Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
                }
                if !spare.is_empty() && crew.wants_second(queue.waiting()) {
                    for keeper in spare.drain(..) {
                        hire(crew.hire(), keeper);
                    }
                }
                self.tell_encoded(feeder.written(), &mut encoded);
                if feeder.failed() {
                    // Nobody needs the frames at work any more; `finish` says what ffmpeg had against it.
                    break Ok(());
                }
            };
            // Whoever renders a frame that is not wanted any more, or still opens the file, ends with it.
            queue.close();
            floor.cancel.cancel();
            done
        })?;
        feeder.finish(|frames| {
            self.tell_encoded(frames, &mut encoded);
            self.stage.options.cancel.check()
        })?;
        Ok(crew.shares())
    }

    /// Keepers of the same file for all sessions that may be hired beside the first.
    fn spare<'k>(&self, keeper: &Keeper<'k>, floor: Floor<'_>) -> VecDeque<Keeper<'k>> {
        let seats = self.stage.seats.len();
        let on_each = match self.stage.options.gpus.sessions_per_gpu {
            Some(count) => count as usize,
            // Only GPUs that are known one by one are worth a second look.
            None if self.stage.seats[0].visible.is_some() => MOST_ON_A_GPU,
            None => 1,
        };
        let most = if floor.ordered { 1 } else { (on_each * seats).min(floor.missing.len()) };
        (1..most).map(|number| keeper.sibling(number, self.seat_of(number))).collect()
    }

    /// What this session may see.
    fn seat_of(&self, session: usize) -> Option<String> {
        self.stage.seats[session % self.stage.seats.len()].visible.clone()
    }

    fn feeder(&self) -> Result<Feeder> {
        Feeder::start(
            &self.ffmpeg,
            &self.stage.job.clip_format().encode_args(self.part.container()),
            self.part.path(),
            self.stage.options.stall_timeout,
        )
    }

    fn tell_encoded(&self, frames: u32, told: &mut u32) {
        if frames != *told {
            *told = frames;
            self.stage.studio.tell(&Event::Encoded { frames });
        }
    }
}

/// One session's thread: takes a frame, renders it, tells, until none is left.
fn artist<'k>(
    session: usize,
    mut keeper: Keeper<'k>,
    queue: &FrameQueue,
    floor: Floor<'_>,
    told: &Sender<Told>,
) -> Keeper<'k> {
    // A session takes a frame when it can begin it: one that is still opening the file holds none back.
    if let Err(error) = keeper.ready() {
        let _ = told.send(Told::Lost { session, index: None, error });
        return keeper;
    }
    while let Some(index) = queue.take() {
        match keeper.render(index, floor.timeline.at(index), &floor.store.path(index)) {
            Ok(drawn) => {
                // Nobody listens any more once the take is over.
                let _ = told.send(Told::Frame { session, index, drawn });
                queue.finish();
            }
            Err(error) => {
                let _ = told.send(Told::Lost { session, index: Some(index), error });
                queue.give_back(index);
                break;
            }
        }
    }
    keeper
}
