//! What every operation may answer with when it does not do what was asked, described once. What is special to one stands beside it.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

type Described = BTreeMap<String, RefOr<Response>>;

/// Of whatever wants a token.
pub struct Signed;
/// Of looking something up.
pub struct LookedUp;
/// Of asking for a service.
pub struct Asked;

/// Of a signed call of a partner.
pub struct Called;

const CALL: [(&str, &str); 10] = [
    ("400", "Malformed JSON, or an Idempotency-Key that is missing or can't be read"),
    ("401", "`unsigned`, `unknown_key`, `bad_signature`, `off_time`"),
    ("403", "`from_elsewhere`, `other_contract`"),
    ("404", "There is no such thing; which, its code says"),
    ("409", "`replayed`, or what stands against it as things are now"),
    ("413", "Too large"),
    ("415", "Not JSON"),
    ("422", "Fields that can't be taken, or a rule about the request or who makes it"),
    ("429", "`too_many_calls`: wait as Retry-After says"),
    ("503", "Busy; nothing was done"),
];

const TOKEN: [(&str, &str); 2] =
    [("401", "No token, or one that does not work"), ("403", "The token lacks a right")];
const THING: [(&str, &str); 1] = [("404", "There is no such thing, or not for this token")];
const REQUEST: [(&str, &str); 5] = [
    ("400", "Malformed JSON, or a header that can't be read"),
    ("413", "Too large"),
    ("415", "Not JSON"),
    ("422", "Fields that can't be taken, or a rule about the request or who makes it"),
    ("503", "Busy; nothing was done"),
];

fn described<'a>(answers: impl IntoIterator<Item = &'a (&'static str, &'static str)>) -> Described {
    let problem = |(status, description): &(&str, &str)| {
        let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("ProblemBody"))).build();
        let response = ResponseBuilder::new().description(*description);
        let response = response.content("application/problem+json", body).build();
        ((*status).to_owned(), RefOr::T(response))
    };
    answers.into_iter().map(problem).collect()
}

impl IntoResponses for Signed {
    fn responses() -> Described {
        described(&TOKEN)
    }
}

impl IntoResponses for LookedUp {
    fn responses() -> Described {
        described(TOKEN.iter().chain(&THING))
    }
}

impl IntoResponses for Called {
    fn responses() -> Described {
        described(&CALL)
    }
}

impl IntoResponses for Asked {
    fn responses() -> Described {
        described(TOKEN.iter().chain(&THING).chain(&REQUEST))
    }
}
