//! What ffmpeg is told for each encoder. Pure: arguments in, arguments out.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::request::{Fps, Quality};

/// The encoders broll knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoder {
    /// H.264 on an NVIDIA GPU.
    #[default]
    H264Nvenc,
    /// HEVC on an NVIDIA GPU.
    HevcNvenc,
    /// AV1 on an NVIDIA GPU (Ada and newer).
    Av1Nvenc,
    /// H.264 on the processor.
    Libx264,
    /// HEVC on the processor.
    Libx265,
    /// ProRes on the processor, for editing; the one that carries alpha.
    ProresKs,
}

impl Encoder {
    /// Every encoder, the default first.
    pub const ALL: [Self; 6] =
        [Self::H264Nvenc, Self::HevcNvenc, Self::Av1Nvenc, Self::Libx264, Self::Libx265, Self::ProresKs];

    /// The name ffmpeg and the API use.
    pub fn name(self) -> &'static str {
        match self {
            Self::H264Nvenc => "h264_nvenc",
            Self::HevcNvenc => "hevc_nvenc",
            Self::Av1Nvenc => "av1_nvenc",
            Self::Libx264 => "libx264",
            Self::Libx265 => "libx265",
            Self::ProresKs => "prores_ks",
        }
    }

    /// Whether it runs on NVIDIA's encoder hardware.
    pub fn is_nvenc(self) -> bool {
        matches!(self, Self::H264Nvenc | Self::HevcNvenc | Self::Av1Nvenc)
    }

    /// Whether its clips can be transparent.
    pub fn carries_alpha(self) -> bool {
        self == Self::ProresKs
    }

    /// File name extensions its clips may have, the usual one first.
    pub fn extensions(self) -> &'static [&'static str] {
        if self == Self::ProresKs { &["mov"] } else { &["mp4", "mov"] }
    }
}

impl fmt::Display for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Encoder {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|encoder| encoder.name() == text).ok_or_else(|| {
            format!("encoder must be one of {}, not {text:?}", Self::ALL.map(Self::name).join(", "))
        })
    }
}

/// Everything the arguments depend on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClipFormat {
    /// The encoder.
    pub encoder: Encoder,
    /// How much it may spend.
    pub quality: Quality,
    /// Rate of the clip.
    pub fps: Fps,
    /// Width and height in pixels.
    pub resolution: [u32; 2],
    /// Keep the frames' alpha.
    pub transparent: bool,
}

impl ClipFormat {
    /// Arguments for a clip at `target`, PNG frames on stdin, progress on stdout.
    pub fn encode_args(&self, container: &str) -> Vec<String> {
        let mut args = words(
            "-hide_banner -nostdin -nostats -loglevel error -xerror -y -progress pipe:1 -stats_period 0.5",
        );
        if self.encoder.is_nvenc() {
            args.extend(words("-hwaccel cuda"));
        }
        args.extend(words("-f image2pipe -c:v png -framerate"));
        args.push(self.fps.to_string());
        args.extend(words("-i pipe:0"));
        args.extend(self.output_args());
        args.extend(words("-movflags +faststart -f"));
        args.push(container.to_owned());
        args
    }

    /// Arguments that encode one grey frame to nowhere, to see whether the encoder works here.
    pub fn probe_args(&self) -> Vec<String> {
        let [width, height] = self.resolution;
        let mut args = words("-hide_banner -nostdin -nostats -loglevel error -progress pipe:1 -f lavfi -i");
        args.push(format!("color=c=gray:s={width}x{height}:r={}", self.fps));
        args.extend(words("-frames:v 1"));
        args.extend(self.output_args());
        args.extend(words("-f null -"));
        args
    }

    fn output_args(&self) -> Vec<String> {
        let pixels = self.pixel_format();
        // RGB goes to Y'CbCr by the BT.709 matrix, rounded exactly. ffmpeg 9 drops tags given as output
        // options, ffmpeg 5 needs them for some encoders: both the frames and the stream are tagged.
        let mut args = vec![
            "-an".to_owned(),
            "-vf".to_owned(),
            format!(
                "scale=in_range=pc:out_range=tv:out_color_matrix=bt709:flags={SCALE_FLAGS},format={pixels},\
                 setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
            ),
        ];
        args.extend(words("-color_primaries bt709 -color_trc bt709 -colorspace bt709 -color_range tv -c:v"));
        args.push(self.encoder.name().to_owned());
        args.extend(self.encoder_args());
        args
    }

    fn pixel_format(&self) -> &'static str {
        match (self.encoder, self.transparent, self.quality) {
            (Encoder::ProresKs, true, _) => "yuva444p10le",
            (Encoder::ProresKs, false, Quality::Master) => "yuv444p10le",
            (Encoder::ProresKs, false, _) => "yuv422p10le",
            _ => "yuv420p",
        }
    }

    fn encoder_args(&self) -> Vec<String> {
        // Closed groups of two seconds: players seek well, and clips can be joined without a new encode.
        let group = (2.0 * self.fps.as_f64()).round();
        let by_quality = |draft: &str, good: &str, master: &str| {
            words(match self.quality {
                Quality::Draft => draft,
                Quality::Good => good,
                Quality::Master => master,
            })
        };
        let nvenc = |extra: &str| {
            let mut args = by_quality("-preset p3 -cq 28", "-preset p6 -cq 19", "-preset p7 -cq 14");
            args.extend(words("-tune hq -rc vbr -b:v 0 -multipass qres -spatial-aq 1 -rc-lookahead 32"));
            args.extend(words(&format!("-strict_gop 1 -g {group} {extra}")));
            args
        };
        match self.encoder {
            // No B-frames as references, and none at all for HEVC: Pascal cards have neither.
            Encoder::H264Nvenc => nvenc("-temporal-aq 1 -bf 3 -profile:v high"),
            Encoder::HevcNvenc => nvenc("-profile:v main -vtag hvc1"),
            Encoder::Av1Nvenc => nvenc(""),
            Encoder::Libx264 => {
                let mut args =
                    by_quality("-preset veryfast -crf 26", "-preset medium -crf 18", "-preset slow -crf 12");
                args.extend(words(&format!("-profile:v high -flags +cgop -g {group}")));
                args
            }
            Encoder::Libx265 => {
                let mut args =
                    by_quality("-preset fast -crf 28", "-preset medium -crf 20", "-preset slow -crf 14");
                args.extend(words(&format!("-x265-params log-level=error:open-gop=0 -vtag hvc1 -g {group}")));
                args
            }
            Encoder::ProresKs => {
                let mut args = if self.transparent {
                    words("-profile:v 4444 -alpha_bits 16")
                } else {
                    by_quality("-profile:v lt", "-profile:v hq", "-profile:v 4444")
                };
                args.extend(words("-vendor apl0"));
                args
            }
        }
    }
}

/// Exact rounding and full chroma, so that a flat colour comes back as it was.
const SCALE_FLAGS: &str = "accurate_rnd+full_chroma_int+full_chroma_inp+bicubic";

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(encoder: Encoder) -> ClipFormat {
        ClipFormat {
            encoder,
            quality: Quality::Good,
            fps: "30000/1001".parse().unwrap(),
            resolution: [1920, 1080],
            transparent: false,
        }
    }

    #[test]
    fn names_go_both_ways() {
        for encoder in Encoder::ALL {
            assert_eq!(encoder.name().parse(), Ok(encoder));
            assert_eq!(serde_json::to_value(encoder).unwrap(), encoder.name());
        }
        assert!("h264".parse::<Encoder>().unwrap_err().contains("h264_nvenc"));
    }

    #[test]
    fn hwaccel_stands_before_the_input_of_nvenc_alone() {
        for encoder in Encoder::ALL {
            let args = format(encoder).encode_args("mp4");
            let hwaccel = args.iter().position(|arg| arg == "-hwaccel");
            let input = args.iter().position(|arg| arg == "-i").unwrap();
            assert_eq!(hwaccel.is_some_and(|at| at < input), encoder.is_nvenc(), "{encoder}");
        }
    }

    #[test]
    fn every_clip_is_tagged_and_limited_range() {
        for encoder in Encoder::ALL {
            let args = format(encoder).encode_args("mp4").join(" ");
            assert!(args.contains("out_range=tv:out_color_matrix=bt709"), "{args}");
            assert!(
                args.contains("setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv")
            );
            assert!(args.contains("-framerate 30000/1001 -i pipe:0"));
        }
    }

    #[test]
    fn alpha_takes_4444() {
        let args = ClipFormat { transparent: true, ..format(Encoder::ProresKs) }.encode_args("mov").join(" ");
        assert!(args.contains("yuva444p10le") && args.contains("-profile:v 4444 -alpha_bits 16"), "{args}");
    }

    #[test]
    fn groups_are_two_seconds() {
        assert!(format(Encoder::Libx264).encode_args("mp4").join(" ").contains("-g 60"));
    }
}
