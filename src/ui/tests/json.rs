use super::*;
use crate::blender::log::KernelSet;
use crate::event::{Step, Warning};
use crate::ui::tests::{
    Hands, at, finished, frame_finished, frame_started, queued, remote, retrying, sample, sink, started,
    submitted,
};

#[test]
fn each_event_is_one_line_with_its_time() {
    let (hands, (sink, lines)) = (Hands::new(), sink());
    let json = Json::new(sink, hands.clock());
    json.report(&Event::Preparing(Step::WaitForLock { pid: Some(42) }));
    hands.wait(1_234);
    json.report(&started(2, 1));
    json.report(&frame_started(1));
    json.report(&sample(1, 32));
    json.report(&frame_finished(1, 2));
    json.report(&Event::Verifying);
    json.report(&Event::Warning(Warning::new("odd", "a\nb\u{9b}2J")));
    json.report(&finished());
    let expected = [
        r#"{"event":"preparing","step":"wait_for_lock","pid":42,"elapsed":0.0}"#,
        r#"{"event":"started","template":"ai_cpu_activation","frames":2,"reused":1,"fps":30,"resolution":[1920,1080],"samples":64,"device":{"backend":"optix","names":["NVIDIA L4"]},"encoder":"libx264","elapsed":1.234}"#,
        r#"{"event":"frame_started","session":0,"frame":1,"elapsed":1.234}"#,
        r#"{"event":"frame_progress","session":0,"frame":1,"fraction":0.5,"phase":"sample","sample":32,"of":64,"tile":null,"elapsed":1.234}"#,
        r#"{"event":"frame_finished","session":0,"frame":1,"seconds":2.0,"done":2,"elapsed":1.234}"#,
        r#"{"event":"verifying","elapsed":1.234}"#,
        r#"{"event":"warning","code":"odd","message":"a\nb\u009b2J","elapsed":1.234}"#,
        r#"{"event":"finished","output":"/clips/demo.mp4","file_size_bytes":12345678,"seconds":312.4,"elapsed":1.234}"#,
    ];
    assert_eq!(*lines.lock().unwrap(), expected);
}

#[test]
fn progress_is_thinned_out_but_no_phase_is_lost() {
    let (hands, (sink, lines)) = (Hands::new(), sink());
    let json = Json::new(sink, hands.clock());
    let told = |event: &Event, millis| {
        let before = lines.lock().unwrap().len();
        json.report(event);
        hands.wait(millis);
        lines.lock().unwrap().len() - before
    };
    let samples: usize = (1..=1000).map(|n| told(&sample(0, n), 1)).sum();
    assert_eq!(samples, 10);
    assert_eq!(told(&at(0, 0.9, Phase::Denoise), 0), 1);
    assert_eq!(told(&at(0, 0.9, Phase::Denoise), 0), 0);
    assert_eq!(told(&at(0, 0.9, Phase::Composite), 0), 1);
    assert_eq!(told(&at(1, 0.0, Phase::Composite), 0), 1, "another frame");
    assert_eq!(told(&at(1, 0.0, Phase::Kernels { which: KernelSet::Render }), 0), 1);
    assert_eq!(told(&at(1, 0.0, Phase::Kernels { which: KernelSet::Denoise }), 0), 1);
    let other = Event::FrameProgress { session: 1, frame: 2, fraction: 0.0, phase: Phase::Sync };
    assert_eq!((told(&other, 0), told(&other, 0)), (1, 0), "another session");
    assert_eq!(told(&frame_started(1), 0), 1, "a retry begins anew");
    assert_eq!(told(&at(1, 0.0, Phase::Kernels { which: KernelSet::Denoise }), 0), 1);
}

#[test]
fn a_job_elsewhere_is_told_and_thinned_out_too() {
    let (hands, (sink, lines)) = (Hands::new(), sink());
    let json = Json::new(sink, hands.clock());
    let download = |bytes| Event::Downloading { bytes, total: Some(9) };
    let first =
        [submitted(), queued(0.5, "a\u{9b}"), remote(Stage::Preparing, 0, 0), retrying(), download(0)];
    let again = [queued(0.6, "a\u{9b}"), remote(Stage::Preparing, 0, 0), download(8)];
    let new = [queued(0.7, "b"), remote(Stage::Rendering, 0, 9), remote(Stage::Rendering, 1, 9), download(9)];
    first.iter().chain(&again).chain(&new).for_each(|event| json.report(event));
    hands.wait(100);
    json.report(&remote(Stage::Rendering, 1, 9));
    let lines = lines.lock().unwrap();
    assert_eq!(lines.len(), first.len() + new.len() + 1, "{lines:#?}");
    assert_eq!(
        lines[..5],
        [
            r#"{"event":"submitted","id":"b79f624d-f6b7-4046-b9ad-dc91a0672c1f-u1","endpoint":"ab12cd34ef56gh","elapsed":0.0}"#,
            r#"{"event":"queued","seconds":0.5,"note":"a\u009b","elapsed":0.0}"#,
            r#"{"event":"remote","stage":"preparing","template":"ai_cpu_activation","done":0,"frames":0,"encoded":0,"resolution":[1920,1080],"samples":64,"device":{"backend":"optix","names":["NVIDIA L4","NVIDIA L4"]},"elapsed":0.0}"#,
            r#"{"event":"retrying","reason":"the endpoint answered 502","seconds":4.0,"elapsed":0.0}"#,
            r#"{"event":"downloading","bytes":0,"total":9,"elapsed":0.0}"#,
        ]
    );
}
