//! The page of the simulated platform: its people, what can be called for them, what it was told.

use axum::extract::{Form, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Redirect};
use serde::Deserialize;

use crate::province::{Behaviour, Province, Trick};
use crate::simulator::escaped;

/// What can be called, with the word on the button.
const SERVICES: [(&str, &str); 7] = [
    ("open", "办证"),
    ("link", "关联"),
    ("resolve", "识别亮码"),
    ("loss", "挂失"),
    ("restore", "恢复"),
    ("cancel", "注销"),
    ("unlink", "解除关联"),
];

#[derive(Deserialize)]
pub struct Act {
    person: usize,
    service: String,
    trick: String,
}

pub async fn act(State(province): State<Province>, Form(act): Form<Act>) -> Redirect {
    let known = SERVICES.iter().find(|(service, _)| *service == act.service);
    if let (Some(person), Some((service, _))) = (province.people().get(act.person), known) {
        let body = match *service {
            "open" => person.to_open(),
            "link" => person.to_link(),
            _ => person.to_name(),
        };
        let trick = match act.trick.as_str() {
            "late" => Trick::Late,
            "bad" => Trick::BadSignature,
            _ => Trick::None,
        };
        let call = province.prepare(service, &body, "", trick);
        // Each click is a call of its own: the nonce names it.
        let call = match *service {
            "resolve" => call,
            _ => province.prepare(service, &body, call.nonce(), trick),
        };
        let sent = province.send(&call).await;
        if act.trick == "replay" && sent.is_ok() {
            let _ = province.send(&call).await;
        }
        if let Err(fault) = sent {
            province.note(format!("{service} → {fault}"));
        }
    }
    Redirect::to("/")
}

/// How it behaves, from the boxes of its page: a box that is not ticked sends nothing.
#[derive(Deserialize)]
pub struct Boxes {
    down: Option<String>,
    lose_answers: Option<String>,
    unsigned: Option<String>,
}

pub async fn behave(State(province): State<Province>, Form(boxes): Form<Boxes>) -> Redirect {
    province.behave(Behaviour {
        down: boxes.down.is_some(),
        lose_answers: boxes.lose_answers.is_some(),
        unsigned: boxes.unsigned.is_some(),
    });
    Redirect::to("/")
}

pub async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("simulator.css"))
}

pub async fn show(State(province): State<Province>) -> Html<String> {
    let people: String = province
        .people()
        .iter()
        .enumerate()
        .map(|(place, person)| {
            let buttons: String = SERVICES
                .iter()
                .map(|(service, word)| format!("<button name=\"service\" value=\"{service}\">{word}</button> "))
                .collect();
            format!(
                "<li><form method=\"post\" action=\"/do\"><b>{} {}</b><input type=\"hidden\" name=\"person\" value=\"{place}\">\
                 <p><label>发送方式 <select name=\"trick\"><option value=\"\">正常</option><option value=\"late\">时间过期</option>\
                 <option value=\"bad\">签名错误</option><option value=\"replay\">重放</option></select></label></p><p>{buttons}</p></form></li>",
                escaped(&person.name),
                escaped(&person.code),
            )
        })
        .collect();
    let told: String = province
        .told()
        .iter()
        .rev()
        .map(|told| {
            let state =
                told.card.as_ref().and_then(|card| card.get("state")?.as_str()).unwrap_or("-").to_owned();
            format!(
                "<li><b>{} #{}</b><p>{} ({})</p></li>",
                escaped(&told.code),
                told.seq,
                escaped(&told.event),
                escaped(&state)
            )
        })
        .collect();
    let log: String = province.log().iter().map(|line| format!("<li>{}</li>", escaped(line))).collect();
    let ticked = |set: bool| if set { " checked" } else { "" };
    let Behaviour { down, lose_answers, unsigned } = province.behaviour();
    let none = |list: String| if list.is_empty() { "<li>还没有</li>".to_owned() } else { list };
    Html(
        include_str!("province.html")
            .replace("{people}", &people)
            .replace("{told}", &none(told))
            .replace("{log}", &none(log))
            .replace("{down}", ticked(down))
            .replace("{lose_answers}", ticked(lose_answers))
            .replace("{unsigned}", ticked(unsigned)),
    )
}
