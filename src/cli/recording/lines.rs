//! The lines of a recording, one at a time: packed with gzip or not, from a file or from standard input.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

/// How gzip, and how zstd, begins.
const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const BUFFER: usize = 256 << 10;

/// The lines of one file.
pub(super) struct Lines {
    reader: Box<dyn BufRead + Send>,
    number: u64,
    most: usize,
}

/// A line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// As it stands there.
    Text(Vec<u8>),
    /// It has more bytes than one may have.
    TooLong,
}

impl Lines {
    /// Opens a file, or standard input as `-`. No line may have more than `most` bytes.
    ///
    /// # Errors
    /// The operating system's; also when it is packed in a way that nobody unpacks here.
    pub(super) fn open(file: &Path, most: usize) -> io::Result<Self> {
        let source: Box<dyn Read + Send> =
            if file == Path::new("-") { Box::new(io::stdin()) } else { Box::new(File::open(file)?) };
        Self::read(source, most)
    }

    fn read(source: Box<dyn Read + Send>, most: usize) -> io::Result<Self> {
        let mut plain = BufReader::with_capacity(BUFFER, source);
        let begin = plain.fill_buf()?;
        if begin.starts_with(ZSTD) {
            return Err(io::Error::other("it is packed with zstd; unpack it first: zstd -d FILE"));
        }
        let reader: Box<dyn BufRead + Send> = if begin.starts_with(GZIP) {
            Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(plain)))
        } else {
            Box::new(plain)
        };
        Ok(Self { reader, number: 0, most })
    }

    /// The next line that is not empty, and its number from 1.
    ///
    /// # Errors
    /// The operating system's, and gzip's when the file breaks off.
    pub(super) fn next(&mut self) -> io::Result<Option<(u64, Line)>> {
        loop {
            let mut text = Vec::new();
            let bound = self.most as u64 + 1;
            self.number += 1;
            if self.reader.by_ref().take(bound).read_until(b'\n', &mut text)? == 0 {
                return Ok(None);
            }
            if text.len() > self.most && text.last() != Some(&b'\n') {
                drop(text);
                self.skip()?;
                return Ok(Some((self.number, Line::TooLong)));
            }
            if !text.trim_ascii().is_empty() {
                return Ok(Some((self.number, Line::Text(text))));
            }
        }
    }

    /// The number of the line that was read last.
    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// Passes over the rest of a line.
    fn skip(&mut self) -> io::Result<()> {
        loop {
            let rest = self.reader.fill_buf()?;
            let end = rest.iter().position(|byte| *byte == b'\n');
            let passed = end.map_or(rest.len(), |end| end + 1);
            self.reader.consume(passed);
            if end.is_some() || passed == 0 {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn all(bytes: &[u8]) -> io::Result<Vec<(u64, Line)>> {
        let mut lines = Lines::read(Box::new(io::Cursor::new(bytes.to_vec())), 8)?;
        std::iter::from_fn(|| lines.next().transpose()).collect()
    }

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    #[test]
    fn lines_have_numbers_and_a_bound() {
        let text = |text: &str| Line::Text(text.into());
        let expected = [(1, text("one\n")), (3, Line::TooLong), (4, text("12345678\n")), (5, text("end"))];
        let plain = b"one\n\nmuch too long\n12345678\nend";
        assert_eq!(all(plain).unwrap(), expected);
        assert_eq!(all(&packed(plain)).unwrap(), expected);
        let two = [packed(b"one\n\nmuch too long\n"), packed(b"12345678\nend")].concat();
        assert_eq!(all(&two).unwrap(), expected);
        assert_eq!(all(b"").unwrap(), []);
    }

    #[test]
    fn what_breaks_off_and_what_is_packed_otherwise_is_told() {
        let whole = packed(b"one\ntwo\n");
        assert!(all(&whole[..whole.len() - 9]).is_err());
        assert!(all(&[0x28, 0xb5, 0x2f, 0xfd, 0]).unwrap_err().to_string().contains("zstd -d"));
    }
}
