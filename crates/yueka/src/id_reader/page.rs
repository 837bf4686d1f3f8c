//! The simulator's page: who lies on the reader, and buttons to put somebody else there.

use std::fmt::Write;

use super::people;
use super::state::{Fault, Simulator};

/// The page.
pub fn html(simulator: &Simulator) -> String {
    let (person, fault) = (simulator.person(), simulator.fault());
    let now = match fault {
        None => format!("{} · {}", escaped(&person.record.name), person.english),
        Some(fault) => {
            let (chinese, english) = words(fault);
            format!("{chinese} · {english}")
        }
    };
    let mut rows = String::new();
    for other in people::everybody() {
        let on = fault.is_none() && other.key == person.key;
        let _ = writeln!(
            rows,
            "<li><button name=\"person\" value=\"{}\" aria-pressed=\"{on}\"><b>{}</b>\
             <span>{}</span><span lang=\"en\">{}</span></button></li>",
            other.key,
            escaped(&other.record.name),
            other.chinese,
            other.english
        );
    }
    let mut faults = String::new();
    for other in Fault::ALL {
        let (chinese, english) = words(other);
        let _ = writeln!(
            faults,
            "<li><button name=\"fault\" value=\"{}\" aria-pressed=\"{}\"><span>{chinese}</span>\
             <span lang=\"en\">{english}</span></button></li>",
            other.code(),
            fault == Some(other)
        );
    }
    include_str!("simulator.html")
        .replace("{now}", &now)
        .replace("{people}", &rows)
        .replace("{faults}", &faults)
        .replace("{framed}", if simulator.framed() { " checked" } else { "" })
}

fn words(fault: Fault) -> (&'static str, &'static str) {
    match fault {
        Fault::NoDocument => ("没有放证件", "nothing on the reader"),
        Fault::ReadFailed => ("证件移开得太早", "moved too soon"),
        Fault::DeviceMissing => ("读卡器未连接", "not plugged in"),
        Fault::Busy => ("被另一个程序占用", "used by another program"),
        Fault::Damaged => ("读出的记录不完整", "a damaged record"),
        Fault::Slow => ("25 秒后才应答", "answers after 25 seconds"),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
