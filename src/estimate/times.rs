//! What frames took, kept beside them: who asks again need not render them again.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::paths::write_atomic;
use crate::render::Scouted;

/// The file, in the frames' own folder: it goes when they go.
const FILE: &str = "times.json";
/// A larger file was not written here.
const LARGEST: u64 = 1 << 20;

/// What is known of one frame that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Scout {
    /// Its number in the clip, from 0.
    #[serde(rename = "frame")]
    pub index: u32,
    /// Seconds it took; `None` where an earlier run rendered it and did not note its time.
    pub seconds: Option<f64>,
    /// Of that, with the device sampling or denoising.
    pub busy: Option<f64>,
    /// The most memory that its session had held on the device by then, in bytes.
    pub memory: Option<u64>,
    /// The most memory that its Blender took, in bytes.
    pub host_memory: Option<u64>,
    /// Whether it was the first of its session.
    pub first: bool,
    /// Whether an earlier run rendered it.
    pub reused: bool,
}

/// One frame as it is noted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Note {
    seconds: f64,
    busy: f64,
    memory: Option<u64>,
    host_memory: Option<u64>,
    first: bool,
}

/// Everything known of these frames; what was rendered just now, in a Blender that took so much memory, is noted.
pub(super) fn of(frames: &[Scouted], host_memory: Option<u64>) -> Vec<Scout> {
    let folder = frames.first().and_then(|frame| frame.path.parent());
    let mut notes = folder.map(read).unwrap_or_default();
    let known = notes.clone();
    for frame in frames {
        if let Some(drawn) = frame.drawn {
            let (seconds, busy, memory, first) = (drawn.seconds, drawn.busy, drawn.memory, frame.first);
            notes.insert(frame.index, Note { seconds, busy, memory, host_memory, first });
        }
    }
    if let Some(folder) = folder.filter(|_| notes != known) {
        // What cannot be noted is measured again next time.
        let _ = write_atomic(&folder.join(FILE), &serde_json::to_vec(&notes).unwrap_or_default());
    }
    let scout = |frame: &Scouted| {
        let note = notes.get(&frame.index);
        Scout {
            index: frame.index,
            seconds: note.map(|note| note.seconds),
            busy: note.map(|note| note.busy),
            memory: note.and_then(|note| note.memory),
            host_memory: note.and_then(|note| note.host_memory),
            first: note.is_some_and(|note| note.first),
            reused: frame.drawn.is_none(),
        }
    };
    frames.iter().map(scout).collect()
}

fn read(folder: &Path) -> BTreeMap<u32, Note> {
    let path = folder.join(FILE);
    let small = fs_err::metadata(&path).is_ok_and(|data| data.is_file() && data.len() <= LARGEST);
    let bytes = small.then(|| fs_err::read(path).ok()).flatten().unwrap_or_default();
    let mut notes: BTreeMap<u32, Note> = serde_json::from_slice(&bytes).unwrap_or_default();
    notes.retain(|_, note| note.seconds > 0.0 && note.seconds < 1e7);
    notes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::Drawn;

    #[test]
    fn what_was_measured_is_known_the_next_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = |index: u32| folder.path().join(format!("{index:06}.png"));
        let drawn = |seconds| Some(Drawn { seconds, busy: 1.0, memory: Some(7) });
        let rendered = [(0, drawn(3.0), true), (5, drawn(2.0), false), (9, None, false)]
            .map(|(index, drawn, first)| Scouted { index, path: path(index), drawn, first });
        let scouts = of(&rendered, Some(9));
        assert_eq!(
            scouts.iter().map(|scout| scout.seconds).collect::<Vec<_>>(),
            [Some(3.0), Some(2.0), None]
        );
        let reused = [0, 5, 9].map(|index| Scouted { index, path: path(index), drawn: None, first: false });
        let again = of(&reused, None);
        assert_eq!(again.iter().map(|scout| scout.seconds).collect::<Vec<_>>(), [Some(3.0), Some(2.0), None]);
        assert_eq!((again[0].memory, again[0].host_memory), (Some(7), Some(9)));
        assert!(again[0].first && !again[1].first && again.iter().all(|scout| scout.reused));
        for text in ["", "[]", "{\"0\":{\"seconds\":-1,\"busy\":0,\"memory\":null,\"first\":false}}", "\u{0}"]
        {
            fs_err::write(folder.path().join(FILE), text).unwrap();
            assert!(of(&reused, None).iter().all(|scout| scout.seconds.is_none()), "{text}");
        }
        assert!(of(&[], None).is_empty());
    }
}
