use super::*;
use crate::blender::log::{KernelSet, Phase};
use crate::event::{Step, Warning};
use crate::request::Stage;
use crate::ui::tests::{
    Hands, at, finished, frame_finished, frame_started, queued, remote, retrying, sample, sink, started,
    submitted,
};

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

#[test]
fn a_few_lines_tell_of_a_whole_job() {
    let (hands, (sink, lines)) = (Hands::new(), sink());
    let plain = Plain::still(sink, hands.clock());
    let each_second = |events: &mut dyn FnMut(u32) -> Event, seconds: u32| {
        for second in 0..seconds {
            plain.report(&events(second));
            hands.wait(1_000);
            plain.log.tick();
        }
    };
    plain.report(&submitted());
    each_second(&mut |second| queued(second.into(), "no worker is running: one is starting"), 40);
    each_second(&mut |_| remote(Stage::Preparing, 0, 0), 10);
    each_second(&mut |second| remote(Stage::Rendering, second * 2, 240), 100);
    each_second(&mut |_| retrying(), 20);
    each_second(&mut |_| remote(Stage::Encoding, 240, 240), 80);
    each_second(&mut |_| Event::Downloading { bytes: 1_000_000, total: Some(4_000_000) }, 300);
    plain.report(&Event::Verifying);
    plain.report(&finished());
    each_second(&mut |_| Event::Verifying, 10_000);
    assert_eq!(
        lines.lock().unwrap().join("\n"),
        "job b79f624d-f6b7-4046-b9ad-dc91a0672c1f-u1 on endpoint ab12cd34ef56gh; come back to it with: broll jobs watch b79f624d-f6b7-4046-b9ad-dc91a0672c1f-u1\n\
         in the queue: no worker is running: one is starting\n\
         in the queue: no worker is running: one is starting, 15 s elapsed\n\
         in the queue: no worker is running: one is starting, 30 s elapsed\n\
         a worker took the job after 40 s\n\
         rendering ai_cpu_activation: 240 frames at 1920x1080, 64 samples, OptiX (2 × NVIDIA L4)\n\
         18/240 frames (7%), 1m 00s elapsed, about 1m 51s left\n\
         138/240 frames (57%), 2m 00s elapsed, about 51 s left\n\
         warning: the endpoint answered 502; trying again in 4.0 s\n\
         240/240 frames (100%), 4m 00s elapsed, encoding\n\
         downloading the clip (4.0 MB)\n\
         240/240 frames (100%), 8m 00s elapsed, downloading 1.0 MB of 4.0 MB, 25%\n\
         finished demo.mp4 (12.3 MB) in 5m 12s"
    );
}
