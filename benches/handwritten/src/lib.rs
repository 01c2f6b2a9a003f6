//! A client as people write it by hand: no checks, no renewal, one struct per body, one limit of time.

pub mod model;

use std::error::Error;
use std::time::Duration;

use model::Envelope;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Of each call, as the generated client has it.
const TIMEOUT: Duration = Duration::from_secs(30);

pub struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
}

#[derive(serde::Deserialize)]
struct Token {
    tenant_access_token: String,
}

impl Client {
    pub async fn connect(base: &str, id: &str, secret: &str) -> Result<Self, Box<dyn Error>> {
        let http = http()?;
        let body = serde_json::to_vec(&serde_json::json!({"app_id": id, "app_secret": secret}))?;
        let url = format!("{base}/open-apis/auth/v3/tenant_access_token/internal");
        let answer = http.post(url).header(CONTENT_TYPE, "application/json").body(body).send().await?.bytes().await?;
        let token: Token = serde_json::from_slice(&answer)?;
        Ok(Self { http, base: base.to_owned(), token: token.tenant_access_token })
    }

    async fn post<T: DeserializeOwned + Default>(&self, path: &str, body: &impl Serialize) -> Result<T, Box<dyn Error>> {
        let request = self.http.post(format!("{}{path}", self.base));
        let request = request.header(AUTHORIZATION, format!("Bearer {}", self.token));
        let request = request.header(CONTENT_TYPE, "application/json; charset=utf-8");
        let answer = request.body(serde_json::to_vec(body)?).send().await?.bytes().await?;
        let envelope: Envelope<T> = serde_json::from_slice(&answer)?;
        if envelope.code != 0 {
            return Err(format!("{}: {}", envelope.code, envelope.msg).into());
        }
        Ok(envelope.data.unwrap_or_default())
    }

    pub async fn combined_create(
        &self,
        body: &model::CombinedCreate,
    ) -> Result<model::CombinedCreateAnswer, Box<dyn Error>> {
        self.post("/open-apis/hire/v1/talents/combined_create", body).await
    }

    pub async fn combined_update(
        &self,
        body: &model::CombinedUpdate,
    ) -> Result<model::CombinedUpdateAnswer, Box<dyn Error>> {
        self.post("/open-apis/hire/v1/talents/combined_update", body).await
    }

    pub async fn onboard_status(&self, id: &str, body: &model::OnboardStatus) -> Result<model::Empty, Box<dyn Error>> {
        self.post(&format!("/open-apis/hire/v1/talents/{id}/onboard_status"), body).await
    }

    pub async fn external_info_create(
        &self,
        id: &str,
        body: &model::ExternalInfoCreate,
    ) -> Result<model::ExternalInfoAnswer, Box<dyn Error>> {
        self.post(&format!("/open-apis/hire/v1/talents/{id}/external_info"), body).await
    }
}

#[cfg(not(feature = "rustls-ring"))]
fn http() -> Result<reqwest::Client, Box<dyn Error>> {
    Ok(reqwest::Client::builder().timeout(TIMEOUT).build()?)
}

#[cfg(feature = "rustls-ring")]
fn http() -> Result<reqwest::Client, Box<dyn Error>> {
    use rustls_platform_verifier::BuilderVerifierExt as _;
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth();
    Ok(reqwest::Client::builder().timeout(TIMEOUT).tls_backend_preconfigured(tls).build()?)
}
