//! Loading a federation's libraries and service points as a whole: at set-up, and whenever something about them changes.
//! What is there is known by its code; what the list does not name is left as it is.

use std::collections::HashMap;

use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::manage::{NewLibrary, NewServicePoint, add_library, add_service_point};
use super::policies::{Policy, policies, write_policy};
use super::tables::{library, service_point};
use super::tree::tree;
use super::{LibraryKind, ServicePointKind};
use crate::kernel::{Error, LibraryId, Op, Result, Right, clean};

/// A library as a list names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryEntry {
    /// Its code.
    pub code: String,
    /// The code of what it stands under; none for the federation.
    pub under: Option<String>,
    /// What it is.
    pub kind: LibraryKind,
    /// Names in simplified and traditional Chinese and in English.
    pub names: [String; 3],
    /// Where it is.
    pub address: String,
    /// Its public phone.
    pub phone: String,
    /// When it is open.
    pub hours: String,
    /// Its service points.
    pub points: Vec<PointEntry>,
    /// What it sets for itself.
    pub policies: Vec<(Policy, String)>,
}

/// A service point as a list names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PointEntry {
    /// Its code.
    pub code: String,
    /// What it is.
    pub kind: ServicePointKind,
    /// Its name.
    pub name: String,
}

/// Why a list can't be loaded. Each names the library by its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadProblem {
    /// A code of other than 1 to 20 letters, digits and hyphens: of the library, and of its point where it is the point's.
    Code(String, Option<String>),
    /// The same code twice.
    Twice(String, Option<String>),
    /// A name is missing or longer than 60 characters.
    Name(String, Option<String>),
    /// A policy can't have the value that the library gives it.
    Policy(String, Policy),
    /// It stands under a library that nobody knows, or that comes after it.
    Under(String, String),
    /// Only the federation stands under nothing, members stand under it, and branches under members or branches.
    Place(String),
    /// There is a federation, and this would be a second one.
    SecondFederation(String),
    /// It is there, but as something else, or under another library; that can't be changed.
    Differs(String, Option<String>),
}

/// What came of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loaded {
    /// All of it is there now.
    Done {
        /// What is new.
        added: usize,
        /// What was changed.
        changed: usize,
        /// What was so before.
        unchanged: usize,
    },
    /// Nothing was done.
    Refused(Vec<LoadProblem>),
}

/// Loads a list.
///
/// # Errors
/// [`Right::SetPolicies`] is needed for the whole federation.
pub async fn load(op: &Op, entries: &[LibraryEntry]) -> Result<Loaded> {
    op.require(Right::SetPolicies)?;
    let known = tree(op).await?;
    if known.root().is_some_and(|root| root.id != op.actor().scope) {
        return Err(Error::Forbidden(Right::SetPolicies));
    }
    let entries: Vec<LibraryEntry> = entries.iter().map(cleaned).collect();
    let mut problems = among_themselves(&entries);
    let mut ids: HashMap<String, (LibraryId, LibraryKind)> =
        known.libraries().map(|library| (library.code.clone(), (library.id, library.kind))).collect();
    let kinds = ids.iter().map(|(code, (_, kind))| (code.clone(), *kind)).collect();
    problems.extend(of_places(&entries, kinds));
    for entry in &entries {
        let Some((id, kind)) = ids.get(&entry.code) else { continue };
        let above = known.library(*id).and_then(|library| library.parent).and_then(|id| known.library(id));
        let under = above.map(|above| above.code.as_str());
        if *kind != entry.kind || under != entry.under.as_deref() {
            problems.push(LoadProblem::Differs(entry.code.clone(), None));
        }
        for point in &entry.points {
            let own = known.points_under(*id).find(|own| own.library == *id && own.code == point.code);
            if own.is_some_and(|own| own.kind != point.kind) {
                problems.push(LoadProblem::Differs(entry.code.clone(), Some(point.code.clone())));
            }
        }
    }
    if !problems.is_empty() {
        return Ok(Loaded::Refused(problems));
    }
    let mut count = [0, 0, 0];
    let [added, changed, unchanged] = &mut count;
    for entry in entries {
        let id = match ids.get(&entry.code) {
            None => {
                *added += 1;
                add_library(op, new_library(&entry, entry.under.as_ref().and_then(|code| ids.get(code))))
                    .await?
            }
            Some((id, _)) => {
                *if change_library(op, *id, &entry).await? { &mut *changed } else { &mut *unchanged } += 1;
                *id
            }
        };
        for point in entry.points {
            match change_point(op, id, &point).await? {
                None => {
                    *added += 1;
                    let PointEntry { code, kind, name } = point;
                    add_service_point(op, NewServicePoint { library: id, code, kind, name }).await?;
                }
                Some(true) => *changed += 1,
                Some(false) => *unchanged += 1,
            }
        }
        for (policy, value) in &entry.policies {
            match set_where_it_differs(op, id, *policy, value).await? {
                None => *added += 1,
                Some(true) => *changed += 1,
                Some(false) => *unchanged += 1,
            }
        }
        ids.insert(entry.code, (id, entry.kind));
    }
    let [added, changed, unchanged] = count;
    Ok(Loaded::Done { added, changed, unchanged })
}

/// Sets a policy of a library: true when it was set to something else, none when it was not set there.
async fn set_where_it_differs(
    op: &Op,
    library: LibraryId,
    policy: Policy,
    value: &str,
) -> Result<Option<bool>> {
    let wanted = policy.parse(value).map_err(|problem| Error::field("value", problem))?;
    let known = policies(op, library).await?.into_iter().find(|setting| setting.policy == policy);
    let own = known.filter(|setting| setting.set_by == Some(library));
    if own.as_ref().is_some_and(|setting| setting.value == wanted) {
        return Ok(Some(false));
    }
    write_policy(op, library, policy, Some(value)).await?;
    Ok(own.map(|_| true))
}

fn cleaned(entry: &LibraryEntry) -> LibraryEntry {
    LibraryEntry {
        code: entry.code.trim().to_owned(),
        under: entry.under.as_deref().map(|under| under.trim().to_owned()),
        kind: entry.kind,
        names: entry.names.each_ref().map(|name| clean(name)),
        address: clean(&entry.address),
        phone: clean(&entry.phone),
        hours: clean(&entry.hours),
        points: entry
            .points
            .iter()
            .map(|point| PointEntry {
                code: point.code.trim().to_owned(),
                kind: point.kind,
                name: clean(&point.name),
            })
            .collect(),
        policies: entry.policies.clone(),
    }
}

fn new_library(entry: &LibraryEntry, above: Option<&(LibraryId, LibraryKind)>) -> NewLibrary {
    NewLibrary {
        parent: above.map(|(id, _)| *id),
        code: entry.code.clone(),
        kind: entry.kind,
        names: entry.names.clone(),
        address: entry.address.clone(),
        phone: entry.phone.clone(),
        hours: entry.hours.clone(),
    }
}

/// Changes what is said of a library; true when something was.
async fn change_library(op: &Op, id: LibraryId, entry: &LibraryEntry) -> Result<bool> {
    let row = library::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("library"))?;
    let [name, name_hant, name_en] = entry.names.clone();
    let wanted = library::Model {
        name,
        name_hant,
        name_en,
        address: entry.address.clone(),
        phone: entry.phone.clone(),
        hours: entry.hours.clone(),
        ..row.clone()
    };
    if wanted == row {
        return Ok(false);
    }
    wanted.into_active_model().reset_all().update(op.db()).await?;
    Ok(true)
}

/// Changes a point's name: true when it was another, none when there is no such point.
async fn change_point(op: &Op, library: LibraryId, point: &PointEntry) -> Result<Option<bool>> {
    let row = service_point::Entity::find()
        .filter(service_point::Column::LibraryId.eq(library))
        .filter(service_point::Column::Code.eq(point.code.clone()))
        .one(op.db())
        .await?;
    let Some(row) = row else { return Ok(None) };
    if row.name == point.name {
        return Ok(Some(false));
    }
    let mut row = row.into_active_model();
    row.name = Set(point.name.clone());
    row.update(op.db()).await?;
    Ok(Some(true))
}

/// What is wrong with the list by itself.
fn among_themselves(entries: &[LibraryEntry]) -> Vec<LoadProblem> {
    let is_code = |code: &str| {
        (1..=20).contains(&code.len())
            && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let is_name = |name: &String| (1..=60).contains(&name.chars().count());
    let mut problems = Vec::new();
    for (place, entry) in entries.iter().enumerate() {
        let code = || entry.code.clone();
        if !is_code(&entry.code) {
            problems.push(LoadProblem::Code(code(), None));
        }
        if entries.iter().take(place).any(|before| before.code == entry.code) {
            problems.push(LoadProblem::Twice(code(), None));
        }
        if !entry.names.iter().all(is_name) {
            problems.push(LoadProblem::Name(code(), None));
        }
        let unfit = entry.policies.iter().filter(|(policy, value)| policy.parse(value).is_err());
        problems.extend(unfit.map(|(policy, _)| LoadProblem::Policy(code(), *policy)));
        for (place, point) in entry.points.iter().enumerate() {
            if !is_code(&point.code) {
                problems.push(LoadProblem::Code(code(), Some(point.code.clone())));
            }
            if entry.points.iter().take(place).any(|before| before.code == point.code) {
                problems.push(LoadProblem::Twice(code(), Some(point.code.clone())));
            }
            if !is_name(&point.name) {
                problems.push(LoadProblem::Name(code(), Some(point.code.clone())));
            }
        }
    }
    problems
}

/// What is wrong with where they stand; `kinds` are the libraries there are.
fn of_places(entries: &[LibraryEntry], mut kinds: HashMap<String, LibraryKind>) -> Vec<LoadProblem> {
    use LibraryKind::{Branch, Federation, Member};
    let mut problems = Vec::new();
    for entry in entries {
        let code = entry.code.clone();
        let above = entry.under.as_ref().map(|under| (under, kinds.get(under)));
        match (entry.kind, above) {
            (Federation, None) => {
                if kinds.iter().any(|(other, kind)| *kind == Federation && *other != code) {
                    problems.push(LoadProblem::SecondFederation(code.clone()));
                }
            }
            (_, Some((under, None))) => problems.push(LoadProblem::Under(code.clone(), under.clone())),
            (Member, Some((_, Some(Federation)))) | (Branch, Some((_, Some(Member | Branch)))) => {}
            _ => problems.push(LoadProblem::Place(code.clone())),
        }
        kinds.entry(code).or_insert(entry.kind);
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(code: &str, under: Option<&str>, kind: LibraryKind) -> LibraryEntry {
        LibraryEntry {
            code: code.to_owned(),
            under: under.map(str::to_owned),
            kind,
            names: ["馆", "館", "Library"].map(str::to_owned),
            address: String::new(),
            phone: String::new(),
            hours: String::new(),
            points: vec![PointEntry {
                code: "D1".to_owned(),
                kind: ServicePointKind::Desk,
                name: "服务台".to_owned(),
            }],
            policies: Vec::new(),
        }
    }

    #[test]
    fn libraries_stand_where_their_kind_stands() {
        use LibraryKind::{Branch, Federation, Member};
        let good = [
            entry("U", None, Federation),
            entry("A", Some("U"), Member),
            entry("A-1", Some("A"), Branch),
            entry("A-1-1", Some("A-1"), Branch),
        ];
        assert_eq!(of_places(&good, HashMap::new()), []);
        assert_eq!(among_themselves(&good), []);
        let place = |code: &str| LoadProblem::Place(code.to_owned());
        for (bad, problem) in [
            (entry("B", None, Member), place("B")),
            (entry("B", Some("A"), Member), place("B")),
            (entry("B", Some("U"), Branch), place("B")),
            (entry("B", Some("U"), Federation), place("B")),
            (entry("B", None, Federation), LoadProblem::SecondFederation("B".to_owned())),
            (entry("B", Some("C"), Branch), LoadProblem::Under("B".to_owned(), "C".to_owned())),
        ] {
            let mut list = good.to_vec();
            list.push(bad);
            assert_eq!(of_places(&list, HashMap::new()), [problem]);
        }
    }

    #[test]
    fn codes_and_names_are_looked_at() {
        let mut bad = entry("A B", None, LibraryKind::Federation);
        bad.points.extend(bad.points.clone());
        let [_, _, english] = &mut bad.names;
        english.clear();
        let found = among_themselves(&[bad.clone(), bad]);
        assert!(found.contains(&LoadProblem::Code("A B".to_owned(), None)));
        assert!(found.contains(&LoadProblem::Name("A B".to_owned(), None)));
        assert!(found.contains(&LoadProblem::Twice("A B".to_owned(), None)));
        assert!(found.contains(&LoadProblem::Twice("A B".to_owned(), Some("D1".to_owned()))));
    }
}
