//! When libraries and their service points are open: weekly hours, days on which it is otherwise, and the closed days that lending knows.

mod load;
mod set;
mod week;

pub use load::{Place, PlaceHours, SpecialDay, hours_of, hours_to_set, open_now};
pub use set::{SetHours, remove_special_day, set_hours, set_special_day};
pub use week::{DayHours, Hours, Now, Span, Weekly, Why, spans_in_words};
