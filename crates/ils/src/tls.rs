//! TLS to a system, by certificates that a browser knows or those that are named.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::fault::Fault;

/// How TLS is spoken with one system.
pub(crate) struct Tls {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl Tls {
    /// Made ready, or which setting can't be used and what to write.
    pub fn new(host: &str, name: &str, ca: &Path) -> Result<Self, (&'static str, String)> {
        let name = if name.is_empty() { host } else { name };
        let name = ServerName::try_from(name.to_owned()).map_err(|_| {
            ("tls_name", "is no name of a server: write the one in its certificate".to_owned())
        })?;
        let mut roots = RootCertStore::empty();
        if ca.as_os_str().is_empty() {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        } else {
            let unfit = |fault: String| {
                ("tls_ca", format!("can't be used ({fault}): name a PEM file of certificates"))
            };
            let read = CertificateDer::pem_file_iter(ca).map_err(|fault| unfit(fault.to_string()))?;
            for certificate in read {
                let certificate = certificate.map_err(|fault| unfit(fault.to_string()))?;
                roots.add(certificate).map_err(|fault| unfit(fault.to_string()))?;
            }
            if roots.is_empty() {
                return Err(unfit("no certificate is in it".to_owned()));
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|fault| ("tls", format!("can't be spoken here: {fault}")))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { connector: TlsConnector::from(Arc::new(config)), name })
    }

    /// Speaks TLS over a connection.
    pub async fn over(&self, tcp: TcpStream) -> Result<TlsStream<TcpStream>, Fault> {
        self.connector.connect(self.name.clone(), tcp).await.map_err(|fault| Fault::Tls(fault.to_string()))
    }
}
