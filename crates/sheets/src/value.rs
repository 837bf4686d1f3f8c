//! A cell as a file has it, and a line of them.

use chrono::NaiveDate;

/// What a cell holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Value {
    #[default]
    Empty,
    Text(String),
    Number(f64),
    /// A day; none where the number is formatted as a date that no calendar has.
    Date(Option<NaiveDate>),
    Bool(bool),
    Error(&'static str),
}

/// A line of a sheet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    /// As Excel counts.
    pub(crate) number: u32,
    pub(crate) hidden: bool,
    pub(crate) values: Vec<Value>,
}

/// From here on Excel keeps no number exactly: it has 15 digits.
pub(crate) const ROUNDED: f64 = 1e15;

impl Value {
    /// As somebody would type it: numbers without a point they don't need, days as days.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Empty | Self::Error(_) | Self::Date(None) => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number(number) if number.fract() == 0.0 => format!("{number:.0}"),
            Self::Number(number) => number.to_string(),
            Self::Date(Some(date)) => date.format("%Y-%m-%d").to_string(),
            Self::Bool(true) => "TRUE".to_owned(),
            Self::Bool(false) => "FALSE".to_owned(),
        }
    }

    /// Whether nothing stands there. Blanks are nothing.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.chars().all(|c| c.is_whitespace() || crate::text::invisible(c)),
            _ => false,
        }
    }
}

impl Line {
    pub(crate) fn value(&self, column: usize) -> &Value {
        self.values.get(column).unwrap_or(&Value::Empty)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.iter().all(Value::is_empty)
    }

    /// The cells with something in them.
    pub(crate) fn filled(&self) -> impl Iterator<Item = (usize, &Value)> {
        self.values.iter().enumerate().filter(|(_, value)| !value.is_empty())
    }
}
