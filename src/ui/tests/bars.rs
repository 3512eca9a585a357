use indicatif::InMemoryTerm;

use super::*;

#[path = "remote_bars.rs"]
mod remote;

use crate::blender::log::{KernelSet, Phase};
use crate::event::{Step, Warning};
use crate::ui::tests::{Hands, at, finished, frame_finished, frame_started, sample, started};

struct Stage {
    term: InMemoryTerm,
    hands: Hands,
    bars: Bars,
    screen: Screen,
}

fn stage(width: u16) -> Stage {
    let (term, hands) = (InMemoryTerm::new(12, width), Hands::new());
    let screen = Screen::memory(&term);
    let bars = Bars::still(screen.clone(), hands.clock());
    Stage { term, hands, bars, screen }
}

impl Stage {
    fn tell(&self, event: &Event) -> &Self {
        self.bars.report(event);
        self
    }

    fn wait(&self, millis: u64) -> &Self {
        self.hands.wait(millis);
        self
    }

    fn seen(&self) -> String {
        self.bars.drawing.draw();
        self.term.contents()
    }

    /// 96 frames reused, one rendered in 2 s, and 0.9 s of the next one.
    fn mid_clip(&self) -> &Self {
        self.tell(&Event::Preparing(Step::OpenTemplate)).wait(3_000).tell(&started(240, 96));
        self.tell(&frame_started(96)).wait(2_000).tell(&frame_finished(96, 97));
        self.tell(&frame_started(97)).wait(900).tell(&sample(97, 32)).tell(&Event::Encoded { frames: 95 })
    }
}

#[test]
fn a_clip_at_80_columns() {
    assert_eq!(
        stage(80).mid_clip().seen(),
        "ai_cpu_activation  ━━━━━━─────────   97/240 frames   40%  00:00:05  ETA 00:04:45\n\
         \x20 frame 98   sample 32/64   0.9 s\n\
         \x20 encoding libx264   95 frames"
    );
}

#[test]
fn a_clip_at_120_columns() {
    assert_eq!(
        stage(120).mid_clip().seen(),
        "ai_cpu_activation  ━━━━━━━━━━━━━━━━────────────────────────   97/240 frames   40%  00:00:05 elapsed  ETA 00:04:45\n\
         \x20 frame 98   sample 32/64   0.9 s\n\
         \x20 encoding libx264   95 frames"
    );
}

#[test]
fn steps_come_before_the_bar() {
    let stage = stage(80);
    assert_eq!(stage.seen(), "");
    stage.tell(&Event::Preparing(Step::ProbeEncoder)).wait(400);
    assert_eq!(stage.seen(), "⣠ probing the encoder…   0.4 s");
    stage.tell(&Event::Preparing(Step::WaitForLock { pid: Some(4711) })).wait(61_000);
    assert_eq!(
        stage.seen(),
        "⡆ waiting for the broll with pid 4711, which renders the same frames…   1m 01s"
    );
    stage.tell(&started(1, 0)).tell(&frame_started(0));
    stage.tell(&at(0, 0.0, Phase::Kernels { which: KernelSet::Render })).wait(75_000);
    assert_eq!(
        stage.seen(),
        "ai_cpu_activation  ────────────  0/1 frame    0%  00:02:16 elapsed  ETA --:--:--\n\
         \x20 frame 1   loading render kernels, may take minutes the first time   1m 15s"
    );
}

#[test]
fn what_must_be_read_stands_above_the_bars() {
    let stage = stage(80);
    stage.tell(&started(2, 0)).tell(&frame_started(0)).wait(1_000);
    stage.seen();
    stage.tell(&Event::Warning(Warning::new("sound", "the template's sound is left out")));
    stage.tell(&Event::FrameRetried { frame: 0, reason: "Blender ended with signal 11\u{1b}[2J".to_owned() });
    stage.screen.line("a line from elsewhere");
    assert_eq!(
        stage.seen(),
        "warning: the template's sound is left out\n\
         warning: frame 1 is rendered again: Blender ended with signal 11\\u{1b}[2J\n\
         a line from elsewhere\n\
         ai_cpu_activation  ───────────────────  0/2 frames    0%  00:00:01  ETA --:--:--"
    );
}

#[test]
fn a_long_warning_wraps_and_the_bars_follow() {
    let stage = stage(40);
    stage.tell(&started(2, 0));
    stage.seen();
    stage.tell(&Event::Warning(Warning::new("long", "x".repeat(60))));
    assert_eq!(
        stage.seen(),
        format!("warning: {}\n{}\n{}", "x".repeat(31), "x".repeat(29), "0/2 frames    0%  ai_cpu_activation")
    );
}

#[test]
fn events_may_cross() {
    let stage = stage(80);
    stage.tell(&started(3, 0)).tell(&frame_started(0)).wait(2_000);
    stage.tell(&frame_started(1)).tell(&frame_finished(0, 1));
    assert!(stage.seen().ends_with("\n  frame 2   loading   0.0 s"));
    stage.tell(&frame_finished(1, 2));
    assert!(stage.seen().ends_with("\n  frame 2   saved   0.0 s"));
    stage.tell(&Event::Preparing(Step::StartBlender));
    assert!(stage.seen().ends_with("starting Blender…   0.0 s"));
    stage.tell(&frame_started(2));
    assert!(stage.seen().ends_with("\n  frame 3   loading   0.0 s"));
}

#[test]
fn the_end_leaves_only_what_was_said() {
    let stage = stage(80);
    stage.tell(&started(2, 1)).tell(&frame_started(1)).wait(2_000);
    stage.tell(&Event::Warning(Warning::new("sound", "no sound"))).seen();
    stage.tell(&frame_finished(1, 2)).tell(&Event::Encoded { frames: 1 });
    let bar = "━".repeat(19);
    assert_eq!(
        stage.seen(),
        format!(
            "warning: no sound\n\
             ai_cpu_activation  {bar}  2/2 frames  100%  00:00:02  ETA 00:00:00\n\
             \x20 encoding libx264   1 frame"
        )
    );
    stage.tell(&Event::Verifying);
    assert!(stage.seen().ends_with("\n  checking the clip"));
    stage.tell(&finished());
    assert_eq!(stage.seen(), "warning: no sound");
    stage.tell(&Event::Encoded { frames: 2 });
    assert_eq!(stage.seen(), "warning: no sound");
}

#[test]
fn bars_that_are_dropped_are_gone() {
    let Stage { term, bars, .. } = stage(80);
    bars.report(&started(2, 0));
    bars.drawing.draw();
    assert_ne!(term.contents(), "");
    drop(bars);
    assert_eq!(term.contents(), "");
}

#[test]
fn bars_move_by_themselves() {
    let term = InMemoryTerm::new(12, 80);
    let bars = Bars::new(Screen::memory(&term));
    bars.report(&Event::Preparing(Step::StartBlender));
    let deadline = Instant::now() + Duration::from_secs(20);
    while !term.contents().contains("starting Blender") {
        assert!(Instant::now() < deadline, "{:?}", term.contents());
        std::thread::sleep(Duration::from_millis(5));
    }
    drop(bars);
    assert_eq!(term.contents(), "");
}

#[test]
fn many_sessions_are_listed_up_to_eight() {
    let stage = stage(80);
    stage.tell(&started(20, 0));
    (0..10).for_each(|n| {
        let gpu = Some((n % 4).to_string());
        stage.bars.report(&Event::FrameStarted { session: n, frame: n as u32, gpu });
    });
    let seen = stage.seen();
    assert_eq!(seen.lines().count(), 10);
    assert!(seen.ends_with("\n  GPU 3   frame 8   loading   0.0 s\n  and 2 more"), "{seen}");
}
