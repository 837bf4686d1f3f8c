//! A simulated entry gate (A.3.1): the reference of what docs/gates.md asks of gates. It asks the server; when that does not answer, it
//! decides by its signed list, keeps the visit in a file, and delivers it later.

mod client;
mod state;

use std::path::PathBuf;

use anyhow::Result;
use ecard::{AllowList, Decision, Gate, Kept, PublicKeys, Shown};
use hyper::{Method, StatusCode};
use serde_json::{Value, json};
use service::kernel::Clock;

use client::Client;
use state::State;

/// Visits in one delivery.
const AT_ONCE: usize = 200;

/// A gate that runs.
pub struct Simulator {
    client: Client,
    state: State,
    gate: Gate,
    clock: Clock,
    clock_off: i64,
    audience: String,
    /// How many scans it had since it started: with the moment of the start, a name for each.
    scans: u64,
    begun: i64,
}

impl Simulator {
    /// A gate with what it kept when it was switched off.
    pub fn open(address: &str, token: &str, folder: PathBuf, clock_off: i64) -> Result<Self> {
        let state = State::open(folder)?;
        let clock = Clock::system();
        let begun = clock.now().timestamp_micros();
        let mut simulator = Self {
            client: Client::new(address, token),
            gate: Gate::default(),
            audience: state.audience(),
            state,
            clock,
            clock_off,
            scans: 0,
            begun,
        };
        simulator.take_kept();
        Ok(simulator)
    }

    fn now(&self) -> i64 {
        self.clock.now().timestamp() + self.clock_off
    }

    /// Takes keys and list from the folder.
    fn take_kept(&mut self) {
        let mut keys = PublicKeys::default();
        for key in self.state.keys() {
            keys.add(key);
        }
        self.gate.trust(keys.clone());
        if let Some(list) =
            self.state.list().and_then(|bytes| AllowList::read(&bytes, &keys, &self.audience).ok())
        {
            self.gate.take(list);
        }
    }

    /// What somebody holds to it: in or not, as a line of JSON.
    pub async fn scan(&mut self, text: &str) -> Result<Value> {
        self.scans += 1;
        let (shown, at) = (Shown::of(text), self.now());
        let id = format!("{}-{}", self.begun, self.scans);
        let mut body = serde_json::to_value(&shown)?;
        body["gate_time"] = at.into();
        match self.client.send(Method::POST, "/api/v1/visits", &[("idempotency-key", &id)], Some(&body)).await
        {
            Some((StatusCode::OK, _, answer)) => {
                let mut said: Value = serde_json::from_slice(&answer)?;
                if let (Shown::Code(code), Some(true)) = (&shown, said["admitted"].as_bool()) {
                    self.gate.note_used(code);
                }
                said["by"] = "server".into();
                Ok(said)
            }
            // A request that the server will never take is no reason to let anybody in.
            Some((status, _, answer)) if status.is_client_error() => {
                let problem: Value = serde_json::from_slice(&answer).unwrap_or_default();
                Ok(json!({ "admitted": false, "by": "server", "reason": { "code": problem["code"] } }))
            }
            _ => self.alone(id, shown, at),
        }
    }

    fn alone(&mut self, id: String, shown: Shown, at: i64) -> Result<Value> {
        let decision = self.gate.decide(&shown, at);
        let reason = match decision {
            Decision::Admit => {
                // On the disk before the gate opens.
                self.state.keep(&Kept { id, at, shown })?;
                return Ok(json!({ "admitted": true, "by": "list" }));
            }
            Decision::BadCode(error) => error.to_string(),
            Decision::UsedCode => "this code was used".to_owned(),
            Decision::NotOnTheList => "not among the cards that worked".to_owned(),
            Decision::NoList => "no list, or its time is over: ask the staff".to_owned(),
        };
        Ok(json!({ "admitted": false, "by": "list", "reason": { "detail": reason } }))
    }

    /// Fetches keys and list, and delivers what it kept; says what it did.
    pub async fn refresh(&mut self) -> Vec<Value> {
        let mut said = Vec::new();
        if self.fetch().await.is_none() {
            return said;
        }
        while let Some(delivered) = self.deliver().await {
            said.push(delivered);
        }
        said
    }

    async fn fetch(&mut self) -> Option<()> {
        let (status, _, me) = self.client.send(Method::GET, "/api/v1/me", &[], None).await?;
        let me: Value = serde_json::from_slice(&me).ok().filter(|_| status == StatusCode::OK)?;
        self.audience = format!("{}/{}", me["library"]["code"].as_str()?, me["service_point"].as_str()?);
        let (status, _, keys) = self.client.send(Method::GET, "/api/v1/ecard/keys", &[], None).await?;
        let keys = serde_json::from_slice::<Value>(&keys).ok().filter(|_| status == StatusCode::OK)?;
        let tag = self.state.tag();
        let headers = [("if-none-match", tag.as_str())];
        let headers = if tag.is_empty() { &headers[..0] } else { &headers[..] };
        let (status, tag, list) =
            self.client.send(Method::GET, "/api/v1/gates/allow-list", headers, None).await?;
        if status == StatusCode::OK {
            self.state.write(&self.audience, &keys, &tag, &list).ok()?;
            self.take_kept();
        }
        Some(())
    }

    /// Delivers a part of what it kept; none when nothing is left, or the server does not answer.
    async fn deliver(&mut self) -> Option<Value> {
        let mut kept = self.state.kept().ok()?;
        kept.truncate(AT_ONCE);
        if kept.is_empty() {
            return None;
        }
        let body = json!({ "gate_time": self.now(), "visits": kept });
        let sent = self.client.send(Method::POST, "/api/v1/visits/deliveries", &[], Some(&body)).await?;
        let (StatusCode::OK, _, answer) = sent else { return None };
        let answer: Value = serde_json::from_slice(&answer).ok()?;
        // What was answered, even refused, is not delivered again; had this answer been lost, the ids would see to it.
        let ids: Vec<String> = kept.into_iter().map(|visit| visit.id).collect();
        self.state.forget(&ids).ok()?;
        Some(json!({ "delivered": answer["visits"] }))
    }
}
