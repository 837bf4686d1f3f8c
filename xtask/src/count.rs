//! How many tests a runner says it ran.

use anyhow::Result;
use regex::Regex;

/// What has passed and what has not.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Count {
    pub passed: u64,
    pub failed: u64,
}

impl Count {
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// From the closing lines of nextest, `cargo test` (one per binary) and node's test runner.
    pub fn read(output: &str) -> Result<Self> {
        let output = Regex::new(r"\x1b\[[0-9;]*m")?.replace_all(output, "");
        let nextest = Regex::new(r"(?m)^\s*Summary \[[^\]]*\]\s+(\d+)(?:/\d+)? tests? run: (\d+) passed")?;
        let cargo = Regex::new(r"(?m)^test result: \w+\. (\d+) passed; (\d+) failed;")?;
        let node = Regex::new(r"(?m)^[ℹ#] (pass|fail|cancelled) (\d+)\s*$")?;
        let mut count = Self::default();
        for [run, passed] in nextest.captures_iter(&output).map(|found| found.extract().1) {
            let (run, passed): (u64, u64) = (run.parse()?, passed.parse()?);
            count.add(Self { passed, failed: run.saturating_sub(passed) });
        }
        for [passed, failed] in cargo.captures_iter(&output).map(|found| found.extract().1) {
            count.add(Self { passed: passed.parse()?, failed: failed.parse()? });
        }
        for [what, number] in node.captures_iter(&output).map(|found| found.extract().1) {
            let number = number.parse()?;
            count.add(match what {
                "pass" => Self { passed: number, failed: 0 },
                _ => Self { passed: 0, failed: number },
            });
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_runner_is_understood() {
        let samples = [
            ("     Summary [   3.201s] 12 tests run: 12 passed (1 slow), 3 skipped\n", 12, 0),
            (
                "\x1b[32;1m     Summary\x1b[0m [   0.2s] 9/12 tests run: 7 passed, 1 failed, 1 timed out, 0 skipped",
                7,
                2,
            ),
            (
                "test result: ok. 4 passed; 0 failed; 0 ignored; 0 measured\ntest result: FAILED. 1 passed; 2 failed; 0 ignored",
                5,
                2,
            ),
            ("ℹ tests 5\nℹ suites 0\nℹ pass 3\nℹ fail 1\nℹ cancelled 1\nℹ skipped 0\n", 3, 2),
            ("# tests 2\n# pass 2\n# fail 0\n", 2, 0),
            ("error: could not compile", 0, 0),
        ];
        for (output, passed, failed) in samples {
            assert_eq!(Count::read(output).unwrap(), Count { passed, failed }, "{output}");
        }
    }
}
