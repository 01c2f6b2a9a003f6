//! TLS for this crate's connections only: rustls with one provider, and nothing is installed for the process.

use tokio::io::{AsyncRead, AsyncWrite};

#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc"))]
pub(super) use with::{Tls, encrypt, settled};
#[cfg(not(any(feature = "rustls-ring", feature = "rustls-aws-lc")))]
pub(super) use without::{Tls, encrypt, settled};

/// Bytes in both directions.
pub(crate) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin + 'static> Duplex for T {}

/// Whether this crate was built with TLS.
pub(super) const HAS_TLS: bool = cfg!(any(feature = "rustls-ring", feature = "rustls-aws-lc"));

#[cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc"))]
mod with {
    use std::io;
    use std::sync::Arc;

    use rustls::ClientConfig;
    #[cfg(all(feature = "rustls-aws-lc", not(feature = "rustls-ring")))]
    use rustls::crypto::aws_lc_rs::default_provider;
    #[cfg(feature = "rustls-ring")]
    use rustls::crypto::ring::default_provider;
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
    use rustls_platform_verifier::Verifier;
    use tokio_rustls::TlsConnector;

    use super::Duplex;
    use crate::error::Error;
    use crate::secret::Secret;

    pub(crate) type Tls = Arc<ClientConfig>;

    /// Trusts the certificates of the system and these ones.
    pub(crate) fn settled(roots: &[Vec<u8>], identity: Option<&Secret>) -> Result<Tls, Error> {
        let unusable = |error: rustls::Error| Error::config(format!("TLS cannot be set up: {error}"));
        let provider = Arc::new(default_provider());
        let mut trusted = Vec::new();
        for pem in roots {
            trusted.extend(certificates(pem, "the root certificates")?);
        }
        let verifier = Verifier::new_with_extra_roots(trusted, Arc::clone(&provider)).map_err(|error| {
            Error::config(format!(
                "TLS cannot be set up, since the system has no usable certificates: {error}; install them (on Linux the \
                 package `ca-certificates`), or name them in `SSL_CERT_FILE`"
            ))
        })?;
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(unusable)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier));
        let Some(identity) = identity else { return Ok(Arc::new(tls.with_no_client_auth())) };
        let pem = identity.expose().as_bytes();
        let chain = certificates(pem, "the client certificate")?;
        let key = PrivateKeyDer::from_pem_slice(pem)
            .map_err(|_| Error::config("the client certificate has no private key in PEM"))?;
        tls.with_client_auth_cert(chain, key).map(Arc::new).map_err(unusable)
    }

    /// At least one.
    fn certificates(pem: &[u8], what: &str) -> Result<Vec<CertificateDer<'static>>, Error> {
        let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let read = read.ok().filter(|read| !read.is_empty());
        read.ok_or_else(|| Error::config(format!("{what} cannot be read; expected PEM")))
    }

    /// Encrypts a connection to this host.
    pub(crate) async fn encrypt(tls: &Tls, host: &str, plain: impl Duplex) -> io::Result<Box<dyn Duplex>> {
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(host).map_err(io::Error::other)?;
        Ok(Box::new(TlsConnector::from(Arc::clone(tls)).connect(name, plain).await?))
    }
}

#[cfg(not(any(feature = "rustls-ring", feature = "rustls-aws-lc")))]
mod without {
    use std::io;

    use super::Duplex;
    use crate::error::Error;
    use crate::secret::Secret;

    /// Empty: there is no TLS.
    #[derive(Clone)]
    pub(crate) struct Tls;

    pub(crate) fn settled(roots: &[Vec<u8>], identity: Option<&Secret>) -> Result<Tls, Error> {
        if roots.is_empty() && identity.is_none() {
            return Ok(Tls);
        }
        Err(Error::config("certificates need TLS: enable the feature `rustls-ring`"))
    }

    pub(crate) async fn encrypt(_: &Tls, _: &str, _: impl Duplex) -> io::Result<Box<dyn Duplex>> {
        Err(io::Error::other("there is no TLS: scheme is not http"))
    }
}
