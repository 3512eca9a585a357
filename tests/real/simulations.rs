//! Simulations that nobody baked: right between frames, the same when a render is resumed, nothing left behind.

use crate::common::{Picture, Stage, stored};

const SIZE: [usize; 2] = [64, 36];
const COUNT: usize = 18;

/// Renders the scene at 30 frames a second, once without a break and once more from the middle on.
#[track_caller]
fn resumes(scene: &str, warnings: &[&str]) -> Vec<Picture> {
    let stage = Stage::new(scene);
    let before = stage.listing();
    let args = ["--fps", "30", "--duration", "0.6", "--samples", "16", "--force"];
    let whole = stage.render(&args).succeeds().warns(warnings);
    assert_eq!(whole.json["frames_reused"], 0);
    let uninterrupted = stored(&stage, SIZE);
    assert_eq!(uninterrupted.len(), COUNT);
    for path in &stage.frames()[COUNT / 2..] {
        fs_err::remove_file(path).unwrap();
    }
    let resumed = stage.render(&args).succeeds().warns(warnings);
    assert_eq!(resumed.json["frames_reused"], COUNT / 2);
    for (index, frame) in stored(&stage, SIZE).iter().enumerate() {
        assert_eq!(
            frame.distance(&uninterrupted[index]),
            0,
            "frame {index} differs from the uninterrupted run's"
        );
    }
    assert_eq!(resumed.json["sha256"], whole.json["sha256"]);
    let new: Vec<_> = stage.listing().difference(&before).cloned().collect();
    assert_eq!(new, ["out.mp4"], "something was left beside the file");
    uninterrupted
}

#[test]
fn a_rigid_body_falls_at_another_rate_and_when_resumed() {
    let frames = resumes("rigid", &[]);
    // Free fall from z = 1.5, eight pixels a unit, seen from the side; its cache ends at frame 10 in the file.
    for (index, frame) in frames.iter().enumerate() {
        let time = index as f64 / 30.0;
        let expected = 18.0 - 8.0 * (1.5 - 9.81 / 2.0 * time * time);
        let found = frame.centre(1)[1];
        assert!((found - expected).abs() < 0.6, "frame {index}: row {found:.2} instead of {expected:.2}");
    }
}

#[test]
fn a_rigid_body_in_a_second_scene_moves_at_another_rate_and_when_resumed() {
    let frames = resumes("second_scene_rigid", &[]);
    // From x = -3, faster by six units a second each second.
    for (index, frame) in frames.iter().enumerate() {
        let time = index as f64 / 30.0;
        let expected = 8.0 + 8.0 * 3.0 * time * time;
        let found = frame.centre(1)[0];
        assert!((found - expected).abs() < 0.6, "frame {index}: column {found:.2} instead of {expected:.2}");
    }
}

#[test]
fn cloth_swings_at_another_rate_and_when_resumed() {
    let frames = resumes("cloth", &[]);
    falls(&frames, 3.0);
}

#[test]
fn particles_fall_at_another_rate_and_when_resumed() {
    let frames = resumes("particles", &[]);
    falls(&frames, 1.0);
}

/// What is seen goes down by at least so many pixels, in every part of the clip.
#[track_caller]
fn falls(frames: &[Picture], least: f64) {
    let row = |index: usize| frames[index].centre(1)[1];
    let rows: Vec<f64> = [2, 6, 10, 14, 17].map(row).to_vec();
    assert!(rows.windows(2).all(|pair| pair[1] > pair[0]), "{rows:?}");
    assert!(rows[4] - rows[0] > least, "{rows:?}");
}

#[test]
fn what_a_cache_on_disk_holds_stays_as_it_is() {
    let stage = Stage::new("cloth");
    let cached = stage.work("blendcache_clip").join("436C6F7468_000003_00.bphys");
    fs_err::create_dir(stage.work("blendcache_clip")).unwrap();
    fs_err::write(&cached, "hours of work").unwrap();
    let before = stage.listing();
    stage.render::<&str>(&[]).succeeds();
    assert_eq!(fs_err::read_to_string(&cached).unwrap(), "hours of work");
    let new: Vec<_> = stage.listing().difference(&before).cloned().collect();
    assert_eq!(new, ["out.mp4"]);
}

/// Column of the card that geometry nodes move by 0.2 in each frame that passes, the first one too.
fn walked(frame: f64) -> f64 {
    32.0 + 8.0 * (-3.0 + 0.2 * frame)
}

#[test]
fn geometry_nodes_that_simulate_see_every_frame_in_order() {
    for (index, frame) in resumes("nodes", &["simulation"]).iter().enumerate() {
        let expected = walked(1.0 + index as f64 * 24.0 / 30.0);
        let found = frame.centre(1)[0];
        assert!((found - expected).abs() < 0.25, "frame {index}: column {found:.2} instead of {expected:.2}");
    }
}

#[test]
fn geometry_nodes_that_simulate_are_computed_from_the_start() {
    let stage = Stage::new("nodes");
    let answer = stage.render(&["--frames", "12..14", "--samples", "16"]).succeeds();
    assert!(answer.warnings("simulation")[0].contains("Walker"));
    for (index, frame) in stored(&stage, SIZE).iter().enumerate() {
        let (found, expected) = (frame.centre(1)[0], walked(12.0 + index as f64));
        assert!((found - expected).abs() < 0.25, "frame {index}: column {found:.2} instead of {expected:.2}");
    }
}

#[test]
fn an_unbaked_fluid_is_told_and_writes_nothing_where_the_file_says() {
    let stage = Stage::new("fluid");
    let before = stage.listing();
    stage.render(&["--frames", "1..4"]).succeeds().warns(&["fluid", "simulation"]);
    let new: Vec<_> = stage.listing().difference(&before).cloned().collect();
    assert_eq!(new, ["out.mp4"], "something was left beside the file");
}
