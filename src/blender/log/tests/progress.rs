use super::super::{FrameProgress, Phase, Status};
use super::status;

fn at(phase: Phase, layer: Option<&str>) -> Status {
    Status { layer: layer.map(str::to_owned), ..Status::new(phase) }
}

fn sample(sample: u32, of: u32) -> Status {
    at(Phase::Sample { sample, of, tile: None }, None)
}

fn tiles(done: u32, sample: u32) -> Status {
    at(Phase::Sample { sample, of: 64, tile: Some((done, 4)) }, None)
}

#[track_caller]
fn near(left: f64, right: f64) {
    assert!((left - right).abs() < 1e-9, "{left} is not {right}");
}

#[test]
fn samples_count_and_saving_ends_it() {
    let mut frame = FrameProgress::new(1);
    assert_eq!(frame.phase(), Phase::Loading);
    near(frame.update(&at(Phase::Sync, None)), 0.0);
    near(frame.update(&sample(1, 4)), 0.25);
    near(frame.update(&sample(4, 4)), 0.99);
    near(frame.update(&at(Phase::Finish, None)), 0.99);
    assert_eq!(frame.phase(), Phase::Finish);
    frame.update(&at(Phase::Other, None));
    assert_eq!(frame.phase(), Phase::Finish);
    near(frame.saved(), 1.0);
    near(frame.fraction(), 1.0);
    assert_eq!(frame.phase(), Phase::Save);
}

#[test]
fn a_finished_tile_is_not_counted_twice() {
    let mut frame = FrameProgress::new(1);
    near(frame.update(&tiles(0, 64)), 0.25);
    near(frame.update(&tiles(1, 64)), 0.25);
    near(frame.update(&tiles(1, 1)), 0.25 + 1.0 / 256.0);
    near(frame.update(&tiles(1, 64)), 0.5);
    near(frame.update(&tiles(3, 64)), 0.75);
    near(frame.update(&tiles(3, 0)), 0.75);
    near(frame.update(&at(Phase::Finish, None)), 0.99);
    near(frame.update(&at(Phase::Denoise, None)), 0.99);
}

#[test]
fn layers_share_the_frame() {
    let line = |layer: &str, text: &str| {
        status(&format!(
            "Fra:1 Mem:1.00M (Peak 1.00M) | Time:00:00.04 | Mem:0.00M, Peak:0.00M | Scene, {layer} | {text}"
        ))
    };
    let mut frame = FrameProgress::new(2);
    near(frame.update(&line("A", "Sample 16/16")), 0.5);
    near(frame.update(&line("A", "Finished")), 0.5);
    near(frame.update(&line("B", "Initializing")), 0.5);
    near(frame.update(&line("B", "Sample 8/16")), 0.75);
    near(frame.update(&line("B", "Finished")), 0.99);
    let mut unfinished = FrameProgress::new(4);
    near(unfinished.update(&line("A", "Sample 8/16")), 0.125);
    near(unfinished.update(&line("B", "Sample 8/16")), 0.375);
}

#[test]
fn layers_without_names_or_endings() {
    let mut eevee = FrameProgress::new(2);
    near(eevee.update(&sample(64, 64)), 0.5);
    near(eevee.update(&sample(1, 64)), 0.5 + 1.0 / 128.0);
    let mut syncing = FrameProgress::new(2);
    near(syncing.update(&sample(64, 64)), 0.5);
    near(syncing.update(&at(Phase::Sync, None)), 0.5);
    near(syncing.update(&sample(32, 64)), 0.75);
    near(syncing.update(&at(Phase::Composite, None)), 0.99);
    let mut more_than_told = FrameProgress::new(0);
    for _ in 0..3 {
        more_than_told.update(&sample(64, 64));
        near(more_than_told.update(&at(Phase::Finish, None)), 0.99);
        more_than_told.update(&at(Phase::Loading, None));
    }
}

#[test]
fn counts_out_of_nothing() {
    let mut frame = FrameProgress::new(1);
    near(frame.update(&sample(5, 0)), 0.0);
    near(frame.update(&at(Phase::Sample { sample: 0, of: 0, tile: Some((1, 4)) }, None)), 0.25);
    near(frame.update(&at(Phase::Sample { sample: 1, of: 1, tile: Some((1, 0)) }, None)), 0.25);
    near(frame.update(&at(Phase::Save, None)), 1.0);
}
