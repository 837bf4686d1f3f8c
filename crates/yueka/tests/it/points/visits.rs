//! Visits to units (4.4.2).

use axum::http::StatusCode;
use service::Error;
use service::kernel::{Actor, Problem, Role};
use service::points::{
    AppointmentForm, AppointmentState, appoint, appointment, appointments, set_appointment_state,
};
use service::testing::{House, on_both_databases};

use crate::browser::Browser;

fn form() -> AppointmentForm {
    AppointmentForm {
        unit: "第一中学".to_owned(),
        day: "2026-12-01".to_owned(),
        begins: "9:30".to_owned(),
        place: "教学楼一楼大厅".to_owned(),
        contact: "梁老师".to_owned(),
        phone: "13800001234".to_owned(),
        expected: "240".to_owned(),
        staff: "陈敏、黄燕".to_owned(),
        note: "从东门进".to_owned(),
        ..AppointmentForm::default()
    }
}

async fn december(house: &House, actor: Actor) -> Vec<service::points::Appointment> {
    let day = |day: &str| day.parse().unwrap();
    let (from, to) = (day("2026-12-01"), day("2026-12-31"));
    house.service.read(actor, async move |op| appointments(op, from, to).await).await.unwrap()
}

#[tokio::test]
async fn c_4_4_2_a_visit_is_agreed_on_changed_and_called_off() {
    on_both_databases(async |house| {
        let first = form();
        let id =
            house.service.write(house.clerk(), async |op| appoint(op, None, &first).await).await.unwrap();
        let found = december(house, house.clerk()).await.remove(0);
        assert_eq!(
            (found.begins.as_str(), found.expected, found.state),
            ("09:30", 240, AppointmentState::Agreed)
        );
        assert_eq!((found.contact.as_str(), found.phone.as_str()), ("梁老师", "13800001234"));
        assert!(december(house, house.clerk_at_sd()).await.is_empty(), "another library's are its own");
        let later = AppointmentForm { begins: "14:00".to_owned(), asked_only: true, ..form() };
        let change = |version| {
            let (later, clerk) = (later.clone(), house.clerk());
            house.service.write(clerk, async move |op| appoint(op, Some((id, version)), &later).await)
        };
        change(1).await.unwrap();
        assert!(matches!(change(1).await, Err(Error::Stale)), "two at once: the second is told");
        assert_eq!(december(house, house.clerk()).await[0].state, AppointmentState::Asked);
        let off = AppointmentState::CalledOff;
        house
            .service
            .write(house.clerk(), async |op| set_appointment_state(op, id, 2, off).await)
            .await
            .unwrap();
        assert!(matches!(change(3).await, Err(Error::Stale)), "what is over stays as it was");
        let found = house.service.read(house.clerk(), async |op| appointment(op, id).await).await.unwrap();
        assert_eq!((found.begins.as_str(), found.state), ("14:00", off));
        let kept = house
            .tamper("UPDATE service_records SET detail = detail WHERE service = 'appoint'")
            .await
            .unwrap();
        assert_eq!(kept, 3);
    })
    .await;
}

#[tokio::test]
async fn c_4_4_2_a_visit_says_what_it_lacks() {
    on_both_databases(async |house| {
        let empty =
            AppointmentForm { day: "1.12.".to_owned(), expected: "many".to_owned(), ..Default::default() };
        let refused = house.service.write(house.clerk(), async |op| appoint(op, None, &empty).await).await;
        let Err(Error::Invalid(invalid)) = refused else { panic!("{refused:?}") };
        let fields: Vec<_> = invalid.0.into_iter().map(|error| (error.field, error.problem)).collect();
        let expected = [
            ("unit", Problem::Missing),
            ("place", Problem::Missing),
            ("contact", Problem::Missing),
            ("day", Problem::Date),
            ("begins", Problem::Missing),
            ("phone", Problem::Missing),
            ("expected", Problem::Count),
        ];
        assert_eq!(fields, expected);
        let kiosk = house.service.write(house.kiosk(), async |op| appoint(op, None, &form()).await).await;
        assert!(matches!(kiosk, Err(Error::Forbidden(_))));
    })
    .await;
}

#[tokio::test]
async fn c_4_4_2_the_calendar_and_the_sheet_of_a_day() {
    on_both_databases(async |house| {
        house.add_staff("chen", house.fs, Role::Clerk).await.unwrap();
        let mut office = Browser::new(&house.service);
        office.get("/sign-in").await;
        office.post("/sign-in", &[("username", "chen"), ("password", "yueka2026")]).await;
        office.follow().await;
        let desk = house.fs_desk.to_string();
        office.post("/service-point", &[("service_point", &desk)]).await;
        assert!(office.get("/office/appointments").await.contains("没有预约"));
        office.get("/office/appointments/new").await;
        office.post("/office/appointments/new", &[("appointment.unit", "第一中学")]).await;
        assert_eq!(office.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", office.page);
        let fields = [
            ("appointment.unit", "第一中学"),
            ("appointment.day", "2026-12-01"),
            ("appointment.begins", "09:30"),
            ("appointment.place", "一楼大厅"),
            ("appointment.contact", "梁老师"),
            ("appointment.phone", "13800001234"),
            ("appointment.expected", "240"),
        ];
        office.post("/office/appointments/new", &fields).await;
        let page = office.follow().await;
        assert!(page.contains("第一中学") && !page.contains("13800001234"), "{page}");
        let sheet = office.get("/office/appointments/sheets/2026-12-01").await;
        assert!(sheet.contains("梁老师") && sheet.contains("13800001234"), "{sheet}");
        let found = december(house, house.clerk()).await.remove(0);
        let place = format!("/office/appointments/{}", found.id);
        assert!(office.get(&place).await.contains("一楼大厅"));
        office.post(&place, &[("version", "1"), ("do", "call-off")]).await;
        assert!(office.follow().await.contains("已取消"));
    })
    .await;
}
