//! The SIP2 face: self-service borrow-and-return machines, gates, and other systems that speak it (A.2.1 c, A.2.2).
//!
//! A machine signs in with its account and then speaks its dialect. Each message is answered by the services of the house, with the
//! machine as the actor; no rule of the business stands here. What goes wrong is answered with a well-formed refusal and a sentence
//! that says what to do, never with a dead line.
//!
//! - [`Server`]: listens, with or without TLS, and keeps to the [`Limits`]
//! - `connection`: bytes in, lines out, one write for each answer
//! - `session`: who is signed in, which rules hold, what was answered last
//! - `answers`: one file for each pair of messages
//! - `words`: what screens say, in three languages

mod answers;
mod connection;
mod figures;
mod limits;
mod place;
mod reader;
mod said;
mod server;
mod session;
mod tls;
mod words;

pub use answers::SUPPORTED;
pub use figures::{Figures, Seen};
pub use limits::Limits;
pub use server::{Options, Server};
pub use sip2::Dialect;
pub use tls::{Tls, TlsError};
