//! Whether a process that failed a job can be trusted with the next one: a GPU that is wedged stays so until the
//! process, and mostly the machine, is another.

use serde_json::Value;

use crate::error::Error;

/// What a failure says about the GPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing.
    Fit,
    /// It cannot be trusted.
    Unfit,
    /// It may be gone: a new Blender has to look.
    Look,
}

/// Judges by the error's code. `had_gpu` is whether this process has ever seen one, `on_gpu` whether the job had begun
/// on it, when that is known.
pub(super) fn judge(error: &Error, had_gpu: bool, on_gpu: Option<bool>) -> Verdict {
    if !had_gpu || on_gpu == Some(false) {
        return Verdict::Fit;
    }
    match error.code() {
        // Two Blenders, one after the other, ended so over the same frame.
        "gpu_crashed" => Verdict::Unfit,
        "stalled" if on_gpu == Some(true) => Verdict::Unfit,
        "stalled" | "no_gpu" | "blender_failed" | "blender_unrunnable" | "optix_start" | "out_of_memory"
        | "nvenc_no_driver" | "encode_failed" | "encoder_unusable" => Verdict::Look,
        _ => Verdict::Fit,
    }
}

/// Whether a job that went well lost a GPU on the way, going by the warnings in its answer: others did its frames.
pub(super) fn lost_a_gpu(answer: &Value) -> bool {
    let warnings = answer["warnings"].as_array();
    warnings.is_some_and(|warnings| warnings.iter().any(|warning| warning["code"] == "gpu_crashed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clip_that_took_another_gpu_tells_of_the_first() {
        let answer = |code: &str| serde_json::json!({"warnings": [{"code": code, "message": "…"}]});
        assert!(lost_a_gpu(&answer("gpu_crashed")));
        assert!(!lost_a_gpu(&answer("session_lost")) && !lost_a_gpu(&serde_json::json!({})));
    }

    #[test]
    fn codes_that_speak_of_the_gpu_are_told_from_those_that_do_not() {
        let judged = |code, had_gpu, on_gpu| judge(&Error::tool(code, "x"), had_gpu, on_gpu);
        assert_eq!(judged("gpu_crashed", true, Some(true)), Verdict::Unfit);
        assert_eq!(judged("stalled", true, Some(true)), Verdict::Unfit);
        assert_eq!(judged("stalled", true, None), Verdict::Look);
        for code in ["no_gpu", "blender_failed", "blender_unrunnable", "out_of_memory", "nvenc_no_driver"] {
            assert_eq!(judged(code, true, None), Verdict::Look, "{code}");
            // A request for the processor, and a machine that never had a GPU.
            assert_eq!(judged(code, true, Some(false)), Verdict::Fit, "{code}");
            assert_eq!(judged(code, false, None), Verdict::Fit, "{code}");
        }
        for code in ["bad_value", "no_template", "disk_full", "clip_broken", "interrupted", "no_camera"] {
            assert_eq!(judged(code, true, Some(true)), Verdict::Fit, "{code}");
        }
    }
}
