//! Cookies that servers set on the way of one call through redirects: each goes back to its own host only.

use reqwest::Url;
use reqwest::header::{HeaderMap, SET_COOKIE};

/// The most cookies that are kept in one call.
const LIMIT: usize = 100;

/// The cookies of one call (RFC 6265, without domains: narrower than browsers are).
#[derive(Default)]
pub(super) struct Cookies(Vec<Cookie>);

struct Cookie {
    host: String,
    path: String,
    name: String,
    value: String,
    secure: bool,
}

impl Cookies {
    /// Takes what the answer of `url` sets.
    pub(super) fn take(&mut self, url: &Url, headers: &HeaderMap) {
        for header in headers.get_all(SET_COOKIE) {
            if let Ok(text) = header.to_str()
                && let Some((cookie, expired)) = parse(url, text)
            {
                self.0.retain(|known| {
                    known.name != cookie.name || known.host != cookie.host || known.path != cookie.path
                });
                if !expired && self.0.len() < LIMIT {
                    self.0.push(cookie);
                }
            }
        }
    }

    /// The value of `Cookie` for `url`, if any cookie is for it.
    pub(super) fn header(&self, url: &Url) -> Option<String> {
        let host = url.host_str().unwrap_or_default();
        let fits = |cookie: &&Cookie| {
            let path = url.path();
            let below = path.strip_prefix(cookie.path.as_str());
            cookie.host == host
                && (!cookie.secure || url.scheme() == "https")
                && below.is_some_and(|rest| rest.is_empty() || cookie.path.ends_with('/') || rest.starts_with('/'))
        };
        let pairs: Vec<String> =
            self.0.iter().filter(fits).map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

/// A cookie, and whether setting it takes it away.
fn parse(url: &Url, text: &str) -> Option<(Cookie, bool)> {
    let mut parts = text.split(';');
    let (name, value) = parts.next()?.split_once('=')?;
    let directory = url.path().rsplit_once('/').map_or("/", |(before, _)| if before.is_empty() { "/" } else { before });
    let mut cookie = Cookie {
        host: url.host_str()?.to_owned(),
        path: directory.to_owned(),
        name: name.trim().to_owned(),
        value: value.trim().to_owned(),
        secure: false,
    };
    let mut expired = false;
    for attribute in parts {
        let (key, value) = attribute.split_once('=').unwrap_or((attribute, ""));
        let (key, value) = (key.trim(), value.trim());
        if key.eq_ignore_ascii_case("path") && value.starts_with('/') {
            value.clone_into(&mut cookie.path);
        } else if key.eq_ignore_ascii_case("secure") {
            cookie.secure = true;
        } else if key.eq_ignore_ascii_case("max-age") {
            expired = value.parse::<i64>().is_ok_and(|seconds| seconds <= 0);
        }
    }
    (!cookie.name.is_empty()).then_some((cookie, expired))
}

#[cfg(test)]
mod tests {
    use reqwest::Url;
    use reqwest::header::{HeaderMap, HeaderValue, SET_COOKIE};

    use super::Cookies;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn set(cookies: &mut Cookies, at: &str, header: &'static str) {
        let mut headers = HeaderMap::new();
        headers.append(SET_COOKIE, HeaderValue::from_static(header));
        cookies.take(&url(at), &headers);
    }

    #[test]
    fn cookies_go_back_to_their_host_and_path() {
        let mut cookies = Cookies::default();
        set(&mut cookies, "http://a.example/app/login", "id=1; HttpOnly");
        set(&mut cookies, "http://a.example/app/login", "all=2; Path=/");
        set(&mut cookies, "https://a.example/", "safe=3; Secure; Path=/");
        set(&mut cookies, "http://a.example/", "wide=4; Domain=.example; Path=/");
        let cases = [
            ("http://a.example/app/home", Some("id=1; all=2; wide=4")),
            ("http://a.example/app", Some("id=1; all=2; wide=4")),
            ("http://a.example/apple", Some("all=2; wide=4")),
            ("https://a.example/", Some("all=2; safe=3; wide=4")),
            ("http://b.example/app/home", None),
            ("http://sub.a.example/", None),
        ];
        for (at, expected) in cases {
            assert_eq!(cookies.header(&url(at)).as_deref(), expected, "{at}");
        }
    }

    #[test]
    fn cookies_are_replaced_and_taken_away() {
        let mut cookies = Cookies::default();
        set(&mut cookies, "http://a.example/", "id=1");
        set(&mut cookies, "http://a.example/", "id=2");
        assert_eq!(cookies.header(&url("http://a.example/")).as_deref(), Some("id=2"));
        set(&mut cookies, "http://a.example/", "id=; Max-Age=0");
        assert_eq!(cookies.header(&url("http://a.example/")), None);
        set(&mut cookies, "http://a.example/", "nothing");
        set(&mut cookies, "http://a.example/", "=x");
        assert_eq!(cookies.header(&url("http://a.example/")), None);
    }
}
