//! What waits for staff (4.2.1, 6.3.3): a change that a reader asks for, a reader who was sent to the issuing library. What a reader
//! asks for lies sealed, whole and exact; nothing of it counts before staff approve it.

mod ask;
mod beside;
mod close;
mod edit;
mod list;

pub use ask::{RequestChange, request_change};
pub use beside::{OnFile, on_file, request_evidence};
pub use close::withdraw_request;
pub(crate) use close::{RequestState, close};
pub use edit::{EditRequest, edit_request};
pub use list::{
    AskedChange, AskedDocument, Request, RequestFilter, Waiting, own_requests, request, requests,
};
pub(crate) use list::{all_requests, answers_here, opened, row_of};
