//! Requests and answers: the first one, and those that redirects ask for.

use std::sync::mpsc::Sender;

use accord_sdk::{Services, TaskError};
use accord_value::Text;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Client, Method, Request, Response, StatusCode};

use super::answer::{self, Answer};
use super::body::Body;
use super::cookies::Cookies;
use super::failure::{self, Failure};
use super::headers::Header;
use super::settings::Settings;
use super::target::Target;
use super::trace;

/// The most redirects of one call, as the reference's client has it.
const MAX_REDIRECTS: usize = 50;

/// Sends the request, and what redirects ask for, until an answer is no redirect.
pub(super) async fn run(
    settings: &Settings,
    first: &Target,
    services: &dyn Services,
    log: &Sender<Text>,
) -> Result<Answer, Failure> {
    let all = follow(settings, first, services, log);
    match settings.limits.request {
        None => all.await,
        Some(limit) => match tokio::time::timeout(limit, all).await {
            Ok(outcome) => outcome,
            Err(_) => Err(failure::too_slow(first, limit)),
        },
    }
}

/// The next request.
struct Hop<'a> {
    target: Target,
    method: Method,
    body: Option<&'a Body>,
    /// Whether the request still goes where the first one went. Once it left, it has not come back: whoever sent it
    /// there chose the rest of the way.
    at_home: bool,
}

async fn follow(
    settings: &Settings,
    first: &Target,
    services: &dyn Services,
    log: &Sender<Text>,
) -> Result<Answer, Failure> {
    let mut cookies = Cookies::default();
    let mut hop =
        Hop { target: first.clone(), method: settings.method.clone(), body: settings.body.as_ref(), at_home: true };
    for _ in 0..=MAX_REDIRECTS {
        let response = send(settings, &hop, &cookies, log).await?;
        cookies.take(&hop.target.url, response.headers());
        match location(&response) {
            Some(location) if settings.follow_redirects => {
                if settings.debug {
                    let _ = log.send(trace::redirect(&response, settings.sensitive));
                }
                hop = redirected(hop, first, response.status(), &location)?;
            }
            _ => return answer::read(response, hop.target, settings, services).await,
        }
    }
    Err(Failure::new(
        "org.apache.http.client.RedirectException",
        format!("Maximum redirects ({MAX_REDIRECTS}) exceeded").into(),
    ))
}

fn location(response: &Response) -> Option<String> {
    match response.status() {
        StatusCode::MOVED_PERMANENTLY
        | StatusCode::FOUND
        | StatusCode::SEE_OTHER
        | StatusCode::TEMPORARY_REDIRECT
        | StatusCode::PERMANENT_REDIRECT => {
            response.headers().get(LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        }
        _ => None,
    }
}

fn redirected<'a>(hop: Hop<'a>, first: &Target, status: StatusCode, location: &str) -> Result<Hop<'a>, Failure> {
    let target = hop.target.redirect(location)?;
    let at_home = hop.at_home && first.may_share_with(&target);
    let again = matches!(status, StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
    if !again {
        return Ok(Hop { target, method: Method::GET, body: None, at_home });
    }
    if !at_home && hop.body.is_some_and(|body| body.sensitive) {
        let parts = [
            &Text::plain("The body carries a sensitive value and is not sent on: "),
            &first.host_and_port(),
            &Text::plain(format!(" answered {} with a redirect to ", status.as_u16())),
            &target.host_and_port(),
        ];
        return Err(Failure::new(TaskError::ILLEGAL_STATE, Text::concat(parts)));
    }
    Ok(Hop { target, at_home, ..hop })
}

async fn send(settings: &Settings, hop: &Hop<'_>, cookies: &Cookies, log: &Sender<Text>) -> Result<Response, Failure> {
    let headers = headers(settings, hop, cookies);
    if settings.debug {
        let _ = log.send(trace::request(&hop.method, &hop.target, &headers, hop.body));
    }
    let peer = settings.proxy.as_ref().map_or(&hop.target, |proxy| &proxy.target);
    let failed = |error: reqwest::Error| failure::of(&error, &hop.target, peer, settings.limits);
    let client = client(settings, hop).map_err(failed)?;
    let mut request = Request::new(hop.method.clone(), hop.target.url.clone());
    let map: &mut HeaderMap = request.headers_mut();
    for header in headers {
        map.append(header.name, header.value);
    }
    *request.body_mut() = hop.body.map(|body| body.bytes.clone().into());
    client.execute(request).await.map_err(failed)
}

/// The headers of a request: all of them for the first host, what may be told to anyone for others.
fn headers(settings: &Settings, hop: &Hop<'_>, cookies: &Cookies) -> Vec<Header> {
    let mut headers: Vec<Header> = settings
        .headers
        .iter()
        .filter(|header| hop.at_home || !header.stays)
        .filter(|header| header.name != CONTENT_TYPE || hop.body.is_some() || settings.body.is_none())
        .cloned()
        .collect();
    let has_authorization = headers.iter().any(|header| header.name == AUTHORIZATION);
    if let Some(authorization) = hop.target.authorization.clone().filter(|_| !has_authorization) {
        headers.push(Header::authorization(authorization));
    }
    if let Some(Ok(value)) = cookies.header(&hop.target.url).map(|text| HeaderValue::from_str(&text)) {
        let shown = Text::sensitive("cookies");
        headers.push(Header { name: COOKIE, value, shown, stays: true });
    }
    headers
}

fn client(settings: &Settings, hop: &Hop<'_>) -> Result<Client, reqwest::Error> {
    let mut builder = Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .pool_max_idle_per_host(0);
    if let Some(limit) = settings.limits.connect {
        builder = builder.connect_timeout(limit);
    }
    if let Some(limit) = settings.limits.socket {
        builder = builder.read_timeout(limit);
    }
    let mut encrypted = hop.target.url.scheme() == "https";
    if let Some(proxy) = &settings.proxy {
        encrypted |= proxy.target.url.scheme() == "https";
        let mut chosen = reqwest::Proxy::all(proxy.target.url.clone())?;
        if let Some(authorization) = &proxy.authorization {
            chosen = chosen.custom_http_auth(authorization.clone());
        }
        builder = builder.proxy(chosen);
    }
    builder = match &settings.tls.roots {
        // The system's list of authorities takes milliseconds to read.
        _ if !encrypted => builder.tls_certs_only([]),
        Some(roots) => builder.tls_certs_only(roots.clone()),
        None => builder,
    };
    if !settings.tls.verify {
        builder = builder.tls_danger_accept_invalid_certs(true);
    }
    if let Some(identity) = settings.tls.identity.clone().filter(|_| hop.at_home && encrypted) {
        builder = builder.identity(identity);
    }
    builder.build()
}
