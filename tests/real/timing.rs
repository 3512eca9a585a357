//! Time: the template keeps its speed, its first frame and its way past the last one.

use crate::common::{Picture, Stage, clip, probe, stored};

const SIZE: [usize; 2] = [64, 36];

/// Column of the picture where a card at `x` has its centre: eight units fill it.
fn column(x: f64) -> f64 {
    32.0 + 8.0 * x
}

#[track_caller]
fn is_at(frame: &Picture, x: f64, what: &str) {
    let found = frame.centre(1)[0];
    assert!((found - column(x)).abs() < 0.25, "{what}: column {found:.2} instead of {:.2}", column(x));
}

#[test]
fn content_at_24_shown_at_30_is_at_the_same_place_at_the_same_second() {
    let stage = Stage::new("crossing");
    let args = ["--fps", "30", "--duration", "0.6", "--samples", "16", "--quality", "good"];
    let answer = stage.render(&args).succeeds().warns(&[]);
    assert_eq!((answer.json["frames"].as_u64(), answer.json["duration"].as_f64()), (Some(18), Some(0.6)));
    let place = |index: usize| -3.0 + 6.0 * index as f64 / 30.0;
    for (index, frame) in stored(&stage, SIZE).iter().enumerate() {
        is_at(frame, place(index), &format!("frame {index}"));
    }
    let shown = clip(&stage.work("out.mp4"), SIZE);
    assert_eq!(shown.len(), 18);
    for (index, frame) in shown.iter().enumerate() {
        is_at(frame, place(index), &format!("frame {index} of the clip"));
    }
}

#[test]
fn content_at_24_shown_at_10_skips_frames() {
    let stage = Stage::new("crossing");
    stage.render(&["--fps", "10", "--duration", "1", "--samples", "16"]).succeeds();
    let frames = stored(&stage, SIZE);
    assert_eq!(frames.len(), 10);
    for (index, frame) in frames.iter().enumerate() {
        is_at(frame, -3.0 + 6.0 * index as f64 / 10.0, &format!("frame {index}"));
    }
}

#[test]
fn eight_seconds_of_frames_100_to_150_begin_at_100_and_go_on() {
    let stage = Stage::new("late");
    let answer = stage.render(&["--fps", "2", "--duration", "8", "--samples", "16"]).succeeds().warns(&[]);
    assert_eq!((answer.json["frames"].as_u64(), answer.json["duration"].as_f64()), (Some(16), Some(8.0)));
    let frames = stored(&stage, SIZE);
    assert_eq!(frames.len(), 16);
    // Frame 150 is passed after two of the eight seconds.
    for (index, frame) in frames.iter().enumerate() {
        is_at(frame, -3.0 + 6.0 * (12 * index) as f64 / 300.0, &format!("frame {index}"));
    }
    let (stream, _) = probe(&stage.work("out.mp4"));
    assert_eq!(stream["nb_read_frames"], "16");
    assert_eq!(stream["duration"].as_str().map(str::parse), Some(Ok(8.0)));
}

#[test]
fn frames_are_counted_as_the_file_counts_them() {
    let stage = Stage::new("late");
    let answer = stage.render(&["--frames", "110..121", "--samples", "16"]).succeeds();
    assert_eq!((answer.json["frames"].as_u64(), answer.json["duration"].as_f64()), (Some(12), Some(0.5)));
    let frames = stored(&stage, SIZE);
    is_at(&frames[0], -3.0 + 6.0 * 10.0 / 300.0, "the first frame");
    is_at(&frames[11], -3.0 + 6.0 * 21.0 / 300.0, "the last frame");
}

#[test]
fn frames_at_another_rate_take_the_same_time() {
    let stage = Stage::new("late");
    let answer = stage.render(&["--frames", "110..121", "--fps", "12", "--samples", "16"]).succeeds();
    assert_eq!((answer.json["frames"].as_u64(), answer.json["duration"].as_f64()), (Some(6), Some(0.5)));
    let frames = stored(&stage, SIZE);
    is_at(&frames[0], -3.0 + 6.0 * 10.0 / 300.0, "the first frame");
    is_at(&frames[5], -3.0 + 6.0 * 20.0 / 300.0, "the last frame");
}

/// Spread along x of a blurred card, at frame 4 of the file and this rate: that of its own width of 2 pixels and
/// that of its way while the shutter is open, as independent boxes.
#[track_caller]
fn blurs(scene: &str, fps: &str, way: f64) {
    let stage = Stage::new(scene);
    stage.render(&["--frames", "4..4", "--fps", fps, "--samples", "128"]).succeeds();
    let frame = &stored(&stage, SIZE)[0];
    is_at(frame, 0.0, "the middle of the blur");
    let (found, expected) = (frame.spread(1), (2.0 * 2.0 + way * way) / 12.0);
    assert!(
        (found - expected).abs() < 0.1 * expected + 0.3,
        "{fps} fps: spread {found:.2} instead of {expected:.2}"
    );
}

#[test]
fn motion_blur_at_the_rate_of_the_file() {
    // Eight pixels a frame, half of the time.
    blurs("blur", "24", 4.0);
}

#[test]
fn motion_blur_at_half_the_rate_opens_twice_as_long() {
    blurs("blur", "12", 8.0);
}

#[test]
fn motion_blur_at_twice_the_rate_opens_half_as_long() {
    blurs("blur", "48", 2.0);
}

#[test]
fn a_shutter_on_a_curve_is_scaled_too() {
    blurs("blur_animated", "6", 16.0);
}
