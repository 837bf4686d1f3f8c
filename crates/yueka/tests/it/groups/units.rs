//! Units: contacts and agreement, and what is remembered of their lists.

use service::groups::{self, Agreement, Contact};
use service::kernel::Error;
use service::testing::on_both_databases;
use sheets::{Field, Mapping, Options};

use super::{add_school, begin, group_clerk, group_clerk_at_sd, scan, school};

#[tokio::test(flavor = "multi_thread")]
async fn c_6_1_3_1_a_unit_has_contacts_and_an_agreement() {
    on_both_databases(async |house| {
        let clerk = group_clerk(house);
        let add = async |form: groups::UnitForm| {
            house.service.write(clerk.clone(), async |op| groups::add_unit(op, form.clone()).await).await
        };
        let mut form = school("第一小学");
        form.contacts = vec![Contact::default()];
        form.kind = "club".to_owned();
        form.agreement.until = "2026-13-01".to_owned();
        let Err(Error::Invalid(invalid)) = add(form).await else { panic!("taken") };
        let fields: Vec<&str> = invalid.0.iter().map(|error| error.field).collect();
        assert_eq!(fields, ["kind", "contacts.name", "agreement.until"]);
        let mut form = school("第一小学");
        form.agreement = Agreement {
            number: "佛图协〔2026〕1号".to_owned(),
            from: "2026-09-01".to_owned(),
            until: "2027-08-31".to_owned(),
            file: Some(scan()),
        };
        let id = add(form).await.unwrap();
        let Err(Error::Invalid(again)) = add(school("第一 小学")).await else { panic!("taken twice") };
        assert_eq!(again.0[0].field, "name");
        let unit = house.service.read(clerk.clone(), async |op| groups::unit(op, id).await).await.unwrap();
        assert_eq!(
            (unit.contacts[0].name.as_str(), unit.agreement_number.as_str()),
            ("陈老师", "佛图协〔2026〕1号")
        );
        let paper = house.service.write(clerk.clone(), async |op| groups::agreement_file(op, id).await).await;
        assert_eq!(paper.unwrap().0, "application/pdf");
        // Changed by who saw it last, and by its library only.
        let mut form = school("第一小学");
        form.contacts[0].name = "李老师".to_owned();
        let change = async |actor: service::kernel::Actor, version| {
            let form = form.clone();
            house
                .service
                .write(actor, async |op| groups::change_unit(op, id, version, form.clone()).await)
                .await
        };
        assert!(matches!(change(group_clerk_at_sd(house), unit.version).await, Err(Error::NotFound(_))));
        change(clerk.clone(), unit.version).await.unwrap();
        assert!(matches!(change(clerk.clone(), unit.version).await, Err(Error::Stale)));
        let unit = house.service.read(clerk.clone(), async |op| groups::unit(op, id).await).await.unwrap();
        assert_eq!(unit.contacts[0].name, "李老师");
        assert!(unit.agreement_file.is_some(), "the paper stays");
        house
            .service
            .write(clerk.clone(), async |op| groups::close_unit(op, id, unit.version, true).await)
            .await
            .unwrap();
        let new = groups::NewBatch {
            unit: id,
            name: String::new(),
            minors_kind: service::cards::CardKind::Document,
            tells_readers: true,
            service_point: None,
        };
        let refused = house.service.write(clerk.clone(), async |op| groups::new_batch(op, &new).await).await;
        assert!(matches!(refused, Err(Error::Invalid(_))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c_6_1_3_1_what_columns_hold_is_remembered_for_the_units_next_list() {
    on_both_databases(async |house| {
        let clerk = group_clerk(house);
        let unit = add_school(house, &clerk, "第一小学").await;
        let id = begin(house, &clerk, unit).await;
        let text = "甲,乙,丙\n测安,13900000001,440000199001010000\n";
        let mut mapping = Mapping::default();
        for (heading, field) in [("甲", Field::Name), ("乙", Field::Phone), ("丙", Field::DocumentNumber)]
        {
            mapping.set(heading, Some(field));
        }
        let list =
            sheets::read(text.as_bytes(), "list.csv", &Options { mapping, ..Options::default() }).unwrap();
        groups::check_list(&house.service, &clerk, id, &list).await.unwrap();
        let unit = house.service.read(clerk.clone(), async |op| groups::unit(op, unit).await).await.unwrap();
        assert_eq!(unit.mapping.get("丙"), Some(Some(Field::DocumentNumber)));
        let next = sheets::read(
            text.as_bytes(),
            "next.csv",
            &Options { mapping: unit.mapping, ..Options::default() },
        )
        .unwrap();
        assert!(!next.needs_mapping());
    })
    .await;
}
