//! Layouts that were found once: all files that one Blender build saved share one, so a library of a thousand
//! templates reads a handful of SDNAs.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::block::Head;
use super::header::Header;
use super::layout::Layout;
use super::version::BlendVersion;

/// Layouts that a process remembers; more than there are Blender releases.
const MOST: usize = 256;

static LAYOUTS: LazyLock<Mutex<HashMap<Key, Layout>>> = LazyLock::new(Mutex::default);

/// Everything at hand before the SDNA that changes when a build's structs do.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    header: Header,
    /// Version, subversion and oldest reader: the start of `FileGlobal`.
    release: [u8; 10],
    /// Time and hash of the build's last commit.
    commit: [u8; 24],
    /// SDNA number and size of the scene's block.
    scene: (u32, u64),
}

impl Key {
    /// `None` where the file does not tell enough to know its layout again.
    pub(super) fn new(header: Header, glob: &[u8], scene: &Head) -> Option<Self> {
        // Behind 16 bytes of versions and four pointers, two of them before 2.80, and two ints of flags. In a 32-bit
        // file other bytes are there: it may miss the cache, it cannot hit a wrong layout.
        let commit = if header.version < (BlendVersion { major: 2, minor: 80 }) { 40 } else { 56 };
        Some(Self {
            header,
            release: glob.get(..10)?.try_into().ok()?,
            commit: glob.get(commit..commit + 24)?.try_into().ok()?,
            scene: (scene.sdna, scene.len),
        })
    }
}

/// The layout for `key`, from `find` the first time. One that was not found or lacks a field is not remembered: the
/// file may be damaged, and others of the same build may not.
pub(super) fn layout(key: Option<Key>, find: impl FnOnce() -> Option<Layout>) -> Option<Layout> {
    let Some(key) = key else { return find() };
    let lock = || LAYOUTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = lock().get(&key) {
        return Some(known.clone());
    }
    let found = find()?;
    let mut layouts = lock();
    if found.is_complete() && layouts.len() < MOST {
        layouts.insert(key, found.clone());
    }
    Some(found)
}
