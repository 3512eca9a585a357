use proptest::prelude::*;

use super::*;

/// Beginnings of files of 300x200 pixels, as each format writes them.
fn beginnings() -> Vec<(&'static str, Vec<u8>)> {
    let joined = |parts: &[&[u8]]| parts.concat();
    let (width, height) = (300_u32, 200_u32);
    let tiff = |large: bool| {
        let two = |number: u16| if large { number.to_be_bytes() } else { number.to_le_bytes() };
        let four = |number: u32| if large { number.to_be_bytes() } else { number.to_le_bytes() };
        let mut file = if large { b"MM\0*".to_vec() } else { b"II*\0".to_vec() };
        file.extend(four(8));
        file.extend(two(2));
        // The width as a number of 16 bits, the height as one of 32.
        file.extend([two(256), two(3), two(0), two(1), two(300), two(0)].concat());
        if large {
            let at = file.len() - 12;
            file.splice(at + 4..at + 8, four(1));
            file.splice(at + 8..at + 12, [two(300), two(0)].concat());
        }
        file.extend([&two(257)[..], &two(4), &four(1), &four(200)].concat());
        file
    };
    let attribute = |name: &str, kind: &str, data: &[u8]| {
        joined(&[name.as_bytes(), b"\0", kind.as_bytes(), b"\0", &(data.len() as u32).to_le_bytes(), data])
    };
    let window: Vec<u8> = [-10_i32, 5, 289, 204].into_iter().flat_map(i32::to_le_bytes).collect();
    vec![
        (
            "png",
            joined(&[
                b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
                &width.to_be_bytes(),
                &height.to_be_bytes(),
                &[8, 6, 0, 0, 0],
            ]),
        ),
        (
            "jpg",
            joined(&[
                b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0",
                b"\xff\xff\xdb\0\x04ab\xff\xc4\0\x03x\xff\xc2\0\x11\x08\0\xc8\x01\x2c\x03",
            ]),
        ),
        ("webp", joined(&[b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a", &[0x2c, 1, 200, 0]])),
        ("webp", joined(&[b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f", &(299_u32 | 199 << 14).to_le_bytes()])),
        ("webp", joined(&[b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0", &[0x2b, 1, 0], &[199, 0, 0]])),
        ("tif", tiff(false)),
        ("tif", tiff(true)),
        (
            "exr",
            joined(&[
                b"\x76\x2f\x31\x01\x02\0\0\0",
                &attribute("compression", "compression", &[3]),
                &attribute("dataWindow", "box2i", &window),
            ]),
        ),
        ("hdr", b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 200 +X 300\n\x02".to_vec()),
        (
            "bmp",
            joined(&[
                b"BM",
                &[0; 12],
                &40_u32.to_le_bytes(),
                &width.to_le_bytes(),
                &(-200_i32).to_le_bytes(),
                &[0; 4],
            ]),
        ),
        ("bmp", joined(&[b"BM", &[0; 12], &12_u32.to_le_bytes(), &[0x2c, 1, 200, 0], &[0; 8]])),
    ]
}

#[test]
fn every_image_is_known_by_its_beginning_and_a_cut_one_refused() {
    for (extension, file) in beginnings() {
        assert_eq!(image(&file), Ok(extension));
        let size = match extension {
            "png" => png(&file),
            "jpg" => jpeg(&file),
            "webp" => webp(&file),
            "tif" => tiff(&file),
            "exr" => exr(&file),
            "hdr" => radiance(&file),
            _ => bmp(&file),
        };
        assert_eq!(size, Some([300, 200]), "{extension}");
        for end in 0..file.len() {
            let _ = image(&file[..end]);
        }
        assert!(image(&file[..13]).is_err(), "{extension}");
    }
}

#[test]
fn a_picture_of_any_size_is_not_taken() {
    let png = |width: u32, height: u32| {
        image(&[&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], &width.to_be_bytes(), &height.to_be_bytes()].concat())
    };
    assert_eq!(png(16_384, 1), Ok("png"));
    assert!(png(16_385, 1).unwrap_err().contains("16385x1 pixels"));
    assert!(png(u32::MAX, u32::MAX).is_err() && png(0, 5).unwrap_err().contains("damaged"));
}

#[test]
fn what_is_no_image_is_named_and_converted() {
    for (file, said) in [
        (&b""[..], "it is empty"),
        (b"<?xml version=\"1.0\"?>\n<svg xmlns=\"x\">", "it is an SVG drawing: convert it to PNG"),
        (b"<svg/>", "SVG"),
        (b"GIF89a", "it is a GIF: convert"),
        (b"%PDF-1.7", "PDF"),
        (b"8BPS\0\x01", "Photoshop"),
        (b"\0\0\0\x20ftypavif", "AVIF"),
        (b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x07\0\0\x07\0\0", "an animation"),
        (b"RIFF\x40\0\0\0WEBPVP8L\0\0\0\0\x2f\x07\xc0\x01\0", "cut off"),
        (b"\x7fELF", "no image that Blender reads: give PNG"),
        (b"\0\x01\0\0", "no image"),
    ] {
        let why = image(file).unwrap_err();
        assert!(why.contains(said), "{why}");
    }
}

#[test]
fn fonts_are_known_by_their_beginning() {
    for (file, extension) in [
        (&b"\0\x01\0\0rest"[..], "ttf"),
        (b"true", "ttf"),
        (b"OTTO", "otf"),
        (b"ttcf\0\x01", "ttc"),
        (b"wOFF", "woff"),
        (b"wOF2\0\x01", "woff2"),
        (b"\x80\x01\0\0\0\0%!PS-AdobeFont", "pfb"),
    ] {
        assert_eq!(font(file), Ok(extension));
    }
    for file in [&b""[..], b"\x89PNG", b"\x80\x01", b"STARTFONT 2.1"] {
        assert!(font(file).is_err());
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(which in 0_usize..11, at in 0_usize..64, noise in proptest::collection::vec(any::<u8>(), 1..16)) {
        let mut file = beginnings().swap_remove(which).1;
        let at = at.min(file.len() - 1);
        for (place, byte) in file[at..].iter_mut().zip(noise) {
            *place = byte;
        }
        let _ = (image(&file), font(&file));
    }
}
