use super::*;
use crate::blender::log::{KernelSet, Phase};
use crate::event::{Step, Warning};
use crate::ui::tests::{Hands, at, finished, frame_finished, frame_started, sample, sink, started};

#[test]
fn a_few_lines_tell_of_a_whole_render() {
    let (hands, (sink, lines)) = (Hands::new(), sink());
    let plain = Plain::still(sink, hands.clock());
    let wait = |seconds: u64| {
        for _ in 0..seconds {
            hands.wait(1_000);
            plain.log.tick();
        }
    };
    plain.report(&Event::Preparing(Step::ProbeEncoder));
    plain.report(&Event::Preparing(Step::WaitForLock { pid: Some(42) }));
    wait(16);
    plain.report(&started(240, 12));
    plain.report(&Event::Warning(Warning::new("sound", "the template's sound is left out")));
    plain.report(&frame_started(12));
    plain.report(&at(12, 0.0, Phase::Kernels { which: KernelSet::Render }));
    wait(20);
    plain.report(&Event::FrameRetried { frame: 12, reason: "Blender crashed\nbadly".to_owned() });
    for frame in 12..60 {
        plain.report(&frame_started(frame));
        plain.report(&sample(frame, 64));
        wait(2);
        plain.report(&frame_finished(frame, frame + 1));
    }
    plain.report(&frame_finished(239, 240));
    wait(120);
    plain.report(&Event::Verifying);
    wait(240);
    plain.report(&finished());
    wait(10_000);
    assert_eq!(
        lines.lock().unwrap().join("\n"),
        "waiting for the broll with pid 42, which renders the same frames\n\
         waiting for the broll with pid 42, which renders the same frames, 15 s elapsed\n\
         rendering ai_cpu_activation: 240 frames at 1920x1080, 64 samples, OptiX (NVIDIA L4), 12 reused\n\
         warning: the template's sound is left out\n\
         12/240 frames (5%), 30 s elapsed, frame 13: loading render kernels, may take minutes the first time\n\
         warning: frame 13 is rendered again: Blender crashed\n  badly\n\
         23/240 frames (9%), 1m 00s elapsed, about 7m 57s left\n\
         53/240 frames (22%), 2m 00s elapsed, about 6m 12s left\n\
         240/240 frames (100%), 4m 00s elapsed, encoding\n\
         240/240 frames (100%), 8m 00s elapsed, checking the clip\n\
         finished demo.mp4 (12.3 MB) in 5m 12s"
    );
}

#[test]
fn events_alone_bring_due_lines_too() {
    let (hands, (sink, lines)) = (Hands::new(), sink());
    let plain = Plain::still(sink, hands.clock());
    plain.report(&started(1, 0));
    hands.wait(100_000);
    plain.report(&frame_started(0));
    plain.report(&sample(0, 1));
    assert_eq!(lines.lock().unwrap()[1..], ["0/1 frame (0%), 1m 40s elapsed, waiting for the first frame"]);
}
