//! A webhook as a handler of axum.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response, StatusCode};
use axum::routing::{MethodRouter, post};

use super::webhook::{Webhook, WebhookAnswer};

impl Webhook {
    /// Returns a handler for a router: `Router::new().route("/events", webhook.route())`.
    ///
    /// It reads the body itself, up to [`max_bytes`](Self::max_bytes); no layer in front of it may change the bytes.
    pub fn route<S: Clone + Send + Sync + 'static>(self) -> MethodRouter<S> {
        post(move |request: Request| {
            let webhook = self.clone();
            async move { webhook.respond(request).await }
        })
    }

    async fn respond(&self, request: Request) -> Response<Body> {
        let (head, body) = request.into_parts();
        let answer = match to_bytes(body, self.max_bytes()).await {
            Ok(body) => self.answer(&head.headers, &body).await,
            // If the body broke off, nobody receives this answer.
            Err(_) => WebhookAnswer::too_large(),
        };
        let mut response = Response::new(Body::from(answer.body));
        *response.status_mut() =
            StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let content_type = HeaderValue::from_static(WebhookAnswer::CONTENT_TYPE);
        response.headers_mut().insert(CONTENT_TYPE, content_type);
        response
    }
}
