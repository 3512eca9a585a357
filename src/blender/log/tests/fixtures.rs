//! Every log in `tests/fixtures/blender-logs`, from end to end.

use std::collections::BTreeSet;

use super::super::{FrameProgress, LineSplitter, LogLine, Phase, ProblemKind, parse_line};

macro_rules! check {
    ($($name:literal, $layers:literal => {$($field:ident: $value:expr),* $(,)?})*) => {$(
        let log = include_bytes!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/fixtures/blender-logs/",
            $name,
            ".out"
        ));
        assert_eq!(read(log, $layers), Found { $($field: $value,)* ..Found::default() }, $name);
    )*};
}

/// What a log holds.
#[derive(Debug, Default, PartialEq)]
struct Found {
    saved: usize,
    times: usize,
    skipped: usize,
    statuses: usize,
    samples: usize,
    most: (u32, u32),
    tiles: u32,
    layers: usize,
    other: usize,
    problems: Vec<ProblemKind>,
}

fn read(log: &[u8], layers: usize) -> Found {
    let mut found = Found::default();
    let mut names = BTreeSet::new();
    let mut frame = FrameProgress::new(layers);
    let mut before = 0.0;
    let mut each = |line: &str| match parse_line(line) {
        LogLine::Status(status) => {
            found.statuses += 1;
            if let Phase::Sample { sample, of, tile } = status.phase {
                found.samples += 1;
                found.most = found.most.max((sample, of));
                found.tiles = found.tiles.max(tile.map_or(0, |(_, tiles)| tiles));
            }
            assert_ne!(status.phase, Phase::Other, "{line}");
            let now = frame.update(&status);
            assert!(before <= now && now < 1.0, "{now} after {before}: {line}");
            before = now;
            names.extend(status.layer);
        }
        LogLine::Saved { .. } => {
            found.saved += 1;
            assert!(frame.saved() >= 1.0);
            frame = FrameProgress::new(layers);
            before = 0.0;
        }
        LogLine::FrameTime { saving, .. } => {
            assert!(saving.is_some(), "{line}");
            found.times += 1;
        }
        LogLine::Skipped { .. } => found.skipped += 1,
        LogLine::Problem(problem) => found.problems.push(problem.kind),
        LogLine::Noise => {}
        LogLine::Other => {
            assert!(!line.contains("Fra:"), "{line}");
            found.other += 1;
        }
    };
    let mut splitter = LineSplitter::new();
    for chunk in log.chunks(1000) {
        splitter.push(chunk, &mut each);
    }
    splitter.finish(&mut each);
    found.layers = names.len();
    found
}

#[test]
fn every_log_is_understood() {
    use ProblemKind::{
        Crash, Denoiser, DriverRefused, GpuOutOfMemory, MissingLibrary, NoCamera, ScriptDisabled, Warning,
    };
    check! {
        "3_4_eevee", 1 => { saved: 1, times: 1, statuses: 7, samples: 4, most: (64, 64) }
        "3_4_missing_lib_autoexec", 1 => {
            saved: 1, times: 1, statuses: 40, samples: 2, most: (1, 1), layers: 1, other: 1,
            problems: vec![
                MissingLibrary, MissingLibrary, MissingLibrary, ScriptDisabled,
                DriverRefused, DriverRefused, MissingLibrary,
            ]
        }
        "3_4_missing_oidn_error", 1 => { statuses: 36, layers: 1, problems: vec![Denoiser, Denoiser] }
        "3_4_plain", 1 => { saved: 2, times: 2, statuses: 80, samples: 6, most: (300, 300), layers: 1 }
        "4_2_big", 1 => { saved: 2, times: 2, statuses: 120, samples: 38, most: (64, 64), tiles: 6, layers: 1 }
        "4_2_comp", 1 => { saved: 2, times: 2, statuses: 91, samples: 6, most: (16, 16), layers: 1 }
        "4_2_eevee", 1 => { saved: 1, times: 1, statuses: 2, samples: 2, most: (4, 4) }
        "4_2_h200_cuda", 1 => {
            saved: 3, times: 3, statuses: 318, samples: 9, most: (64, 64), layers: 1, problems: vec![Crash]
        }
        "4_2_h200_optix", 1 => {
            saved: 3, times: 3, statuses: 756, samples: 9, most: (64, 64), layers: 1, problems: vec![Crash]
        }
        "4_2_layers", 2 => { saved: 2, times: 2, statuses: 162, samples: 12, most: (16, 16), layers: 2 }
        "4_2_plain", 1 => { saved: 2, times: 2, statuses: 82, samples: 6, most: (16, 16), layers: 1 }
        "4_2_skip", 1 => { skipped: 2, problems: vec![Warning] }
        "4_5_big", 1 => { saved: 2, times: 2, statuses: 122, samples: 38, most: (64, 64), tiles: 6, layers: 1 }
        "4_5_comp", 1 => { saved: 2, times: 2, statuses: 86, samples: 6, most: (16, 16), layers: 1 }
        "4_5_layers", 2 => { saved: 2, times: 2, statuses: 166, samples: 12, most: (16, 16), layers: 2 }
        "4_5_plain", 1 => { saved: 2, times: 2, statuses: 83, samples: 6, most: (16, 16), layers: 1 }
        "4_5_skip", 1 => { skipped: 2, problems: vec![Warning] }
        "5_0_big", 1 => { saved: 2 }
        "5_0_comp", 1 => { saved: 2 }
        "5_0_layers", 2 => { saved: 2 }
        "5_0_plain", 1 => { saved: 2 }
        "5_0_render_stats_handler_tiles", 1 => {
            saved: 1, times: 1, statuses: 62, samples: 19, most: (64, 64), tiles: 6, layers: 1
        }
        "5_0_skip", 1 => { problems: vec![Warning] }
        "5_2_big", 1 => { saved: 2 }
        "5_2_comp", 1 => { saved: 2 }
        "5_2_layers", 2 => { saved: 2 }
        "5_2_plain", 1 => { saved: 2 }
        "5_2_skip", 1 => { problems: vec![Warning] }
        "5_x_cli_quoted", 1 => {
            saved: 1, times: 1, skipped: 1, statuses: 6, samples: 3, most: (25, 64), layers: 1, other: 1,
            problems: vec![NoCamera, GpuOutOfMemory]
        }
    }
}
