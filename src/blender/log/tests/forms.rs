use std::time::Duration;

use super::super::{KernelSet, LogLine, Phase, Problem, ProblemKind, Status, parse_line};
use super::status;

const MIB: u64 = 1 << 20;

fn sample(sample: u32, of: u32) -> Phase {
    Phase::Sample { sample, of, tile: None }
}

fn tiles(done: u32, tiles: u32, sample: u32, of: u32) -> Phase {
    Phase::Sample { sample, of, tile: Some((done, tiles)) }
}

#[test]
fn cycles_up_to_4_5() {
    let line = "Fra:1 Mem:10.50M (Peak 10.83M) | Time:00:00.04 | Remaining:00:00.46 | Mem:1.25M, Peak:1.50M | \
                Scene, ViewLayer | Sample 1/300";
    assert_eq!(
        status(line),
        Status {
            frame: Some(1),
            remaining: Some(Duration::from_millis(460)),
            memory: Some(10 * MIB + MIB / 2),
            device_memory_peak: Some(MIB + MIB / 2),
            layer: Some("ViewLayer".to_owned()),
            phase: sample(1, 300),
        }
    );
}

#[test]
fn cycles_2_8_counts_unused_memory_too() {
    let line = "Fra:-7 Mem:150.00M (0.00M, Peak 160.00M) | Time:00:01.20 | Mem:10.00M, Peak:12.00M | \
                Scene, View Layer | Path Tracing Tile 4/135, Sample 10/14";
    let status = status(line);
    assert_eq!(
        (status.frame, status.memory, status.device_memory_peak),
        (Some(-7), Some(150 * MIB), Some(12 * MIB))
    );
    assert_eq!((status.layer.as_deref(), status.phase), (Some("View Layer"), tiles(4, 135, 10, 14)));
}

#[test]
fn the_statuses_of_cycles_up_to_4_5() {
    let table = [
        ("Scene, L | Rendered 0/6 Tiles, Sample 64/64", Some("L"), tiles(0, 6, 64, 64)),
        ("Scene, L | Rendered 5/6 Tiles", Some("L"), tiles(5, 6, 0, 0)),
        ("Scene, L | Rendered 5/6 Tiles, Sample 3/4, Denoised 2 tiles", Some("L"), tiles(5, 6, 3, 4)),
        ("Scene, L | Path Tracing Sample 3/10", Some("L"), sample(3, 10)),
        ("Scene, L | Finished", Some("L"), Phase::Finish),
        ("Scene | Reading full buffer from disk", None, Phase::Finish),
        ("Scene | ViewLayer | Denoising", Some("ViewLayer"), Phase::Denoise),
        ("Scene | ViewLayer, left | Denoising", Some("ViewLayer, left"), Phase::Denoise),
        ("Scene | ViewLayer | Finishing", Some("ViewLayer"), Phase::Finish),
        (
            "Scene, L | Loading render kernels (may take a few minutes the first time)",
            Some("L"),
            Phase::Kernels { which: KernelSet::Render },
        ),
        (
            "Scene, L | Loading denoising kernels (may take a few minutes the first time)",
            Some("L"),
            Phase::Kernels { which: KernelSet::Denoise },
        ),
        ("Scene, L | Synchronizing object | Cube", Some("L"), Phase::Sync),
        ("Scene, L | Initializing", Some("L"), Phase::Loading),
        ("Scene, L | Waiting for render to start", Some("L"), Phase::Loading),
        ("Scene, L | Updating Images | Loading tex.png", Some("L"), Phase::Sync),
        ("Scene, L | Updating Lights | Computing tree", Some("L"), Phase::Sync),
        ("Scene, L | Updating Scene BVH | Building BVH 93%", Some("L"), Phase::Bvh { percent: Some(93) }),
        ("Scene, L | Updating Scene BVH | Building BVH", Some("L"), Phase::Bvh { percent: None }),
        ("Scene, L | Updating Scene BVH | Copying BVH to device", Some("L"), Phase::Bvh { percent: None }),
        (
            "Scene, L | Updating Mesh BVH a | b 3/4 | Building BVH 7%",
            Some("L"),
            Phase::Bvh { percent: Some(7) },
        ),
        ("Scene, L | Cancelled", None, Phase::Other),
        ("Scene, L, left | Sample 1/2", Some("L, left"), sample(1, 2)),
    ];
    for (text, layer, phase) in table {
        let found = status(&format!(
            "Fra:12 Mem:1.00M (Peak 1.00M) | Time:01:00:00.04 | Mem:0.00M, Peak:0.00M | {text}"
        ));
        assert_eq!((found.frame, found.layer.as_deref(), found.phase), (Some(12), layer, phase), "{text}");
    }
}

#[test]
fn eevee_and_the_compositor() {
    let head = "Fra:1 Mem:41.41M (Peak 41.41M) | Time:00:13.40";
    for (text, phase) in [
        ("Rendering 1 / 4 samples", sample(1, 4)),
        ("Syncing Cube", Phase::Sync),
        ("Compositing", Phase::Composite),
        ("Compositing | Initializing execution", Phase::Composite),
        ("Compositing | Operation 2-3", Phase::Composite),
        ("Freestyle: Mesh loading", Phase::Other),
    ] {
        let found = status(&format!("{head} | {text}"));
        assert_eq!((found.phase, found.layer, found.device_memory_peak), (phase, None, None), "{text}");
    }
}

#[test]
fn command_line_of_5_x() {
    let found =
        status("00:04.230  render           | Fra: 1 | Remaining: 01:43.73 | Mem: 1699M | Sample 1/128");
    assert_eq!(
        found,
        Status {
            frame: Some(1),
            remaining: Some(Duration::from_millis(103_730)),
            memory: None,
            device_memory_peak: Some(1699 * MIB),
            layer: None,
            phase: sample(1, 128),
        }
    );
    for (line, phase) in [
        ("01:02:04.230  render           | Fra: 1 | Mem: 1450M | Sample 0/128", sample(0, 128)),
        ("00:01.140  123M render           | Fra: 1 | Rendering 25 / 64 samples", sample(25, 64)),
        ("00:09.766  render           | Fra: 1 | Mem: 1039M | Finished", Phase::Finish),
        ("00:09.766  render           | Fra: 1 | Mem: 0M | ViewLayer | Denoising", Phase::Denoise),
        ("00:00.120  render           | Rendering frame 1", Phase::Loading),
    ] {
        let found = status(line);
        assert_eq!((found.frame, found.phase), (Some(1), phase), "{line}");
    }
    let layer = status("00:00.120  render           | Start rendering: Scene, Second Layer");
    assert_eq!((layer.layer.as_deref(), layer.phase), (Some("Second Layer"), Phase::Loading));
    assert_eq!(status("00:00.120  render           | Executing compositor").phase, Phase::Composite);
    assert_eq!(parse_line("00:00.120  render           | Engine: Cycles"), LogLine::Noise);
    assert_eq!(parse_line("Rendering frame 1"), LogLine::Other);
}

#[test]
fn render_stats_handlers_of_5_x() {
    for (line, phase) in [
        ("Mem: 2M | Sample 0/16", sample(0, 16)),
        ("Remaining: 00:00.15 | Mem: 2M | Sample 1/16", sample(1, 16)),
        ("Remaining: 00:00.30 | Mem: 3M | Rendered 1/6 Tiles, Sample 64/64", tiles(1, 6, 64, 64)),
        ("Rendering 1 / 4 samples", sample(1, 4)),
        ("Mem: 0M | Synchronizing object | Cube", Phase::Sync),
    ] {
        let found = status(line);
        assert_eq!((found.frame, found.phase), (None, phase), "{line}");
    }
    assert_eq!(status("Mem: 0M | ViewLayer | Denoising").layer.as_deref(), Some("ViewLayer"));
    assert_eq!(parse_line("Mem: 12M free"), LogLine::Other);
}

#[test]
fn output_of_a_handler_is_glued_on() {
    let head = "Fra:1 Mem:10.41M (Peak 10.83M) | Time:00:00.04 | Mem:1.26M, Peak:1.26M | Scene, ViewLayer";
    assert_eq!(status(&format!("{head} | Sample 1/300H (None, None)")).phase, sample(1, 300));
    assert_eq!(status(&format!("{head} | Sample 1/300{{\"a\": \"b | c\"}} | d")).phase, sample(1, 300));
    assert_eq!(status(&format!("{head} | FinishedH (None, None)")).phase, Phase::Finish);
    assert_eq!(status(&format!("H (None, None){head} | Finished")).frame, Some(1));
    assert_eq!(status("H 'Mem: 2M | Sample 0/16'").phase, sample(0, 16));
    assert_eq!(status("H 'Rendering 1 / 4 samples'").phase, sample(1, 4));
    assert_eq!(
        parse_line("H 12Saved: '/out/f_0001.png'"),
        LogLine::Saved { path: "/out/f_0001.png".to_owned() }
    );
    assert_eq!(
        parse_line("H 'Time: 00:02.00 (Saving: 00:00.07)'"),
        LogLine::FrameTime { total: Duration::from_secs(2), saving: Some(Duration::from_millis(70)) }
    );
}

#[test]
fn names_do_not_fool_the_parser() {
    let head = "Fra:1 Mem:1.00M (Peak 1.00M) | Time:00:00.04 | Mem:1.00M, Peak:1.00M";
    for (text, layer, phase) in [
        ("Scene, Sample 1/2 | Initializing", "Sample 1/2", Phase::Loading),
        ("Scene, Sample 1/2 | Sample 3/4", "Sample 1/2", sample(3, 4)),
        ("Scene, a | Sample 1/2 | Updating Scene", "a | Sample 1/2", Phase::Sync),
        ("Scene, a | b | Rendered 1/6 Tiles, Sample 3/4", "a | b", tiles(1, 6, 3, 4)),
        ("Scene, Saved: 'x' | Sample 3/4", "Saved: 'x'", sample(3, 4)),
        ("Scene, Time: 00:01 (Saving: 00:01) | Finished", "Time: 00:01 (Saving: 00:01)", Phase::Finish),
        ("Scene, | | Sample 3/4", "|", sample(3, 4)),
        ("Scene, a | | Sample 3/4", "a |", sample(3, 4)),
        ("Scene, | a | Finished", "| a", Phase::Finish),
        ("Scene, L | Synchronizing object | | Sample 1/2", "L", Phase::Sync),
        ("Scene, Synchronizing object | Sample 3/4", "Synchronizing object", sample(3, 4)),
        ("Scene | Sample 1/2 | Denoising", "Sample 1/2", Phase::Denoise),
        ("Scene, Mem:9M, Peak:9M | Finished", "Mem:9M, Peak:9M", Phase::Finish),
        ("Scene, Fra:3 | Finished", "Fra:3", Phase::Finish),
        ("Scene, L | Synchronizing object | Sample 1/2", "L", Phase::Sync),
        ("Scene, L | Synchronizing object | a | Fra:2 Mem:1M | Finished", "L", Phase::Sync),
        ("Scene, L | Synchronizing object | Saved: '/x.png'", "L", Phase::Sync),
        ("Scene, L | Synchronizing object | Time: 00:01 (Saving: 00:01)", "L", Phase::Sync),
        ("Scene, L | Synchronizing object | skipping existing frame \"x\"", "L", Phase::Sync),
        ("Scene, L | Synchronizing object | Launch failed", "L", Phase::Sync),
        ("Scene, L | Updating Images | Loading render kernels", "L", Phase::Sync),
    ] {
        let found = status(&format!("{head} | {text}"));
        assert_eq!(
            (found.frame, found.layer.as_deref(), found.phase),
            (Some(1), Some(layer), phase),
            "{text}"
        );
        assert_eq!((found.memory, found.device_memory_peak), (Some(MIB), Some(MIB)), "{text}");
    }
    assert_eq!(status("Mem: 2M | Sample 1/2 | Denoising").phase, Phase::Denoise);
    assert_eq!(status("Mem: 2M | Synchronizing object | | Sample 1/2").phase, Phase::Sync);
    assert_eq!(status("Mem: 2M | Synchronizing object | Sample 1/2").phase, Phase::Sync);
}

#[test]
fn an_error_in_a_status_is_a_problem() {
    assert_eq!(
        parse_line("Fra:2 Mem:9000M | Time:00:41.20 | System is out of GPU and shared host memory"),
        LogLine::Problem(Problem {
            kind: ProblemKind::GpuOutOfMemory,
            text: "System is out of GPU and shared host memory".to_owned(),
        })
    );
}

#[test]
fn saved_and_skipped() {
    for (line, path) in [
        ("Saved: '/out/f_0001.png'", "/out/f_0001.png"),
        ("Saved: '/out/it's \u{e5}\u{1f600} 'here'.png'", "/out/it's \u{e5}\u{1f600} 'here'.png"),
        ("Saved: '/out/Sample 1/2 | x.png'", "/out/Sample 1/2 | x.png"),
        ("Saved: '/out/Synchronizing object | x.png'", "/out/Synchronizing object | x.png"),
        ("00:01.329  render           | Saved: '/out/f_0001.png'", "/out/f_0001.png"),
        ("01:00:01.329  render           | Saved: '/out/Saved: 'x'.png'", "/out/Saved: 'x'.png"),
    ] {
        assert_eq!(parse_line(line), LogLine::Saved { path: path.to_owned() }, "{line}");
    }
    assert_eq!(parse_line("Saved: '/out/f_00"), LogLine::Other);
    for line in [
        "skipping existing frame \"/out/a \"b\".png\"",
        "00:00.419  render           | Skipping existing frame \"/out/a \"b\".png\"",
    ] {
        assert_eq!(parse_line(line), LogLine::Skipped { path: "/out/a \"b\".png".to_owned() }, "{line}");
    }
}

#[test]
fn frame_times() {
    let both =
        LogLine::FrameTime { total: Duration::from_millis(470), saving: Some(Duration::from_millis(80)) };
    for line in [
        " Time: 00:00.47 (Saving: 00:00.08)",
        "Time: 00:00.47 (Saving: 00:00.08)",
        "00:00.687  render           | Time: 00:00.47 (Saving: 00:00.08)",
    ] {
        assert_eq!(parse_line(line), both, "{line}");
    }
    assert_eq!(
        parse_line("Time: 01:00:00.47"),
        LogLine::FrameTime { total: Duration::from_millis(3_600_470), saving: None }
    );
    assert_eq!(parse_line("My Time: 00:00.47"), LogLine::Other);
}

#[test]
fn noise() {
    for line in [
        "",
        "  ",
        "Blender quit",
        "Blender 4.2.23 LTS",
        "00:00.215  blend            | Read blend: \"/x/Sample 1/2.blend\"",
        "EGL Error (0x3009): EGL_BAD_MATCH: Arguments are inconsistent",
        "Managed to successfully fallback to surfaceless EGL rendering!",
        "region type 4 missing in space type \"Image Editor\" (id: 6) - removing region",
        "ALSA lib confmisc.c:855:(parse_card) cannot find card '0'",
        "jack server is not running or cannot be started",
        "Sent an internal break event. Press ^C again to kill Blender",
    ] {
        assert_eq!(parse_line(line), LogLine::Noise, "{line}");
    }
    for line in ["hello", "Blender is here", "12:30 foo | bar", "Traceback (most recent call last):"] {
        assert_eq!(parse_line(line), LogLine::Other, "{line}");
    }
}

#[test]
fn phases_as_json() {
    for (phase, json) in [
        (Phase::Loading, r#"{"phase":"loading"}"#),
        (Phase::Kernels { which: KernelSet::Denoise }, r#"{"phase":"kernels","which":"denoise"}"#),
        (Phase::Bvh { percent: None }, r#"{"phase":"bvh","percent":null}"#),
        (tiles(1, 6, 3, 4), r#"{"phase":"sample","sample":3,"of":4,"tile":[1,6]}"#),
    ] {
        assert_eq!(serde_json::to_string(&phase).unwrap(), json);
        assert_eq!(serde_json::from_str::<Phase>(json).unwrap(), phase);
    }
}
