//! One HTTP request at a time, with little patience: somebody stands at the gate.

use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::handshake;
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// How long somebody waits before the gate decides by itself.
const PATIENCE: Duration = Duration::from_secs(2);

/// The server, as the gate knows it.
pub struct Client {
    address: String,
    token: String,
}

impl Client {
    pub fn new(address: &str, token: &str) -> Self {
        Self { address: address.to_owned(), token: token.to_owned() }
    }

    /// Status, `ETag` and body of the answer; none when none came in time.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Option<(StatusCode, String, Bytes)> {
        tokio::time::timeout(PATIENCE, self.ask(method, path, headers, body)).await.ok().flatten()
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Option<(StatusCode, String, Bytes)> {
        let stream = TcpStream::connect(&self.address).await.ok()?;
        let (mut sender, connection) = handshake(TokioIo::new(stream)).await.ok()?;
        tokio::spawn(connection);
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", &self.address)
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = Bytes::from(body.map(Value::to_string).unwrap_or_default());
        let request = request.body(Full::new(body)).ok()?;
        let response = sender.send_request(request).await.ok()?;
        let status = response.status();
        let tag =
            response.headers().get("etag").and_then(|tag| tag.to_str().ok()).unwrap_or_default().to_owned();
        Some((status, tag, response.into_body().collect().await.ok()?.to_bytes()))
    }
}
