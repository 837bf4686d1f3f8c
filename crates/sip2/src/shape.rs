//! An answer takes the shape that a dialect has for it.

use std::borrow::Cow;

use crate::dialect::{Dialect, Shape};
use crate::read::Field;
use crate::spec::field;
use crate::{Code, Message};

impl Dialect {
    /// Gives an answer the shape that this dialect has for it.
    #[must_use]
    pub fn shape<'a>(&'a self, mut answer: Message<'a>) -> Message<'a> {
        let code = answer.code;
        for shape in self.shapes.iter().filter(|shape| shape.messages.contains(&code)) {
            shape.apply(&mut answer);
        }
        answer
    }
}

impl Shape {
    fn apply<'a>(&'a self, answer: &mut Message<'a>) {
        for (from, to) in &self.rename {
            answer.fields.retain(|field| field.code != *to);
            for field in answer.fields.iter_mut().filter(|field| field.code == *from) {
                field.code = *to;
            }
        }
        for (from, to) in &self.copy {
            let copies: Vec<Cow<'a, str>> = answer
                .fields
                .iter()
                .filter(|field| field.code == *from)
                .map(|field| field.value.clone())
                .collect();
            if !copies.is_empty() {
                answer.fields.retain(|field| field.code != *to);
                answer.fields.extend(copies.into_iter().map(|value| Field { code: *to, value }));
            }
        }
        for (code, value) in &self.add {
            if answer.get(*code).is_none() {
                answer.push(*code, value.as_str());
            }
        }
        answer.fields.retain(|field| !self.leave_out.contains(&field.code));
        if !self.first.is_empty() {
            let place = |code: Code| self.first.iter().position(|first| *first == code).unwrap_or(usize::MAX);
            answer.fields.sort_by_key(|field| place(field.code));
        }
        answer.bar_first |= self.bar_first;
        for (part, from, to) in &self.values {
            if answer.fixed(*part) == Some(from.as_str()) {
                answer.set_part(*part, to.as_str());
                break;
            }
        }
        let says_yes = answer.succeeded();
        if says_yes != Some(false) {
            for (part, value) in &self.parts {
                answer.set_part(*part, value.as_str());
            }
        }
        if let (Some(word), Some(true)) = (&self.said, says_yes) {
            let told = answer.all(field::SCREEN_MESSAGE).any(|text| text.contains(word.as_str()));
            match answer.fields.iter_mut().find(|field| field.code == field::SCREEN_MESSAGE) {
                _ if told => {}
                Some(field) if field.value.is_empty() => field.value = Cow::Borrowed(word),
                Some(field) => field.value = Cow::Owned(format!("{word} {}", field.value)),
                None => answer.push(field::SCREEN_MESSAGE, word.as_str()),
            }
        }
    }
}
