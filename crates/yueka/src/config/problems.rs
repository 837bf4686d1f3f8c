//! What is wrong with the settings: all of it at once, each with its name, where it came from, and what to do.

use std::path::Path;

use anyhow::{Result, anyhow, bail};
use figment::value::{Dict, Tag, Value};
use figment::{Figment, Metadata, Profile, Provider};

use super::PREFIX;

/// A list of tables by its name, and what one of its tables may hold.
pub type List = (&'static str, fn() -> Dict);

/// The problems so far.
pub struct Problems<'a> {
    given: &'a Figment,
    settings: Dict,
    told: Vec<String>,
}

impl<'a> Problems<'a> {
    /// Looks at what was given.
    pub fn new(given: &'a Figment, path: &Path) -> Result<Self> {
        let settings = given.data().map(of_default_profile).map_err(|fault| {
            let what = fault.kind.to_string();
            anyhow!("{} is no TOML, mend it there: {}", path.display(), what.trim_end())
        })?;
        Ok(Self { given, settings, told: Vec::new() })
    }

    /// Every setting must be one that has a default, and of its type. `lists` are the lists of tables.
    pub fn compare_with(&mut self, defaults: &Figment, lists: &[List]) -> Result<()> {
        let defaults = of_default_profile(defaults.data()?);
        let settings = std::mem::take(&mut self.settings);
        self.compare("", &settings, &defaults, lists);
        self.settings = settings;
        Ok(())
    }

    fn compare(&mut self, above: &str, given: &Dict, defaults: &Dict, lists: &[List]) {
        for (name, value) in given {
            let full = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
            match (defaults.get(name), value) {
                (None, _) => {
                    let known: Vec<&str> = defaults.keys().map(String::as_str).collect();
                    let place = if above.is_empty() { "sections" } else { "settings" };
                    self.tell(
                        &full,
                        tag(value),
                        &format!("is unknown: the {place} here are {}", known.join(", ")),
                    );
                }
                (Some(Value::Dict(_, defaults)), Value::Dict(_, given)) => {
                    self.compare(&full, given, defaults, lists);
                }
                (Some(Value::Array(..)), Value::Array(_, given)) => {
                    // A list of words is looked at by whom it is for.
                    let Some((_, table)) = lists.iter().find(|(name, _)| *name == full) else { continue };
                    let table = table();
                    for (place, given) in given.iter().enumerate() {
                        match given {
                            Value::Dict(_, given) => {
                                self.compare(&format!("{full}[{place}]"), given, &table, lists);
                            }
                            other => self.tell(&full, other.tag(), &wanted_table(&full)),
                        }
                    }
                }
                (Some(Value::Array(..)), value) if lists.iter().any(|(name, _)| *name == full) => {
                    self.tell(&full, value.tag(), &wanted_table(&full));
                }
                (Some(default), value) => {
                    if std::mem::discriminant(default) != std::mem::discriminant(value) {
                        self.tell(&full, value.tag(), &wanted(default, name));
                    } else if negative(value) {
                        self.tell(&full, value.tag(), "is out of range: write 1 to 500");
                    }
                }
            }
        }
    }

    /// `YUEKA_HTTP_LISTEN` would be left aside in silence.
    pub fn single_underscores(&mut self, names: impl Iterator<Item = String>) {
        for name in names {
            let Some(rest) = name.strip_prefix(PREFIX).filter(|rest| !rest.contains("__")) else { continue };
            for section in ["HTTP_", "DATABASE_", "KEYS_", "ID_READER_", "CIRCULATION_", "LOG_"] {
                if let Some(setting) = rest.strip_prefix(section) {
                    let section = section.trim_end_matches('_');
                    self.told.push(format!(
                        "{name} (from the environment) is no setting: two underscores follow the section, \
                         {PREFIX}{section}__{setting}"
                    ));
                }
            }
        }
    }

    /// Adds a problem of a setting.
    pub fn add(&mut self, setting: &str, what: &str) {
        let section = || self.settings.get(setting.split('.').next().unwrap_or_default());
        // What is missing came from where its section came from.
        let tag = find(&self.settings, setting).or_else(section).map(tag).unwrap_or_default();
        self.tell(setting, tag, what);
    }

    fn tell(&mut self, setting: &str, tag: Tag, what: &str) {
        let from = self.given.get_metadata(tag).map_or_else(String::new, |from| place(from, setting));
        self.told.push(format!("{setting} {from}{what}"));
    }

    /// Ok when there is none.
    pub fn end(&self) -> Result<()> {
        match self.told.as_slice() {
            [] => Ok(()),
            [one] => bail!("a setting can't be used: {one}"),
            many => bail!("settings can't be used:\n  {}", many.join("\n  ")),
        }
    }
}

fn of_default_profile(mut settings: figment::value::Map<Profile, Dict>) -> Dict {
    settings.remove(&Profile::Default).unwrap_or_default()
}

fn find<'a>(settings: &'a Dict, setting: &str) -> Option<&'a Value> {
    let (section, name) = setting.split_once('.')?;
    let section = settings.get(section)?.as_dict()?;
    // circulation.ils[0].address
    let Some((list, rest)) = name.split_once('[') else { return section.get(name) };
    let (place, name) = rest.split_once("].")?;
    let list = section.get(list)?;
    let table = list.as_array()?.get(place.parse::<usize>().ok()?)?;
    // What is missing in a table came from where the table came from.
    table.as_dict()?.get(name).or(Some(table))
}

/// The tag of a value; of a table, that of the first value in it.
fn tag(value: &Value) -> Tag {
    match value {
        Value::Dict(_, inner) => inner.values().next().map_or_else(|| value.tag(), tag),
        other => other.tag(),
    }
}

fn place(from: &Metadata, setting: &str) -> String {
    match from.source.as_ref().and_then(figment::Source::file_path) {
        Some(path) => format!("(in {}) ", path.display()),
        None => format!("(from the environment, {PREFIX}{}) ", setting.replace('.', "__").to_uppercase()),
    }
}

fn wanted_table(full: &str) -> String {
    format!("is of the wrong type: write a table [[{full}]] for each")
}

fn wanted(default: &Value, name: &str) -> String {
    match default {
        Value::Array(..) => "is of the wrong type: write a list, as in [\"FS\"]".to_owned(),
        Value::Dict(..) => format!("is a section: write [{name}] and its settings below"),
        Value::Bool(..) => "is of the wrong type: write true or false, without quotes".to_owned(),
        Value::Num(..) => "is of the wrong type: write a number, without quotes".to_owned(),
        _ => "is of the wrong type: write a text in quotes".to_owned(),
    }
}

fn negative(value: &Value) -> bool {
    value.to_i128().is_some_and(|number| number < 0)
        || (value.to_i128().is_none() && value.to_num().is_some())
}
