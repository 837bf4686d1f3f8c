#![doc = include_str!("../README.md")]

mod charset;
mod code;
mod date;
mod dialect;
mod frame;
mod read;
mod shape;
pub mod spec;
mod sum;
mod wire;
mod write;

pub use charset::Charset;
pub use code::Code;
pub use date::Moment;
pub use dialect::{Checks, Dialect, Due, Shape};
pub use frame::{Framer, TooLong};
pub use read::{Fault, Field, Message, Rules};
pub use spec::{Part, field, message};
pub use sum::{Sum, Verdict, check_sum, sum_of_bytes, sum_of_units};
pub use wire::{Terminator, Wire};
