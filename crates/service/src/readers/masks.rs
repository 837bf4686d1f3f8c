//! Contact data as pages show it.

pub(super) use crate::kernel::masks::{email, phone, text};
