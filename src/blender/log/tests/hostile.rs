use proptest::prelude::*;

use super::super::{FrameProgress, KernelSet, LineSplitter, LogLine, Phase, Status, parse_line};

/// Lines made of the words the parser looks for, so that they reach past its first test.
fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "Fra:",
        "Fra: ",
        "1",
        "-3",
        "99999999999999999999",
        " Mem:",
        "Mem: ",
        "2.5M",
        "3M",
        " (Peak ",
        ")",
        ", Peak:",
        " | ",
        "|",
        "Time:",
        "Time: ",
        " (Saving: ",
        "Remaining:",
        "00:01.5",
        "12:00:00.00",
        "Scene",
        ", ",
        "Sample ",
        "/",
        " / ",
        "Rendered ",
        " Tiles",
        "Rendering ",
        " samples",
        "Path Tracing Tile ",
        "Synchronizing object",
        "Updating Scene BVH",
        "Building BVH ",
        "%",
        "Denoising",
        "Finished",
        "Compositing",
        "Saved: '",
        "'",
        "skipping existing frame \"",
        "\"",
        "Error: ",
        "ERROR ",
        "render   ",
        "00:00.123  ",
        "\u{e5}",
        "\u{1f600}",
        "Rendering frame ",
        "Start rendering: ",
        "\t",
    ]);
    prop::collection::vec(word, 0..24).prop_map(|words| words.concat())
}

fn phases() -> impl Strategy<Value = Phase> {
    let tile = prop::option::of((0..5_u32, 0..5_u32));
    prop_oneof![
        Just(Phase::Loading),
        Just(Phase::Kernels { which: KernelSet::Render }),
        Just(Phase::Sync),
        Just(Phase::Bvh { percent: Some(7) }),
        (0..9_u32, 0..9_u32, tile).prop_map(|(sample, of, tile)| Phase::Sample { sample, of, tile }),
        Just(Phase::Sample { sample: u32::MAX, of: 1, tile: Some((u32::MAX, 1)) }),
        Just(Phase::Denoise),
        Just(Phase::Composite),
        Just(Phase::Finish),
        Just(Phase::Other),
    ]
}

proptest! {
    #[test]
    fn any_text_is_understood_somehow(line in any::<String>()) {
        let _ = parse_line(&line);
    }

    #[test]
    fn any_words_are_understood_somehow(line in words()) {
        let _ = parse_line(&line);
    }

    #[test]
    fn any_saved_path_comes_back(path in "[^\r\n]{1,40}") {
        prop_assert_eq!(parse_line(&format!("Saved: '{path}'")), LogLine::Saved { path: path.clone() });
        let logged = format!("00:01.329  render           | Saved: '{path}'");
        prop_assert_eq!(parse_line(&logged), LogLine::Saved { path });
    }

    #[test]
    fn any_layer_name_leaves_the_samples_alone(
        layer in prop_oneof!["[^\r\n]{0,20}", "[| ,]{0,6}", words()],
        (sample, of) in (0..999_u32, 0..999_u32),
    ) {
        // The one name that cannot be told from Blender's own words, once a bar follows it.
        let layer = layer.replace("Synchronizing object", "Synchronizing");
        let head = "Fra:1 Mem:1.00M (Peak 1.00M) | Time:00:00.04 | Mem:0.00M, Peak:0.00M";
        let line = format!("{head} | Scene, {layer} | Sample {sample}/{of}");
        match parse_line(&line) {
            LogLine::Status(status) => {
                prop_assert_eq!(status.phase, Phase::Sample { sample, of, tile: None });
                prop_assert_eq!(status.layer, Some(layer));
            }
            other => prop_assert!(false, "{line:?} is {other:?}"),
        }
    }

    #[test]
    fn chunks_do_not_matter(
        bytes in prop::collection::vec(prop_oneof![4 => any::<u8>(), 1 => Just(b'\n'), 1 => Just(b'\r')], 0..400),
        cuts in prop::collection::vec(1..40_usize, 1..40),
    ) {
        let mut whole = Vec::new();
        let mut splitter = LineSplitter::new();
        splitter.push(&bytes, |line| whole.push(line.to_owned()));
        splitter.finish(|line| whole.push(line.to_owned()));

        let mut parts = Vec::new();
        let mut rest = bytes.as_slice();
        for cut in cuts.iter().cycle() {
            let (chunk, tail) = rest.split_at((*cut).min(rest.len()));
            splitter.push(chunk, |line| parts.push(line.to_owned()));
            rest = tail;
            if rest.is_empty() {
                break;
            }
        }
        splitter.finish(|line| parts.push(line.to_owned()));
        prop_assert_eq!(&whole, &parts);
        prop_assert!(whole.iter().all(|line| !line.is_empty() && !line.contains(['\n', '\r'])));
    }

    #[test]
    fn the_fraction_never_falls(
        layers in 0..4_usize,
        statuses in prop::collection::vec((phases(), prop::option::of("[AB]")), 0..60),
    ) {
        let mut frame = FrameProgress::new(layers);
        let mut before = 0.0;
        for (phase, layer) in statuses {
            let now = frame.update(&Status { layer, ..Status::new(phase) });
            prop_assert!((before..1.0).contains(&now), "{now} after {before}");
            before = now;
        }
        prop_assert!(frame.saved() >= 1.0);
    }
}
