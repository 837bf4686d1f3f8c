//! One test binary for the product: what the standard asks, through the public surface, on both databases.

mod audit;
mod finding;
mod opening;
mod secrecy;
mod staff;
