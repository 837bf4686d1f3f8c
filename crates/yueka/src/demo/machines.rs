//! Accounts of self-service machines in the demo.

use service::kernel::hash_password;
use service::machines::{MachineSettings, NewMachine, add_machine};
use service::{Error, Result, Service};

use super::accounts::PASSWORD;
use super::libraries::Federation;
use super::manifest::Machine;

/// Login, library and service point, dialect, whether cards are opened there.
const MACHINES: [(&str, &str, &str, &str, bool); 3] = [
    ("fs-m1", "FS", "M1", "strict", false),
    ("fs-open", "FS", "M1", "interlib", true),
    ("sd-m1", "SD", "M1", "wenhua", true),
];

/// Adds the accounts.
pub async fn add(service: &Service, federation: &Federation) -> Result<Vec<Machine>> {
    let hash = hash_password(PASSWORD).await?;
    service
        .write(federation.actor(), async |op| {
            let mut machines = Vec::new();
            for (login, library, point, dialect, opens_cards) in MACHINES {
                let point = federation.place(library).and_then(|place| place.point(point));
                let point = point.ok_or(Error::NotFound("service point"))?;
                let settings = MachineSettings {
                    opens_cards,
                    ..MachineSettings::new("演示：自助借还机", point, dialect)
                };
                let new = NewMachine { login: login.to_owned(), password: PASSWORD.to_owned(), settings };
                add_machine(op, &new, &hash).await?;
                machines.push(Machine {
                    login: login.to_owned(),
                    password: PASSWORD.to_owned(),
                    institution: library.to_owned(),
                    dialect: dialect.to_owned(),
                });
            }
            Ok(machines)
        })
        .await
}
