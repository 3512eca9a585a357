//! The walk that gathers the facts: the first blocks, then on to the current scene, and no further.

use std::path::Path;

use serde::Serialize;

use super::block::{Blocks, Head};
use super::bytes::until_nul;
use super::cache::{self, Key};
use super::dna;
use super::error::BlendError;
use super::input::Compression;
use super::layout::Layout;
use super::stream::CHUNK;
use super::thumbnail::{self, Thumbnail};
use super::version::BlendVersion;
use super::whole;
use crate::interrupt::Cancel;

/// The most that is read or unpacked on the way to the scene. Only the user interface comes before it, about 300 kB.
const LIMIT: u64 = 256 << 20;
/// How much of a `REND`, `GLOB` and `SC` block matters, in bytes; scenes are below 8 kB.
const REND: usize = 8 + 256;
const GLOB: usize = 128;
const SCENE: usize = 64 * 1024;
/// What stands for a scene of another file is shorter, in every version.
const LINKED: usize = 1024;
/// Scenes that a file may mark for rendering.
const MOST_RENDERED: usize = 1024;

/// What a .blend says about itself, read without Blender.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BlendFacts {
    /// The Blender that saved the file.
    pub version: BlendVersion,
    /// How the file is packed.
    pub compression: Compression,
    /// The current scene's first frame; 1 where the scene is another file's, which is not read.
    pub frame_start: i32,
    /// The current scene's last frame, inclusive; 1 as well.
    pub frame_end: i32,
    /// The current scene's name.
    pub scene: String,
    /// Frames per second as a reduced fraction, 30000/1001 for 29.97; `None` if it could not be found for sure.
    pub fps: Option<(u32, u32)>,
    /// Width and height in pixels, before the resolution percentage.
    pub resolution: Option<(u32, u32)>,
    /// The render engine's identifier, such as `CYCLES`.
    pub engine: Option<String>,
    /// The picture for file browsers; `None` if there is none or it is blank.
    pub thumbnail: Option<Thumbnail>,
}

/// A `REND` block: i32 first frame, i32 last frame, scene name (`writefile.cc`, `RenderInfo`).
struct Rendered {
    start: i32,
    end: i32,
    scene: Vec<u8>,
}

/// What the walk has met so far.
struct Found {
    layouts: Layouts,
    rendered: Vec<Rendered>,
    glob: Vec<u8>,
    thumbnail: Option<Thumbnail>,
    scene: Option<Scene>,
    /// The name of the scene that opens with the file, where that is another file's.
    linked: Option<Vec<u8>>,
}

/// A scene's data and how to read it.
struct Scene {
    data: Vec<u8>,
    layout: Layout,
}

/// Whose SDNA a file is read by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layouts {
    /// Its own.
    Own,
    /// That of the first file from the same build of Blender, where one was read before.
    Shared,
}

/// See [`super::read_facts`] and [`super::read_facts_for_list`].
pub(super) fn read(path: &Path, layouts: Layouts) -> Result<BlendFacts, BlendError> {
    let mut blocks = Blocks::open(path, LIMIT, CHUNK)?;
    let mut found = Found::new(layouts);
    match found.walk(path, &mut blocks) {
        Ok(()) => {}
        // What was asked for most is there.
        Err(BlendError::TooLarge { .. }) if !found.rendered.is_empty() => {}
        Err(err) => return Err(err),
    }
    let facts = found.into_facts(&blocks)?;
    if layouts == Layouts::Shared && !blocks.ends_well() {
        whole::check(path, &Cancel::default())?;
    }
    Ok(facts)
}

impl Found {
    const fn new(layouts: Layouts) -> Self {
        Self { layouts, rendered: Vec::new(), glob: Vec::new(), thumbnail: None, scene: None, linked: None }
    }

    fn walk(&mut self, path: &Path, blocks: &mut Blocks) -> Result<(), BlendError> {
        let endian = blocks.header.endian;
        let mut layout = None;
        loop {
            let head = blocks.next()?;
            match &head.code {
                b"REND" => {
                    let data = blocks.data(REND)?;
                    let frames = endian.i32(&data, 0).zip(endian.i32(&data, 4)).zip(data.get(8..));
                    let ((start, end), name) =
                        frames.ok_or_else(|| BlendError::corrupt("its REND block is too short"))?;
                    if self.rendered.len() < MOST_RENDERED {
                        self.rendered.push(Rendered { start, end, scene: until_nul(name).to_vec() });
                    }
                }
                b"TEST" if head.len <= thumbnail::MOST_BYTES as u64 => {
                    self.thumbnail = Thumbnail::parse(&blocks.data(thumbnail::MOST_BYTES)?, endian);
                }
                b"GLOB" => self.glob = blocks.data(GLOB)?,
                b"SC\0\0" => {
                    let data = blocks.data(SCENE)?;
                    if layout.is_none() {
                        layout = self.layout(path, blocks, &head);
                    }
                    let Some(layout) = &layout else { return Ok(()) };
                    if self.is_current(&head, &data, layout) {
                        self.scene = Some(Scene { data, layout: layout.clone() });
                        return Ok(());
                    }
                }
                b"ID\0\0" => {
                    // It stands for a data-block of another file, and is what each begins with.
                    let data = blocks.data(LINKED)?;
                    if let Some(layout) = &layout
                        && layout.current_scene(&self.glob) == Some(head.address)
                    {
                        self.linked = layout.scene_name(&data).map(<[u8]>::to_vec);
                        return Ok(());
                    }
                }
                b"DNA1" | b"ENDB" => return Ok(()),
                _ => {}
            }
        }
    }

    fn layout(&self, path: &Path, blocks: &Blocks, scene: &Head) -> Option<Layout> {
        let header = blocks.header;
        let find = || {
            let dna = dna::find(path, header, blocks.compression())?;
            Layout::from_dna(&dna, header, scene.sdna)
        };
        match self.layouts {
            Layouts::Own => find(),
            Layouts::Shared => cache::layout(Key::new(header, &self.glob, scene), find),
        }
    }

    /// Whether this is the scene that opens with the file. A file names it in its one `REND` block; background scenes
    /// may add blocks of their own, and then only `GLOB` tells, by the scene's address.
    fn is_current(&self, head: &Head, data: &[u8], layout: &Layout) -> bool {
        let current = layout.current_scene(&self.glob);
        match (self.rendered.as_slice(), current) {
            ([], None) => true,
            ([] | [_, _, ..], Some(address)) => head.address == address,
            ([first, ..], _) => layout.scene_name(data) == Some(&first.scene),
        }
    }

    fn into_facts(self, blocks: &Blocks) -> Result<BlendFacts, BlendError> {
        let scene = self.scene.as_ref();
        let name = scene.and_then(|scene| scene.layout.scene_name(&scene.data));
        let rendered = self.rendered.iter().find(|rendered| Some(rendered.scene.as_slice()) == name);
        let (frames, name) = match rendered.or(self.rendered.first()) {
            Some(rendered) => ((rendered.start, rendered.end), rendered.scene.as_slice()),
            None => scene
                .and_then(|scene| scene.layout.frames(&scene.data))
                .zip(name)
                .or_else(|| self.linked.as_deref().map(|name| ((1, 1), name)))
                .ok_or(BlendError::NoScene)?,
        };
        Ok(BlendFacts {
            version: blocks.header.version,
            compression: blocks.compression(),
            frame_start: frames.0,
            frame_end: frames.1,
            scene: String::from_utf8_lossy(name).into_owned(),
            fps: scene.and_then(|scene| scene.layout.fps(&scene.data)),
            resolution: scene.and_then(|scene| scene.layout.resolution(&scene.data)),
            engine: scene.and_then(|scene| scene.layout.engine(&scene.data)),
            thumbnail: self.thumbnail,
        })
    }
}
