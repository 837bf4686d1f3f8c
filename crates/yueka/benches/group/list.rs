//! A list of people who cannot exist: most grown up with an ID card, some children with their guardians, a few from Hong Kong.

use std::fmt::Write;

use chrono::{Days, NaiveDate};
use documents::Sex;
use documents::synthetic::{self, HmtRegion};

/// How many of a hundred are children, and how many of a hundred get a One-Card.
const CHILDREN: u32 = 8;
const FROM_HONG_KONG: u32 = 2;

/// The text of a list as a school's office writes it.
pub fn text(people: u32) -> String {
    let mut list = String::from(
        "序号,姓名,证件类型,证件号码,出生日期,性别,联系电话,部门,监护人姓名,监护人证件号码,监护人电话\n",
    );
    for serial in 1..=people {
        row(&mut list, serial);
    }
    list
}

/// How many One-Cards a list needs.
pub fn one_cards(people: u32) -> u32 {
    (1..=people).filter(|serial| serial % 100 < FROM_HONG_KONG).count().try_into().unwrap_or(u32::MAX)
}

fn row(list: &mut String, serial: u32) {
    let name = name(serial);
    let phone = format!("139{serial:08}");
    let class = format!("第{}部", serial / 500 + 1);
    let born = born(1960, serial);
    let line = match serial % 100 {
        of if of < FROM_HONG_KONG => {
            let number = synthetic::hk_macao_permit(HmtRegion::HongKong, serial, None);
            format!("{serial},{name},港澳居民来往内地通行证,{number},{born},女,{phone},{class},,,")
        }
        of if of < FROM_HONG_KONG + CHILDREN => {
            let child = NaiveDate::from_ymd_opt(2013, 1, 1)
                .and_then(|day| day.checked_add_days(Days::new((serial % 2000).into())));
            let number =
                synthetic::resident_number(serial, child.unwrap_or(born), Sex::Female, sequence(serial));
            let guardian = synthetic::resident_number(serial + 7_000_000, born, Sex::Male, sequence(serial));
            format!("{serial},{name},身份证,{number},,,,{class},陈{name},{guardian},{phone}")
        }
        _ => {
            let number = synthetic::resident_number(serial, born, Sex::Female, sequence(serial));
            format!("{serial},{name},居民身份证,{number},,,{phone},{class},,,")
        }
    };
    let _ = writeln!(list, "{line}");
}

fn sequence(serial: u32) -> u16 {
    u16::try_from(serial / 70_000 % 490).unwrap_or_default()
}

fn born(first_year: i32, serial: u32) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(first_year, 1, 1).unwrap_or_default();
    first.checked_add_days(Days::new((serial % 15_000).into())).unwrap_or(first)
}

/// Three characters that no two people of one birth date share.
fn name(serial: u32) -> String {
    const GIVEN: [char; 40] = [
        '安', '博', '晨', '达', '恩', '芳', '刚', '海', '佳', '凯', '兰', '敏', '宁', '鹏', '琪', '荣', '思',
        '涛', '伟', '欣', '阳', '泽', '慧', '洁', '莉', '梅', '楠', '平', '倩', '睿', '珊', '婷', '文', '霞',
        '燕', '颖', '志', '仲', '卓', '宗',
    ];
    const FAMILY: [char; 10] = ['陈', '李', '黄', '梁', '何', '林', '吴', '罗', '周', '冯'];
    let at = |list: &[char], place: u32| list.get(place as usize % list.len()).copied().unwrap_or('陈');
    let serial = serial / 15_000 + serial * 7;
    [at(&FAMILY, serial), at(&GIVEN, serial / 10), at(&GIVEN, serial / 400)].into_iter().collect()
}
