//! The zstd decoder. Its working memory is the most of what a small file costs, so each thread keeps one for the next.

use std::cell::Cell;
use std::io::{self, BufReader, ErrorKind};

use fs_err::File;
use zstd::stream::raw::{InBuffer, Operation, OutBuffer, WriteBuf};
use zstd::stream::zio::Reader;
use zstd::zstd_safe::{DCtx, ResetDirective, SafeResult, get_error_name};

/// Memory that a decoder may keep, in bytes: a file can make it grow to 128 MiB.
const MOST_KEPT: usize = 4 << 20;

thread_local! {
    static KEPT: Cell<Option<DCtx<'static>>> = const { Cell::new(None) };
}

/// A file of zstd frames, unpacked one after the other.
pub(super) type ZstdInput = Reader<BufReader<File>, Kept>;

pub(super) fn unpack(file: BufReader<File>) -> io::Result<ZstdInput> {
    Ok(Reader::new(file, Kept::new()?))
}

/// A decoder that its thread gets back.
pub(super) struct Kept(Option<DCtx<'static>>);

impl Kept {
    fn new() -> io::Result<Self> {
        let mut kept = Self(KEPT.take().or_else(DCtx::try_create));
        kept.reinit()?;
        Ok(kept)
    }

    fn context(&mut self) -> io::Result<&mut DCtx<'static>> {
        self.0.as_mut().ok_or_else(|| io::Error::from(ErrorKind::OutOfMemory))
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if let Some(context) = self.0.take_if(|context| context.sizeof() <= MOST_KEPT) {
            // A thread that is ending keeps nothing.
            let _ = KEPT.try_with(|kept| kept.set(Some(context)));
        }
    }
}

impl Operation for Kept {
    fn run<C: WriteBuf + ?Sized>(
        &mut self,
        input: &mut InBuffer<'_>,
        output: &mut OutBuffer<'_, C>,
    ) -> io::Result<usize> {
        told(self.context()?.decompress_stream(output, input))
    }

    fn reinit(&mut self) -> io::Result<()> {
        told(self.context()?.reset(ResetDirective::SessionOnly)).map(drop)
    }

    fn finish<C: WriteBuf + ?Sized>(
        &mut self,
        _output: &mut OutBuffer<'_, C>,
        finished_frame: bool,
    ) -> io::Result<usize> {
        if finished_frame { Ok(0) } else { Err(io::Error::new(ErrorKind::UnexpectedEof, "incomplete frame")) }
    }
}

fn told(result: SafeResult) -> io::Result<usize> {
    result.map_err(|code| io::Error::other(get_error_name(code)))
}
