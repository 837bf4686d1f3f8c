//! Words of choice as people write them.

use documents::DocumentKind::{self, *};
use documents::Sex;

use crate::text::plain;

const DOCUMENT_KINDS: &[(DocumentKind, &str)] = &[
    (
        ResidentId,
        "身份证 居民身份证 二代证 二代身份证 第二代身份证 第二代居民身份证 二代居民身份证 公民身份证 大陆身份证 中国身份证 内地身份证 临时身份证 临时居民身份证 \
         身份证件 中华人民共和国居民身份证 中华人民共和国身份证 身份证号 身份证号码 idcard residentid identitycard chineseidcard residentidentitycard id nationalid",
    ),
    (ResidencePermit, "居住证 暂住证 广东省居住证 流动人口居住证 residencepermit"),
    (
        PermanentResident,
        "永久居留证 永久居留身份证 外国人永久居留身份证 外国人永久居留证 永居证 永居 绿卡 五星卡 permanentresident \
         permanentresidentcard foreignpermanentresidentidcard permanentresidentidcard",
    ),
    (
        HmtResidencePermit,
        "港澳台居民居住证 港澳台居住证 港澳居民居住证 港澳居住证 台湾居民居住证 台湾居住证 hmtresidencepermit \
         residencepermitforhongkongmacaoandtaiwanresidents",
    ),
    (
        HkMacaoPermit,
        "港澳居民来往内地通行证 港澳来往内地通行证 港澳居民往来内地通行证 港澳往来内地通行证 来往内地通行证 港澳居民通行证 港澳通行证 回乡证 回乡卡 hkmacaopermit homereturnpermit \
         mainlandtravelpermitforhongkongandmacaoresidents",
    ),
    (
        TaiwanPermit,
        "台湾居民来往大陆通行证 台湾居民往来大陆通行证 台湾来往大陆通行证 台湾通行证 台湾居民通行证 台胞证 taiwanpermit \
         mainlandtravelpermitfortaiwanresidents",
    ),
    (
        HouseholdRegister,
        "户口本 户口簿 户口 户籍 居民户口簿 居民户口本 户口登记簿 householdregister hukou hukoubooklet",
    ),
    (Passport, "护照 外国护照 中国护照 因私护照 普通护照 passport"),
    (
        MilitaryId,
        "军人证 军官证 士兵证 士官证 军士证 义务兵证 学员证 文职干部证 文职人员证 武警证 警官证 军人证件 军队证件 militaryid",
    ),
    (Other, "其他 其它 其他证件 其它证件 出生证 出生证明 出生医学证明 学生证 社保卡 驾驶证 other"),
];

/// The kind of document a word names.
pub(crate) fn document_kind(typed: &str) -> Option<DocumentKind> {
    let word = plain(typed);
    let known = DOCUMENT_KINDS.iter().find(|(kind, words)| {
        words.split_whitespace().any(|known| known == word) || kind.as_str().replace('_', "") == word
    });
    known.map(|(kind, _)| *kind)
}

/// The sex a word names; 1 and 2 are those of GB/T 2261.1.
pub(crate) fn sex(typed: &str) -> Option<Sex> {
    match plain(typed).as_str() {
        "男" | "男性" | "男生" | "男孩" | "男士" | "先生" | "男童" | "m" | "male" | "man" | "boy" | "1" => {
            Some(Sex::Male)
        }
        "女" | "女性" | "女生" | "女孩" | "女士" | "小姐" | "女童" | "f" | "female" | "woman" | "girl"
        | "2" => Some(Sex::Female),
        _ => None,
    }
}

/// The kind of card a word names, as the business calls it.
pub(crate) fn card_kind(typed: &str) -> Option<&'static str> {
    match plain(typed).as_str() {
        "证件即卡" | "证件" | "身份证" | "身份证即卡" | "虚拟卡" | "虚拟证" | "电子证" | "电子卡"
        | "免卡" | "无卡" | "虚拟证号" | "document" => Some("document"),
        "一卡通" | "实体卡" | "实体证" | "读者卡" | "读者证" | "借书证" | "借阅证" | "卡" | "新卡"
        | "实物卡" | "物理卡" | "onecard" | "card" | "physicalcard" => Some("one_card"),
        _ => None,
    }
}

/// What a guardian is to the child, in the word that forms show; any other word stays as it is.
pub(crate) fn relation(typed: &str) -> String {
    let word = plain(typed);
    match word.as_str() {
        "父" | "父亲" | "爸" | "爸爸" | "爹" | "父子" | "父女" | "亲生父亲" | "生父" | "father" | "dad" => {
            "父亲".to_owned()
        }
        "母" | "母亲" | "妈" | "妈妈" | "娘" | "母子" | "母女" | "亲生母亲" | "生母" | "mother" | "mum"
        | "mom" => "母亲".to_owned(),
        _ => crate::text::free(typed),
    }
}

/// The country a word names, in three letters.
pub(crate) fn country(typed: &str) -> Option<&'static str> {
    let word = crate::text::free(typed);
    match word.as_str() {
        "中国"
        | "中华人民共和国"
        | "中国大陆"
        | "中国香港"
        | "中国澳门"
        | "中国台湾"
        | "香港"
        | "澳门"
        | "台湾" => return Some("CHN"),
        "英国" | "UK" => return Some("GBR"),
        "澳洲" => return Some("AUS"),
        "USA" | "US" => return Some("USA"),
        _ => {}
    }
    let named = documents::country::all().find(|country| {
        country.zh_hans == word || country.zh_hant == word || country.en.eq_ignore_ascii_case(&word)
    });
    named.or_else(|| documents::country::by_alpha3(&word)).map(|country| country.alpha3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_known_as_people_call_them() {
        for (typed, kind) in [
            ("身份证", ResidentId),
            ("二代证", ResidentId),
            ("居民身份證", ResidentId),
            ("回乡证", HkMacaoPermit),
            ("港澳居民來往內地通行證", HkMacaoPermit),
            ("台胞证", TaiwanPermit),
            ("戶口簿", HouseholdRegister),
            (" 护 照 ", Passport),
            ("Passport", Passport),
            ("军官证", MilitaryId),
            ("resident_id", ResidentId),
            ("港澳台居民居住证（2018年起）", HmtResidencePermit),
        ] {
            assert_eq!(document_kind(typed), Some(kind), "{typed}");
        }
        for kind in DocumentKind::ALL {
            assert_eq!(document_kind(kind.as_str()), Some(kind));
        }
        assert_eq!(document_kind("会员卡"), None);
    }

    #[test]
    fn other_words_of_choice() {
        assert_eq!(sex("男"), Some(Sex::Male));
        assert_eq!(sex("Ｆ"), Some(Sex::Female));
        assert_eq!(sex("未知"), None);
        assert_eq!(card_kind("一卡通"), Some("one_card"));
        assert_eq!(card_kind("證件即卡"), Some("document"));
        assert_eq!(relation("爸爸"), "父亲");
        assert_eq!(relation("外婆"), "外婆");
        assert_eq!(country("葡萄牙"), Some("PRT"));
        assert_eq!(country("prt"), Some("PRT"));
        assert_eq!(country("月球"), None);
    }
}
