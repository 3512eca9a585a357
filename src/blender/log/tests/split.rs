use super::super::LineSplitter;

fn lines(chunks: &[&[u8]]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut splitter = LineSplitter::new();
    for chunk in chunks {
        splitter.push(chunk, |line| lines.push(line.to_owned()));
    }
    splitter.finish(|line| lines.push(line.to_owned()));
    lines
}

#[test]
fn endings() {
    assert_eq!(lines(&[b"a\nb\r\nc\rd\n\n\ne"]), ["a", "b", "c", "d", "e"]);
    assert_eq!(lines(&[b"a", b"b\r", b"\nc", b"", b"\n"]), ["ab", "c"]);
    assert_eq!(lines(&[b"", b"\n\n"]), [""; 0]);
    assert_eq!(lines(&[b" \n"]), [" "]);
}

#[test]
fn bytes_that_are_not_utf_8() {
    assert_eq!(lines(&[b"Saved: '/\xff.png'\n"]), ["Saved: '/\u{fffd}.png'"]);
    assert_eq!(lines(&[b"\xc3", b"\xa5\n"]), ["\u{e5}"]);
}

#[test]
fn long_lines_are_cut() {
    let mut bytes = vec![b'x'; 64 * 1024 - 1];
    bytes.extend("\u{e5}yyy\nz".bytes());
    let (left, right) = bytes.split_at(1000);
    for chunks in [&[bytes.as_slice()][..], &[left, right]] {
        let lines = lines(chunks);
        assert_eq!(lines.iter().map(String::len).collect::<Vec<_>>(), [64 * 1024 - 1, 1]);
        assert_eq!(lines.last().unwrap(), "z");
    }
}
