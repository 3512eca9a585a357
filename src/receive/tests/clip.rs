//! The smallest files that are a clip by their structure, of 2.5 seconds and 60 frames; there is no picture in them.

/// A box.
pub(crate) fn bx(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len() + 8).unwrap().to_be_bytes();
    [&size, &name[..], content].concat()
}

/// The first box, with its brand.
pub(crate) fn ftyp(brand: [u8; 4]) -> Vec<u8> {
    bx(b"ftyp", &[brand, [0, 0, 2, 0], brand].concat())
}

/// A track of 64×36 pixels.
pub(crate) fn track(kind: [u8; 4], frames: u32) -> Vec<u8> {
    let size = [64_u32 << 16, 36 << 16].map(u32::to_be_bytes).concat();
    let table = bx(b"stbl", &bx(b"stsz", &[&[0; 8][..], &frames.to_be_bytes()].concat()));
    let handler = bx(b"hdlr", &[&[0; 8][..], &kind, &[0; 12]].concat());
    let media = [handler, bx(b"minf", &table)].concat();
    bx(b"trak", &[bx(b"tkhd", &[&[0; 76][..], &size].concat()), bx(b"mdia", &media)].concat())
}

pub(crate) fn video_track() -> Vec<u8> {
    track(*b"vide", 60)
}

/// What an index of 2.5 seconds holds.
pub(crate) fn index(tracks: &[u8]) -> Vec<u8> {
    let time = [&[0; 12][..], &1000_u32.to_be_bytes(), &2500_u32.to_be_bytes(), &[0; 80]].concat();
    [bx(b"mvhd", &time), tracks.to_vec()].concat()
}

/// A clip with so many bytes of media.
pub(crate) fn clip(media: usize) -> Vec<u8> {
    branded(*b"isom", media)
}

/// The same with a brand.
pub(crate) fn branded(brand: [u8; 4], media: usize) -> Vec<u8> {
    let bytes: Vec<u8> = (0..media).map(|number| (number * 31 % 253) as u8).collect();
    [ftyp(brand), bx(b"moov", &index(&video_track())), bx(b"mdat", &bytes)].concat()
}
