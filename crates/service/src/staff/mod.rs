//! Staff: accounts, sign-in, sessions; and the tokens of programs.

mod accounts;
mod copy;
mod managed;
mod move_staff;
mod names;
mod own_account;
mod remove_codes;
mod reset_password;
mod sessions;
mod set_role;
mod sign_in;
mod stand_in;
mod tables;
mod tokens;

pub use accounts::{NewStaff, StaffEntry, add_staff, list_staff, set_active};
pub use copy::StaffCopy;
pub(crate) use copy::{copies, is_open, take_in};
pub use move_staff::move_staff;
pub use names::{Colleague, colleagues, programs};
pub use own_account::{TotpSetUp, begin_totp, change_password, confirm_totp, remove_totp, set_language};
pub use remove_codes::remove_codes;
pub use reset_password::reset_password;
pub use sessions::{
    SESSION_HOURS, Session, choose_service_point, forget_old_sessions, seen, session, sign_out,
};
pub use set_role::set_role;
pub use sign_in::{SignedIn, enter_code, sign_in};
pub use stand_in::stand_in;
pub use tokens::{NewToken, TokenEntry, actor_of_token, issue_token, list_tokens, revoke_token};
