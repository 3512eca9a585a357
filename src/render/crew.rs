//! The sessions of one take: who is at work on which GPU, who gave up, and what each GPU did.

use std::collections::BTreeSet;
use std::time::Instant;

use super::doubling::FirstFrames;
use super::seat::Seat;
use crate::error::{Error, Result};
use crate::event::Warning;
use crate::request::GpuShare;

/// What a session brings back with a frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawn {
    /// Time the frame took, in seconds.
    pub seconds: f64,
    /// Of that, with the device sampling or denoising.
    pub busy: f64,
    /// The most memory the session has held on its device, in bytes.
    pub memory: Option<u64>,
}

#[derive(Debug)]
struct Hand {
    seat: usize,
    at_work: bool,
    frames: u32,
    busy: f64,
}

/// Keeps the books; knows nothing of threads and processes.
#[derive(Debug)]
pub(super) struct Crew<'a> {
    seats: &'a [Seat],
    hands: Vec<Hand>,
    given_back: BTreeSet<u32>,
    began: Instant,
    warm: Vec<Drawn>,
    decided: bool,
    alone: bool,
}

/// Frames of sessions that are warm, from which a second session is decided.
const LOOKED_AT: usize = 2;

impl<'a> Crew<'a> {
    /// Nobody at work yet.
    pub(super) fn new(seats: &'a [Seat]) -> Self {
        Self {
            seats,
            hands: Vec::new(),
            given_back: BTreeSet::new(),
            began: Instant::now(),
            warm: Vec::new(),
            decided: false,
            alone: false,
        }
    }

    /// One more session, each seat once before any has two. Gives its number.
    pub(super) fn hire(&mut self) -> usize {
        let session = self.hands.len();
        self.hands.push(Hand { seat: session % self.seats.len(), at_work: true, frames: 0, busy: 0.0 });
        session
    }

    /// A session finished a frame.
    pub(super) fn finished(&mut self, session: usize, drawn: Drawn) {
        if let Some(hand) = self.hands.get_mut(session) {
            // The first frame of a session loads kernels and scene data.
            if hand.frames > 0 {
                self.warm.push(drawn);
            }
            hand.frames += 1;
            hand.busy += drawn.busy;
        }
    }

    /// A session ended with an error, its frame, if it had one, given back: a warning when others can go on, else the error.
    /// Where memory was too short for several at once, one more is to be hired once nobody is at work: see [`Self::is_empty`].
    pub(super) fn lost(&mut self, session: usize, index: Option<u32>, error: Error) -> Result<Warning> {
        if let Some(hand) = self.hands.get_mut(session) {
            hand.at_work = false;
        }
        let left = self.hands.iter().filter(|hand| hand.at_work).count();
        let may_pass = match error.code() {
            // It never came to the frame.
            "blender_unrunnable" | "no_gpu" => true,
            // With each session that goes, there is more memory for the others.
            "out_of_memory" => true,
            // A frame that ended two sessions would end them all.
            "stalled" | "blender_failed" | "gpu_crashed" => {
                index.is_none_or(|index| self.given_back.insert(index))
            }
            _ => false,
        };
        // The last two may have run out of memory at the same moment, each for want of what the other held.
        let alone = left == 0 && error.code() == "out_of_memory" && self.hands.len() > 1 && !self.alone;
        self.alone |= alone;
        if left == 0 && !alone || !may_pass {
            return Err(error);
        }
        let on = self.label(session).map_or_else(String::new, |label| format!(" on {label}"));
        let go_on = match left {
            0 => "one session is tried alone".to_owned(),
            1 => "one session goes on".to_owned(),
            _ => format!("{left} sessions go on"),
        };
        let why = error.causes().first().map_or_else(String::new, |cause| format!(" ({cause})"));
        // Whoever goes on living with that GPU should know.
        let code = if error.code() == "gpu_crashed" { "gpu_crashed" } else { "session_lost" };
        Ok(Warning::new(code, format!("a session{on} gave up, {}{why}: {go_on}", error.message())))
    }

    /// Whether nobody is at work.
    pub(super) fn is_empty(&self) -> bool {
        self.hands.iter().all(|hand| !hand.at_work)
    }

    /// Whether every seat should get a second session: asked after each frame, says yes at most once.
    pub(super) fn wants_second(&mut self, waiting: usize) -> bool {
        if self.decided || self.warm.len() < LOOKED_AT {
            return false;
        }
        self.decided = true;
        let mean = |of: fn(&Drawn) -> f64| self.warm.iter().map(of).sum::<f64>() / self.warm.len() as f64;
        let used = self.warm.iter().filter_map(|drawn| drawn.memory).max();
        let smallest = self.seats.iter().map(|seat| seat.memory_mib).min().flatten();
        let (frame, busy) = (mean(|drawn| drawn.seconds), mean(|drawn| drawn.busy));
        let worked: f64 = self.warm.iter().map(|drawn| drawn.seconds).sum();
        FirstFrames {
            frame,
            busy,
            // All that was not rendering, on one session's account: starting, opening, loading.
            startup: (self.began.elapsed().as_secs_f64() - worked / self.hands.len() as f64).max(1.0),
            waiting: waiting as f64 / self.hands.len() as f64,
            memory_mib: used.map(|bytes| bytes >> 20).zip(smallest),
        }
        .pays()
    }

    /// What each seat did; empty where no GPU is known by its number.
    pub(super) fn shares(&self) -> Vec<GpuShare> {
        let wall = self.began.elapsed().as_secs_f64().max(f64::EPSILON);
        let seats = self.seats.iter().enumerate().filter_map(|(number, seat)| {
            let hands: Vec<&Hand> = self.hands.iter().filter(|hand| hand.seat == number).collect();
            let busy: f64 = hands.iter().map(|hand| hand.busy).sum();
            Some(GpuShare {
                id: seat.visible.clone()?,
                name: seat.name.clone().unwrap_or_default(),
                sessions: u32::try_from(hands.len()).unwrap_or(u32::MAX),
                frames: hands.iter().map(|hand| hand.frames).sum(),
                busy: ((busy / wall).min(1.0) * 100.0).round() / 100.0,
            })
        });
        seats.collect()
    }

    fn label(&self, session: usize) -> Option<String> {
        let seat = &self.seats[self.hands.get(session)?.seat];
        Some(format!("GPU {}", seat.visible.as_deref()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seats(count: usize) -> Vec<Seat> {
        let seat = |id: usize| Seat {
            visible: Some(id.to_string()),
            name: Some("L4".to_owned()),
            memory_mib: Some(23_000),
        };
        (0..count).map(seat).collect()
    }

    fn drawn(seconds: f64, busy: f64) -> Drawn {
        Drawn { seconds, busy, memory: Some(500 << 20) }
    }

    fn failure(code: &'static str) -> Error {
        Error::tool(code, "frame 4 of the clip could not be rendered").because("it died")
    }

    #[test]
    fn the_others_go_on_and_a_frame_that_ends_two_sessions_ends_all() {
        let seats = seats(3);
        let mut crew = Crew::new(&seats);
        assert_eq!([(); 3].map(|()| crew.hire()), [0, 1, 2]);
        let warning = crew.lost(1, Some(3), failure("stalled")).unwrap();
        assert!(
            warning.message.contains("GPU 1") && warning.message.contains("2 sessions go on"),
            "{warning:?}"
        );
        assert_eq!(crew.lost(0, Some(3), failure("blender_failed")).unwrap_err().code(), "blender_failed");
    }

    #[test]
    fn a_session_that_never_came_to_its_frame_says_nothing_of_the_frame() {
        let seats = seats(4);
        let mut crew = Crew::new(&seats);
        assert_eq!([(); 4].map(|()| crew.hire()), [0, 1, 2, 3]);
        let codes = ["blender_unrunnable", "no_gpu", "gpu_crashed"];
        let warned = codes.iter().zip(1..).map(|(code, session)| crew.lost(session, Some(3), failure(code)));
        let warned: Vec<_> = warned.map(|warning| warning.unwrap().code).collect();
        assert_eq!(warned, ["session_lost", "session_lost", "gpu_crashed"]);
        assert_eq!(crew.lost(0, Some(7), failure("no_gpu")).unwrap_err().code(), "no_gpu");
    }

    #[test]
    fn the_last_session_and_what_would_hit_every_session_end_the_take() {
        let seats = seats(2);
        let mut crew = Crew::new(&seats);
        assert_eq!([(); 2].map(|()| crew.hire()), [0, 1]);
        assert_eq!(crew.lost(0, Some(1), failure("disk_full")).unwrap_err().code(), "disk_full");
        assert!(crew.lost(1, Some(2), failure("stalled")).is_err());
    }

    #[test]
    fn sessions_that_were_too_many_for_the_memory_leave_one_that_is_tried_alone() {
        let seats = seats(1);
        let mut crew = Crew::new(&seats);
        assert_eq!([(); 2].map(|()| crew.hire()), [0, 1]);
        assert!(crew.lost(1, Some(3), failure("out_of_memory")).is_ok() && !crew.is_empty());
        let warning = crew.lost(0, Some(3), failure("out_of_memory")).unwrap();
        assert!(warning.message.ends_with("one session is tried alone") && crew.is_empty(), "{warning:?}");
        assert!(crew.hire() == 2 && !crew.is_empty());
        assert_eq!(crew.lost(2, Some(3), failure("out_of_memory")).unwrap_err().code(), "out_of_memory");
        let mut one = Crew::new(&seats);
        one.hire();
        assert!(one.lost(0, Some(3), failure("out_of_memory")).is_err());
    }

    #[test]
    fn a_second_session_is_decided_once_from_warm_frames() {
        let seats = seats(1);
        let mut crew = Crew::new(&seats);
        crew.hire();
        crew.finished(0, drawn(9.0, 0.3));
        crew.finished(0, drawn(0.5, 0.3));
        assert!(!crew.wants_second(500));
        crew.finished(0, drawn(0.5, 0.3));
        assert!(crew.wants_second(500));
        assert!(!crew.wants_second(500));
    }

    #[test]
    fn shares_add_up_by_gpu() {
        let seats = seats(2);
        let mut crew = Crew::new(&seats);
        assert_eq!([(); 4].map(|()| crew.hire()), [0, 1, 2, 3]);
        [0, 2, 2, 1].into_iter().for_each(|session| crew.finished(session, drawn(0.1, 0.1)));
        let shares = crew.shares();
        assert_eq!((shares[0].frames, shares[0].sessions, shares[1].frames), (3, 2, 1));
    }
}
