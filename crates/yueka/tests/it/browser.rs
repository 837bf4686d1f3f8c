//! A browser for tests: keeps cookies, sends forms with the token of the page that is open.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use service::Service;
use tower::ServiceExt as _;
use web::WebOptions;

/// A browser without scripts.
pub struct Browser {
    app: Router,
    /// The name that the server is asked by.
    pub host: String,
    pub cookies: Vec<(String, String)>,
    pub page: String,
    /// What came, as it came: a page, or a file.
    pub bytes: Vec<u8>,
    pub status: StatusCode,
    pub location: String,
    pub headers: HeaderMap,
}

impl Browser {
    pub fn new(service: &Service) -> Self {
        Self {
            app: web::router(service.clone(), WebOptions::default()),
            host: if service.laptop().is_some() { "127.0.0.1:8090" } else { "card.example.org" }.to_owned(),
            cookies: Vec::new(),
            page: String::new(),
            bytes: Vec::new(),
            status: StatusCode::OK,
            location: String::new(),
            headers: HeaderMap::new(),
        }
    }

    pub async fn send(&mut self, method: &str, path: &str, body: String) {
        self.send_as(method, path, "application/x-www-form-urlencoded", body.into_bytes()).await;
    }

    async fn send_as(&mut self, method: &str, path: &str, kind: &str, body: Vec<u8>) {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.host)
            .header(header::CONTENT_TYPE, kind)
            .header(header::COOKIE, cookies.join("; "))
            .body(Body::from(body))
            .unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        self.status = response.status();
        self.headers = response.headers().clone();
        let location = response.headers().get(header::LOCATION);
        self.location = location.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
        let bytes = to_bytes(response.into_body(), 4 << 20).await.unwrap();
        self.bytes = bytes.to_vec();
        self.page = String::from_utf8_lossy(&self.bytes).into_owned();
    }

    pub async fn get(&mut self, path: &str) -> &str {
        self.send("GET", path, String::new()).await;
        &self.page
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) {
        let mut body = format!("csrf={}", self.hidden("csrf"));
        for (name, value) in fields {
            body.push_str(&format!("&{name}={}", encode(value)));
        }
        self.send("POST", path, body).await;
    }

    /// A form with a file.
    pub async fn post_file(&mut self, path: &str, fields: &[(&str, &str)], name: &str, file: &[u8]) {
        self.post_files(path, fields, &[(name, file)]).await;
    }

    /// A form with files.
    pub async fn post_files(&mut self, path: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) {
        let token = self.hidden("csrf");
        let mut body = Vec::new();
        for (name, value) in fields.iter().chain([&("csrf", token.as_str())]) {
            let part =
                format!("--part\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.as_bytes());
        }
        for (name, file) in files {
            let head =
                format!("--part\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a\"\r\n\r\n");
            body.extend(head.as_bytes());
            body.extend(*file);
            body.extend(b"\r\n");
        }
        body.extend(b"--part--\r\n");
        self.send_as("POST", path, "multipart/form-data; boundary=part", body).await;
    }

    pub async fn follow(&mut self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.page);
        let path = self.location.clone();
        self.get(&path).await
    }

    pub fn hidden(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let at =
            self.page.rfind(&start).unwrap_or_else(|| panic!("no {name} in {}", self.page)) + start.len();
        self.page[at..].split('"').next().unwrap().to_owned()
    }
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}
