//! The lower bound of a clip's size, against what ffmpeg makes of pictures of one colour.

use std::process::Command;

use broll::deliver::least_bytes;
use broll::encode::{ClipFormat, Encoder};
use broll::request::Quality;

const FRAMES: u32 = 10;

#[test]
fn no_clip_is_smaller_than_foreseen() {
    let ffmpeg =
        std::env::var_os("BROLL_TEST_FFMPEG").expect("BROLL_TEST_FFMPEG is not set: run `make test`");
    let folder = tempfile::tempdir().unwrap();
    for encoder in [Encoder::Libx264, Encoder::Libx265, Encoder::ProresKs] {
        for (quality, transparent, resolution) in [
            (Quality::Draft, false, [16, 16]),
            (Quality::Draft, false, [642, 362]),
            (Quality::Good, encoder.carries_alpha(), [256, 144]),
        ] {
            let format = ClipFormat { encoder, quality, fps: "30".parse().unwrap(), resolution, transparent };
            let clip = folder.path().join("clip.mov");
            // The same arguments as for a clip, the frames from ffmpeg itself.
            let [width, height] = resolution;
            let source = format!("color=c=black@0:s={width}x{height}:r=30,format=rgba");
            let mut args = format.encode_args("mov");
            let input = args.iter().position(|arg| arg == "-f").unwrap()
                ..=args.iter().position(|arg| arg == "pipe:0").unwrap();
            args.splice(input, ["-f", "lavfi", "-i", &source].map(str::to_owned));
            let done = Command::new(&ffmpeg)
                .args(&args)
                .args(["-frames:v", &FRAMES.to_string()])
                .arg(&clip)
                .output()
                .unwrap();
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
            let (size, least) = (fs_err::metadata(&clip).unwrap().len(), least_bytes(&format, FRAMES));
            assert!(least <= size, "{format:?}: {least} > {size}");
        }
    }
}
