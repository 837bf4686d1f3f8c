//! The texts of the repository, as the rules see them.

use std::fmt;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::run;

/// Every text file that git knows or would add.
pub struct Repo {
    pub files: Vec<File>,
}

pub struct File {
    /// From the root, with `/`.
    pub path: String,
    pub text: String,
}

/// Something to mend.
#[derive(PartialEq, Debug)]
pub struct Finding {
    pub path: String,
    pub line: usize,
    pub rule: &'static str,
    /// What is wrong, and how to mend it.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: [{}] {}", self.path, self.line, self.rule, self.message)
    }
}

impl Repo {
    pub fn read(root: &Path) -> Result<Self> {
        let list = run::output(
            Command::new("git")
                .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
                .current_dir(root),
        )?;
        let mut files: Vec<File> = list
            .split('\0')
            .filter_map(|path| {
                // What is deleted but not yet committed, and what is no text, is left out.
                let text = std::fs::read_to_string(root.join(path)).ok()?;
                Some(File { path: path.to_owned(), text })
            })
            .collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files.dedup_by(|a, b| a.path == b.path);
        Ok(Self { files })
    }

    /// Files below a folder whose names end so.
    pub fn under<'a>(&'a self, folder: &'a str, ending: &'a str) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| file.path.starts_with(folder) && file.path.ends_with(ending))
    }

    pub fn get(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let files = files.iter();
        Self {
            files: files
                .map(|(path, text)| File { path: (*path).to_owned(), text: (*text).to_owned() })
                .collect(),
        }
    }
}

impl File {
    /// A finding at a place in the text.
    pub fn finding(&self, at: usize, rule: &'static str, message: impl Into<String>) -> Finding {
        let before = self.text.get(..at).unwrap_or(&self.text);
        let line = before.matches('\n').count() + 1;
        Finding { path: self.path.clone(), line, rule, message: message.into() }
    }

    /// Rust without its comments, each character where it was; what follows `#[cfg(test)]` is cut off, since
    /// tests stand at the end of a file.
    pub fn product_code(&self) -> String {
        let code = blank_comments(&self.text);
        let end = code.find("#[cfg(test)]").unwrap_or(code.len());
        code.get(..end).unwrap_or_default().to_owned()
    }
}

/// Line comments become spaces: positions stay.
pub fn blank_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match line.match_indices("//").find(|(at, _)| !in_string(line, *at)) {
            Some((at, _)) => {
                let (kept, comment) = line.split_at(at);
                code.push_str(kept);
                code.extend(comment.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
            }
            None => code.push_str(line),
        }
    }
    code
}

/// Whether a place in a line is inside a string, by the quotes before it.
fn in_string(line: &str, at: usize) -> bool {
    let before =
        line.get(..at).unwrap_or_default().replace("\\\\", "").replace("\\\"", "").replace("'\"'", "");
    before.matches('"').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_positions_stay() {
        let text =
            "let a = \"http://x\"; // é crate::b\n/// crate::c\nfn d() {}\n#[cfg(test)]\nmod tests {}\n";
        let repo = Repo::of(&[("a.rs", text)]);
        let code = repo.files[0].product_code();
        assert!(
            code.contains("http://x") && !code.contains("crate::") && !code.contains("mod tests"),
            "{code}"
        );
        assert_eq!(blank_comments(text).len(), text.len());
        assert_eq!(repo.files[0].finding(text.find("fn d").unwrap(), "x", "").line, 3);
    }
}
