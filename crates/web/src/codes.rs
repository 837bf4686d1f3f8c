//! Bars and squares as paths of an SVG; the stock of cards, which prints them, too, keeps how.

pub use service::stock::{Bars, Squares};
