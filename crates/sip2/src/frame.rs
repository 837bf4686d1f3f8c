//! Lines out of bytes, whichever way they are cut: CR, LF or both end one, several may come at once, one may come in many pieces.
//! Neither byte is ever a part of a character in UTF-8, GBK or GB18030, so lines are cut before they are decoded.

/// A line that is longer than was agreed; it is left out to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

/// Takes bytes as they come and gives whole lines. It never keeps more than the limit and what was pushed last.
#[derive(Debug)]
pub struct Framer {
    buffer: Vec<u8>,
    start: usize,
    scanned: usize,
    limit: usize,
    leaving_out: bool,
}

impl Framer {
    /// For lines of so many bytes at most, without their end.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { buffer: Vec::new(), start: 0, scanned: 0, limit, leaving_out: false }
    }

    /// From now on lines may be so long.
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
    }

    /// Adds bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.start);
        self.scanned -= self.start;
        self.start = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// Whether something came since the last whole line.
    #[must_use]
    pub fn is_within_a_line(&self) -> bool {
        self.leaving_out || self.start < self.buffer.len()
    }

    /// How many bytes of memory it has for itself.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.buffer.capacity()
    }

    /// The next whole line, without its end. Empty ones are passed over, and so are blanks and control characters around one.
    pub fn next_line(&mut self) -> Option<Result<Vec<u8>, TooLong>> {
        loop {
            let rest = self.buffer.get(self.scanned..).unwrap_or_default();
            let Some(length) = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')) else {
                self.scanned = self.buffer.len();
                let waiting = self.scanned - self.start;
                if waiting > self.limit && !self.leaving_out {
                    self.leaving_out = true;
                    self.forget();
                    return Some(Err(TooLong));
                }
                if self.leaving_out {
                    self.forget();
                }
                return None;
            };
            let end = self.scanned + length;
            let line = self.buffer.get(self.start..end).unwrap_or_default();
            let (too_long, line) = (line.len() > self.limit, trimmed(line).to_vec());
            (self.start, self.scanned) = (end + 1, end + 1);
            if std::mem::take(&mut self.leaving_out) {
                continue;
            }
            if too_long {
                return Some(Err(TooLong));
            }
            if !line.is_empty() {
                return Some(Ok(line));
            }
        }
    }

    fn forget(&mut self) {
        self.buffer.clear();
        (self.start, self.scanned) = (0, 0);
    }
}

fn trimmed(mut line: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = line
        && (first.is_ascii_control() || *first == b' ')
    {
        line = rest;
    }
    while let [rest @ .., last] = line
        && last.is_ascii_control()
    {
        line = rest;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(limit: usize, pieces: &[&[u8]]) -> Vec<Result<String, TooLong>> {
        let mut framer = Framer::new(limit);
        let mut lines = Vec::new();
        for piece in pieces {
            framer.push(piece);
            while let Some(line) = framer.next_line() {
                lines.push(line.map(|line| String::from_utf8_lossy(&line).into_owned()));
            }
        }
        lines
    }

    #[test]
    fn every_end_of_line() {
        let all = lines(99, &[b"97\r99\n98\r\n\r\n\n\r96\r", b"9", b"4", b"1\r", b"left"]);
        assert_eq!(all, ["97", "99", "98", "96", "941"].map(|line| Ok(line.to_owned())));
    }

    #[test]
    fn a_line_that_is_too_long_is_told_of_once() {
        let long = [b'x'; 50];
        assert_eq!(lines(10, &[&long, &long, b"\r97\r"]), [Err(TooLong), Ok("97".to_owned())]);
        let at_once = [&long[..], b"\r97\r"].concat();
        assert_eq!(lines(10, &[&at_once]), [Err(TooLong), Ok("97".to_owned())]);
        assert_eq!(lines(2, &[b"97\r"]), [Ok("97".to_owned())]);
    }

    #[test]
    fn what_never_ends_is_not_kept() {
        let mut framer = Framer::new(100);
        for _ in 0..10_000 {
            framer.push(&[b'x'; 1000]);
            while framer.next_line().is_some() {}
            assert!(framer.buffer.capacity() <= 4096);
        }
    }
}
