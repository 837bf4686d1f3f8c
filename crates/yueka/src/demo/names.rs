//! Names as one meets them at a desk in Foshan: Chinese ones by frequency and generation, Cantonese spellings of Hong Kong
//! and Macao, foreign ones by country, names of the Uyghurs with their dot, and characters that fonts lack.

use documents::Sex;

use super::chance::Chance;

/// Surnames by frequency in the Pearl River Delta (weights as read off public rankings, roughly).
const SURNAMES: &[(&str, u32)] = &[
    ("陈", 100),
    ("黄", 78),
    ("李", 76),
    ("梁", 70),
    ("林", 48),
    ("张", 46),
    ("吴", 36),
    ("刘", 36),
    ("何", 34),
    ("罗", 28),
    ("王", 28),
    ("周", 24),
    ("谭", 22),
    ("冯", 20),
    ("邓", 20),
    ("杨", 19),
    ("郭", 18),
    ("卢", 16),
    ("潘", 15),
    ("黎", 15),
    ("麦", 14),
    ("关", 13),
    ("区", 12),
    ("霍", 12),
    ("叶", 12),
    ("曾", 12),
    ("朱", 11),
    ("蔡", 11),
    ("徐", 10),
    ("钟", 10),
    ("苏", 10),
    ("莫", 9),
    ("孔", 9),
    ("招", 7),
    ("冼", 7),
    ("邝", 7),
    ("陆", 7),
    ("孙", 7),
    ("胡", 7),
    ("马", 6),
    ("高", 6),
    ("余", 6),
    ("赵", 6),
    ("欧阳", 5),
    ("覃", 5),
    ("韦", 5),
    ("彭", 5),
    ("康", 4),
    ("严", 4),
    ("劳", 3),
    ("简", 3),
    ("司徒", 3),
    ("仇", 1),
    ("单", 1),
    ("解", 1),
    ("尉迟", 1),
];

/// Given names by generation: until 1969, until 1994, later.
const WOMEN: [&[&str]; 3] = [
    &[
        "秀英", "桂芳", "玉兰", "丽珍", "惠芬", "月娥", "美玲", "凤仪", "淑贞", "润好", "带娣", "少琼",
        "洁贞", "爱群",
    ],
    &[
        "丽", "敏", "静", "婷", "燕", "晓玲", "海燕", "嘉欣", "佩珊", "慧敏", "志玲", "雪梅", "小红", "绮雯",
        "颖诗", "婉仪",
    ],
    &[
        "欣怡", "梓涵", "诗琪", "可欣", "雨桐", "思琪", "芷晴", "若曦", "语彤", "梓晴", "乐瑶", "晞玥",
        "子晴", "悦",
    ],
];
const MEN: [&[&str]; 3] = [
    &[
        "国强", "建华", "志明", "炳坤", "伟业", "锦荣", "耀祥", "德胜", "树根", "润", "国栋", "永康", "满堂",
        "卫东",
    ],
    &[
        "伟", "强", "俊杰", "志强", "海涛", "文辉", "家豪", "伟杰", "锐", "剑锋", "永健", "国豪", "浩贤",
        "嘉俊", "晓东", "斌",
    ],
    &[
        "浩然", "子轩", "宇航", "梓轩", "俊熙", "梓睿", "柏霖", "奕辰", "嘉懿", "泽楷", "博文", "天佑",
        "铭泽", "朗",
    ],
];

/// Characters beyond the basic plane, in extensions, or simply seldom.
const RARE: &[&str] = &["𠮷", "㙍", "喆", "堃", "䶮", "玥𬀩", "𬭎", "燚", "彧𫖯"];

const CANTONESE_SURNAMES: &[(&str, &str)] = &[
    ("CHAN", "陳"),
    ("WONG", "黃"),
    ("LEE", "李"),
    ("LEUNG", "梁"),
    ("LAM", "林"),
    ("CHEUNG", "張"),
    ("NG", "吳"),
    ("LAU", "劉"),
    ("HO", "何"),
    ("TAM", "譚"),
    ("KWOK", "郭"),
    ("FUNG", "馮"),
    ("KWAN", "關"),
    ("MAK", "麥"),
];
const CANTONESE_GIVEN: [&[(&str, &str)]; 2] = [
    &[
        ("Mei Ling", "美玲"),
        ("Wing Yan", "詠欣"),
        ("Hoi Ching", "凱晴"),
        ("Lai Wah", "麗華"),
        ("Suk Fan", "淑芬"),
        ("Ka Yan", "嘉欣"),
    ],
    &[
        ("Tai Man", "大文"),
        ("Ka Ho", "家豪"),
        ("Chi Keung", "志強"),
        ("Wai Kit", "偉傑"),
        ("Kwok Wing", "國榮"),
        ("Siu Ming", "小明"),
    ],
];
const MACANESE: [&[&str]; 2] = [
    &["Ana Lúcia da Rosa", "Maria de Fátima Xavier", "Rita Senna Fernandes"],
    &["João Manuel Nolasco", "António do Rosário", "Luís Gomes da Silva"],
];

/// Countries of foreign readers by how often they come: alpha-3, ISO numeric, women, men.
type Nation = (&'static str, u16, u32, &'static [&'static str], &'static [&'static str]);
const FOREIGNERS: &[Nation] = &[
    ("IND", 356, 12, &["Priya Sharma", "Ananya Reddy"], &["Rahul Verma", "Arjun Nair"]),
    ("KOR", 410, 11, &["Kim Minji", "Park Seoyeon"], &["Lee Junho", "Choi Woojin"]),
    ("JPN", 392, 11, &["Sato Yuki", "Tanaka Haruka"], &["Suzuki Kenta", "Ito Daisuke"]),
    ("USA", 840, 10, &["Emily Carter", "Mary-Jane O'Brien"], &["James Walker", "Michael Brown"]),
    ("VNM", 704, 9, &["Nguyễn Thị Hoa", "Trần Mai Anh"], &["Lê Văn Minh", "Phạm Quốc Bảo"]),
    ("MYS", 458, 8, &["Nurul Aisyah", "Tan Siew Ling"], &["Ahmad Faizal", "Lim Wei Jie"]),
    ("THA", 764, 7, &["Somying Chaiyasit"], &["Anan Srisai"]),
    ("FRA", 250, 6, &["Élodie Lefèvre"], &["François Moreau"]),
    ("DEU", 276, 6, &["Katharina Müller"], &["Jürgen Groß"]),
    ("GBR", 826, 6, &["Charlotte Hughes"], &["Oliver Bennett"]),
    ("PRT", 620, 5, &["Inês Carvalho"], &["Tiago de Almeida"]),
    ("NGA", 566, 5, &["Ngozi Okafor"], &["Chinedu Eze"]),
    ("EGY", 818, 5, &["Fatma El-Sayed"], &["Mohamed Abdel Rahman"]),
    ("RUS", 643, 4, &["Анна Кузнецова"], &["Dmitry Sokolov"]),
    ("BRA", 76, 4, &["Beatriz Souza"], &["Rafael Lima"]),
    ("IDN", 360, 4, &["Dewi Lestari"], &["Budi Santoso"]),
    ("AUS", 36, 3, &["Olivia Harris"], &["Jack Thompson"]),
    ("LKA", 144, 2, &["Sanduni Wickramasinghe Arachchige"], &["Ranasinghe Mudiyanselage Nimal Bandara"]),
];

const UYGHUR: [&[&str]; 2] = [
    &["阿依古丽·买买提", "热依汗古丽·阿卜杜拉", "古丽娜扎尔·吐尔逊", "米热古丽·艾合买提"],
    &["阿卜杜热西提·买买提", "买买提江·吾买尔", "艾力·库尔班", "阿卜杜外力·阿布都热合曼"],
];

fn of_sex<T: Copy>([women, men]: [T; 2], sex: Sex) -> T {
    match sex {
        Sex::Female => women,
        Sex::Male => men,
    }
}

/// A Chinese surname.
pub fn surname(chance: &mut Chance) -> &'static str {
    chance.weighted(SURNAMES, |(_, weight)| *weight).map_or("陈", |(surname, _)| surname)
}

/// The name of a Chinese citizen born in a year, with this surname.
pub fn chinese(chance: &mut Chance, surname: &str, sex: Sex, year: i32) -> String {
    if chance.per_mille(4) {
        return chance.one_of(of_sex(UYGHUR, sex)).to_owned();
    }
    let generation = match year {
        ..1970 => 0,
        1970..1995 => 1,
        _ => 2,
    };
    let names = of_sex([WOMEN, MEN], sex).get(generation).copied().unwrap_or_default();
    let mut given = chance.one_of(names).to_owned();
    if chance.per_mille(12) {
        given = chance.one_of(RARE).to_owned();
    } else if given.chars().count() == 2 && chance.per_mille(350) {
        // Two halves of two names: there are more names than any list has.
        let other = chance.one_of(names);
        let tail = other.chars().last().unwrap_or('文');
        given = given.chars().take(1).chain([tail]).collect();
    }
    format!("{surname}{given}")
}

/// The name of a resident of Hong Kong, Macao or Taiwan: in characters, or as the permit spells it.
pub fn hong_kong_or_macao(chance: &mut Chance, sex: Sex, macao: bool) -> String {
    if macao && chance.per_mille(120) {
        return chance.one_of(of_sex(MACANESE, sex)).to_owned();
    }
    let (spelled, written) = chance.one_of(CANTONESE_SURNAMES);
    let (given_spelled, given_written) = chance.one_of(of_sex(CANTONESE_GIVEN, sex));
    if chance.per_mille(450) {
        format!("{spelled} {given_spelled}")
    } else {
        format!("{written}{given_written}")
    }
}

/// The name of a resident of Taiwan.
pub fn taiwanese(chance: &mut Chance, sex: Sex) -> String {
    const GIVEN: [&[&str]; 2] = [&["雅婷", "怡君", "淑惠", "佳穎"], &["志豪", "冠宇", "俊宏", "承翰"]];
    let (_, surname) = chance.one_of(CANTONESE_SURNAMES);
    format!("{surname}{}", chance.one_of(of_sex(GIVEN, sex)))
}

/// A foreigner: name, three letters and number of the country.
pub fn foreigner(chance: &mut Chance, sex: Sex) -> (&'static str, &'static str, u16) {
    let Some((alpha3, numeric, _, women, men)) = chance.weighted(FOREIGNERS, |nation| nation.2) else {
        return ("Maria da Silva", "PRT", 620);
    };
    (chance.one_of(of_sex([women, men], sex)), alpha3, *numeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_from_the_serial_and_are_of_many_sorts() {
        let name_of = |serial| {
            let mut chance = Chance::of("name", serial);
            let surname = surname(&mut chance);
            chinese(&mut chance, surname, Sex::Female, 1990)
        };
        assert_eq!(name_of(7), name_of(7));
        let names: Vec<String> = (0..5000).map(name_of).collect();
        let mut different = names.clone();
        different.sort();
        different.dedup();
        assert!(different.len() > 800, "{} different names", different.len());
        assert!(names.iter().any(|name| name.contains('·')));
        assert!(names.iter().any(|name| name.contains('𠮷')));
        let chens = names.iter().filter(|name| name.starts_with('陈')).count();
        let ranks = names.iter().filter(|name| name.starts_with("司徒")).count();
        assert!(chens > 10 * ranks, "{chens} and {ranks}");
    }

    #[test]
    fn countries_are_those_of_the_standard() {
        for (alpha3, numeric, ..) in FOREIGNERS {
            assert_eq!(
                documents::country::by_alpha3(alpha3).and_then(|country| country.numeric),
                Some(*numeric)
            );
        }
    }
}
