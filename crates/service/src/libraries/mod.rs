//! The federation: a root, member libraries under it, branches under them; their service points; and what each library
//! has set for itself. A right or a policy of a library holds for everything under it.

mod copy;
mod load;
mod manage;
mod policies;
pub(crate) mod tables;
mod tree;

pub use copy::Outline;
pub(crate) use copy::{outline, set_up};
pub use load::{LibraryEntry, LoadProblem, Loaded, PointEntry, load};
pub use manage::{NewLibrary, NewServicePoint, add_library, add_service_point};
pub use policies::{
    LARGEST_ATTACHMENT_KIB, PHONE_QUESTIONS, Policy, PolicySetting, PolicyValue, policies, policies_to_set,
    policy, set_policy,
};
pub(crate) use policies::{is_set_anywhere, set_themselves};
pub use tree::{Library, LibraryKind, ServicePoint, ServicePointKind, Tree, service_point, tree};
