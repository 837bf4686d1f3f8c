//! Other programs: run, watched, and ended with us.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::postgres;

/// The children that a Ctrl-C should end.
static CHILDREN: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// A lock that outlives a panic elsewhere: what it guards is only lists.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on Ctrl-C and termination leave nothing running behind.
pub fn on_interrupt() -> Result<()> {
    ctrlc::set_handler(|| {
        let children = std::mem::take(&mut *lock(&CHILDREN));
        for child in children {
            let _ = Command::new("kill").arg(child.to_string()).stderr(Stdio::null()).status();
        }
        postgres::stop_all();
        std::process::exit(130);
    })
    .context("listening for Ctrl-C")
}

/// How a command reads in a message.
pub fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Whether a program answers `--version`.
pub fn answers(program: &str) -> bool {
    quiet(Command::new(program).arg("--version"))
}

/// Whether a command succeeds; it says nothing.
pub fn quiet(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// What a command prints.
pub fn output(command: &mut Command) -> Result<String> {
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("starting {}", shown(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{}: {}\n{}", shown(command), output.status, said.trim_end());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Run a command that speaks for itself.
pub fn run(command: &mut Command) -> Result<()> {
    let child = start(command.stdin(Stdio::null()))?;
    finish(command, child)
}

/// Run a command that speaks for itself, and keep what it says.
pub fn listen(command: &mut Command) -> Result<(bool, String)> {
    let mut child = start(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()))?;
    let heard = Arc::new(Mutex::new(String::new()));
    let threads = [
        child.stdout.take().map(|pipe| repeat(pipe, std::io::stdout(), Arc::clone(&heard))),
        child.stderr.take().map(|pipe| repeat(pipe, std::io::stderr(), Arc::clone(&heard))),
    ];
    for thread in threads.into_iter().flatten() {
        let _ = thread.join();
    }
    let finished = finish(command, child);
    let heard = lock(&heard).clone();
    Ok((finished.is_ok(), heard))
}

fn start(command: &mut Command) -> Result<Child> {
    let child = command.spawn().with_context(|| format!("starting {}", shown(command)))?;
    lock(&CHILDREN).push(child.id());
    Ok(child)
}

fn finish(command: &Command, mut child: Child) -> Result<()> {
    let status = child.wait().with_context(|| format!("waiting for {}", shown(command)));
    lock(&CHILDREN).retain(|id| *id != child.id());
    let status = status?;
    if !status.success() {
        bail!("{}: {status}", shown(command));
    }
    Ok(())
}

fn repeat(
    pipe: impl Read + Send + 'static,
    mut to: impl Write + Send + 'static,
    heard: Arc<Mutex<String>>,
) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut reader = BufReader::new(pipe);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            let _ = to.write_all(&line);
            let _ = to.flush();
            lock(&heard).push_str(&String::from_utf8_lossy(&line));
            line.clear();
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_command_says_is_kept_on_both_pipes() {
        let (ok, heard) = listen(Command::new("sh").args(["-c", "echo one; echo two >&2; exit 3"])).unwrap();
        assert!(!ok);
        assert!(heard.contains("one\n") && heard.contains("two\n"), "{heard}");
    }

    #[test]
    fn a_failing_command_is_named() {
        let error = output(Command::new("sh").args(["-c", "echo why >&2; exit 4"])).unwrap_err();
        assert!(format!("{error}").contains("why"), "{error}");
    }
}
