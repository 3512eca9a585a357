use proptest::prelude::*;

use super::*;
use crate::request::DeviceUsed;
use crate::ui::tests::{progress, queued, remote, retrying, submitted};

fn after(start: Instant, seconds: u64) -> Instant {
    start + Duration::from_secs(seconds)
}

#[test]
fn the_workers_estimate_runs_down_and_the_own_pace_stands_in() {
    let (start, mut job) = (Instant::now(), RemoteJob::default());
    let mut told = progress(Stage::Rendering, 10, 100);
    told.seconds_left = Some(50.0);
    job.apply(&Event::Remote(told.clone()), start);
    let eta = |job: &mut RemoteJob, seconds| job.standing(after(start, seconds)).unwrap().eta;
    assert_eq!(eta(&mut job, 20), Some(Duration::from_secs(30)));
    assert_eq!(eta(&mut job, 80), Some(Duration::ZERO), "it is late, not negative");
    for nonsense in [f64::NAN, -1.0, f64::INFINITY, 1e300] {
        told.seconds_left = Some(nonsense);
        job.apply(&Event::Remote(told.clone()), start);
        assert_eq!(eta(&mut job, 20), None, "{nonsense}");
    }
    job.apply(&remote(Stage::Rendering, 40, 100), after(start, 60));
    assert_eq!(eta(&mut job, 60), Some(Duration::from_secs(120)), "2 seconds a frame");
    job.apply(&remote(Stage::Encoding, 40, 100), after(start, 60));
    assert_eq!(eta(&mut job, 60), None, "nobody renders");
}

#[test]
fn a_log_hears_of_each_turn_once() {
    let (now, mut job, mut news) = (Instant::now(), RemoteJob::default(), Vec::new());
    let mut preparing = progress(Stage::Preparing, 0, 0);
    preparing.note = Some("starting\u{1b} Blender".to_owned());
    for event in [
        submitted(),
        queued(1.0, "no worker is running"),
        queued(5.0, "a worker is starting"),
        Event::Remote(preparing.clone()),
        Event::Remote(preparing),
        remote(Stage::Rendering, 0, 240),
        remote(Stage::Rendering, 7, 240),
        retrying(),
        remote(Stage::Rendering, 2, 240),
        queued(90.0, "no worker is running"),
        remote(Stage::Rendering, 9, 240),
        Event::Downloading { bytes: 0, total: Some(45_600_000) },
        Event::Downloading { bytes: 9, total: Some(45_600_000) },
        Event::Verifying,
    ] {
        news.extend(job.apply(&event, now));
    }
    let rendering = "rendering ai_cpu_activation: 240 frames at 1920x1080, 64 samples, OptiX (2 × NVIDIA L4)";
    assert_eq!(
        news,
        [
            "in the queue: no worker is running",
            "a worker took the job after 5.0 s",
            rendering,
            "back in the queue: no worker is running",
            rendering,
            "downloading the clip (45.6 MB)",
        ]
    );
}

#[test]
fn what_it_does_is_said_in_words() {
    let (now, mut job) = (Instant::now(), RemoteJob::default());
    assert_eq!(job.doing(now), None);
    let mut said = |event: &Event| {
        job.apply(event, now);
        job.doing(now).unwrap()
    };
    assert_eq!(said(&queued(70.0, "a\nb")), "in the queue: a\\nb");
    assert_eq!(said(&retrying()), "the endpoint answered 502; trying again in 4.0 s");
    assert_eq!(said(&remote(Stage::Other, 0, 0)), "the worker is busy");
    assert_eq!(said(&Event::Downloading { bytes: u64::MAX, total: Some(1) }), "downloading 1 B of 1 B, 100%");
    assert_eq!(said(&Event::Downloading { bytes: 0, total: Some(0) }), "downloading, 0 B");
    assert_eq!(said(&Event::Verifying), "checking the clip");
}

fn stage() -> impl Strategy<Value = Stage> {
    use Stage::{Checking, Delivering, Encoding, Other, Preparing, Rendering};
    prop::sample::select(vec![Preparing, Rendering, Rendering, Encoding, Checking, Delivering, Other])
}

fn count() -> impl Strategy<Value = u32> {
    prop_oneof![0u32..300, any::<u32>(), Just(240)]
}

fn snapshot() -> impl Strategy<Value = Event> {
    (stage(), count(), count(), count(), any::<Option<f64>>(), any::<Option<String>>()).prop_map(
        |(stage, done, frames, encoded, seconds_left, text)| {
            let device = text.clone().map(|name| DeviceUsed { backend: name.clone(), names: vec![name] });
            let (template, note) = (text.clone(), text);
            Event::Remote(Progress {
                stage,
                done,
                frames,
                encoded,
                reused: done,
                seconds_left,
                template,
                note,
                device,
                ..Progress::default()
            })
        },
    )
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => snapshot(),
        1 => (any::<f64>(), any::<Option<String>>()).prop_map(|(seconds, note)| Event::Queued { seconds, note }),
        1 => (any::<f64>(), any::<String>()).prop_map(|(seconds, reason)| Event::Retrying { reason, seconds }),
        1 => (any::<u64>(), any::<Option<u64>>()).prop_map(|(bytes, total)| Event::Downloading { bytes, total }),
        1 => any::<(String, String)>().prop_map(|(id, endpoint)| Event::Submitted { id, endpoint }),
        1 => Just(Event::Verifying),
    ]
}

proptest! {
    #[test]
    fn any_order_of_events_is_shown_within_bounds(
        events in prop::collection::vec((0u64..1 << 40, event()), 0..60), width in 0usize..200
    ) {
        let (mut job, start) = (RemoteJob::default(), Instant::now());
        let mut now = start;
        for (millis, event) in events {
            now += Duration::from_millis(millis);
            let news = job.apply(&event, now);
            prop_assert!(news.is_none_or(|news| !news.contains(char::is_control)));
            if let Some(Standing { done, total, position, .. }) = job.standing(now) {
                prop_assert!(done <= total && position >= f64::from(done) && position <= f64::from(total));
            }
            let doing = job.doing(now);
            prop_assert!(doing.is_some_and(|doing| !doing.contains(char::is_control)));
            for line in job.lines(now, now - start, width) {
                prop_assert!(console::measure_text_width(&line) <= width.max(1), "{line:?}");
                prop_assert!(!console::strip_ansi_codes(&line).contains(char::is_control));
            }
        }
    }
}
