//! Answers: JSON, from memory or from a file.

use std::path::Path;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

use super::body::Failure;
use super::guard::Denied;
use super::queue::{Refusal, Shown};

/// What a handler gives back: both sides are answers.
pub(super) type Answer = Result<Response, Response>;

/// JSON.
pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let text = serde_json::to_vec(body).unwrap_or_default();
    let mut response = (status, text).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// `{"error": …}`.
pub(super) fn error(status: StatusCode, why: &str) -> Response {
    json(status, &json!({"error": why}))
}

/// A job, its result streamed.
pub(super) async fn job(shown: Shown) -> Answer {
    match shown {
        Shown::Job(state) => Ok(json(StatusCode::OK, state.as_ref())),
        Shown::File(path) => file(&path).await.map_err(|why| {
            error(StatusCode::INTERNAL_SERVER_ERROR, &format!("the result of this job is lost: {why}"))
        }),
    }
}

async fn file(path: &Path) -> std::io::Result<Response> {
    let file = tokio::fs::File::open(path).await?;
    let length = file.metadata().await?.len();
    // reqwest knows how to make a body of a file.
    let mut response = Body::new(reqwest::Body::from(file)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    Ok(response)
}

impl From<Refusal> for Response {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unknown => error(StatusCode::NOT_FOUND, "there is no such job, or no longer"),
            Refusal::NotNow(why) => error(StatusCode::BAD_REQUEST, &why),
            Refusal::Full => error(StatusCode::TOO_MANY_REQUESTS, "too many jobs wait already"),
            Refusal::NotStored => error(
                StatusCode::INTERNAL_SERVER_ERROR,
                "the job cannot be stored; the endpoint's own messages say why",
            ),
        }
    }
}

impl From<Failure> for Response {
    fn from(failure: Failure) -> Self {
        match failure {
            // The platform's words; clients look for them.
            Failure::TooLong(mib) => {
                error(StatusCode::BAD_REQUEST, &format!("exceeded max body size of {mib}MiB"))
            }
            Failure::Slow => error(StatusCode::REQUEST_TIMEOUT, "the body did not come in time"),
            Failure::Broken => error(StatusCode::BAD_REQUEST, "the body broke off"),
        }
    }
}

impl From<Denied> for Response {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Key => {
                let why = "the header Authorization: Bearer KEY is missing, or its key is wrong";
                let mut response = error(StatusCode::UNAUTHORIZED, why);
                response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
                response
            }
            Denied::Site => {
                error(StatusCode::FORBIDDEN, "this endpoint serves its own machine, and no web pages")
            }
        }
    }
}
