//! A client of the house's own API, for a laptop that is prepared by it and hands in to it (docs/mobile-points.md).

use std::fmt;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::{Method, Request, Uri};
use serde_json::Value;

use crate::SettingsError;
use crate::partner::{HttpClient, client};

/// What a laptop is prepared with may hold a bit for each of some millions of holders.
const LONGEST_ANSWER: usize = 64 * 1024 * 1024;

/// The house at an address.
pub struct HouseClient {
    address: String,
    client: HttpClient,
}

impl fmt::Debug for HouseClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HouseClient({})", self.address)
    }
}

impl HouseClient {
    /// A client of the house at this address: `https://…`, or `http://` on this computer.
    ///
    /// # Errors
    /// When the address is another, or this computer has no TLS to offer.
    pub fn new(address: &str) -> Result<Self, SettingsError> {
        let wrong =
            SettingsError { setting: "--server", remedy: "wants https://…, or http:// and this computer" };
        let address = address.trim().trim_end_matches('/').to_owned();
        let uri: Uri = address.parse().map_err(|_| SettingsError { ..wrong })?;
        let here = matches!(uri.host(), Some("127.0.0.1" | "localhost" | "[::1]" | "::1"));
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") if here => {}
            _ => return Err(wrong),
        }
        Ok(Self { address, client: client()? })
    }

    /// Posts JSON, and gives the status and the JSON of the answer.
    ///
    /// # Errors
    /// In words, when there is no answer in time.
    pub async fn post(
        &self,
        path: &str,
        token: &str,
        body: &Value,
        patience: Duration,
    ) -> Result<(u16, Value), String> {
        let request = Request::builder()
            .method(Method::POST)
            .uri([&self.address, path].concat())
            .header(CONTENT_TYPE, "application/json")
            .header(AUTHORIZATION, format!("Bearer {token}"))
            .body(Full::<Bytes>::from(body.to_string()))
            .map_err(|_| "the address can't be used".to_owned())?;
        let asked = async {
            let response = self.client.request(request).await.map_err(|_| "no connection".to_owned())?;
            let status = response.status().as_u16();
            let body = Limited::new(response.into_body(), LONGEST_ANSWER).collect().await;
            let body = body.map_err(|_| "the connection broke".to_owned())?.to_bytes();
            Ok((status, serde_json::from_slice(&body).unwrap_or_default()))
        };
        match tokio::time::timeout(patience, asked).await {
            Ok(answered) => answered,
            Err(_) => Err("no answer in time".to_owned()),
        }
    }
}
