//! What headings of columns mean.

use crate::Field::{self, *};
pub(crate) use crate::text::plain;

/// Headings in the form that [`plain`] gives them.
const HEADINGS: &[(Field, &str)] = &[
    (Name, "姓名 名字 中文姓名 真实姓名 姓名全称 name fullname"),
    (
        DocumentKind,
        "证件类型 证件种类 证件类别 证件名称 证件 有效证件类型 身份证件类型 documenttype documentkind idtype typeofid typeofdocument kindofdocument",
    ),
    (
        DocumentNumber,
        "身份证 身份证号 身份证号码 身份证编号 公民身份证号 公民身份证号码 公民身份号码 居民身份证 居民身份证号 居民身份证号码 身份号码 证件号 证件号码 \
         证件编号 证件号吗 有效证件号 有效证件号码 身份证件号 身份证件号码 身份证/护照号 身份证号/护照号 身份证或护照号 idnumber idno idcard \
         idcardno idcardnumber documentnumber documentno numberofdocument identitynumber passportnumber passportno 护照号 护照号码 \
         通行证号 通行证号码 回乡证号 回乡证号码",
    ),
    (
        IssuingCountry,
        "签发国 签发国家 国籍 国家 国籍/地区 国家/地区 国籍或地区 护照签发国 发证国家 country issuingcountry nationality",
    ),
    (Sex, "性别 sex gender"),
    (BirthDate, "出生日期 出生年月日 出生年月 出生 生日 dateofbirth birthdate birthday dob"),
    (
        Phone,
        "联系电话 电话 手机 手机号 手机号码 电话号码 联系方式 联系手机 移动电话 联络电话 电话/手机 手机/电话 联系电话/手机 手机号/联系电话 常用电话 phone \
         phonenumber phoneno mobile mobilephone mobilenumber mobileno tel telephone cellphone contactnumber",
    ),
    (
        Class,
        "班级 班别 班 班次 所在班级 所在班 行政班 行政班级 班级名称 年级班级 年级/班级 专业班级 年级 院系 学院 系别 部门 所在部门 部门名称 科室 处室 车间 \
         班组 组别 小组 class classname grade department dept team",
    ),
    (
        Address,
        "住址 地址 家庭住址 家庭地址 现住址 现居住地 居住地址 联系地址 通讯地址 通信地址 详细地址 address homeaddress",
    ),
    (
        Workplace,
        "工作单位 单位 单位名称 所在单位 学校 学校名称 所在学校 就读学校 公司 公司名称 workplace company employer school",
    ),
    (Email, "邮箱 电子邮箱 电子邮件 邮件 邮箱地址 电邮 email mail emailaddress"),
    (
        CardKind,
        "办证类型 证卡类型 卡类型 卡种 卡种类 借阅证类型 读者证类型 办卡类型 办理类型 办证种类 cardtype cardkind kindofcard typeofcard",
    ),
    (
        GuardianRelation,
        "关系 与读者关系 与学生关系 与本人关系 与孩子关系 与监护人关系 与被监护人关系 与幼儿关系 家庭关系 亲属关系 监护关系 称谓 与读者的关系 与学生的关系 relation \
         relationship relationtoreader relationtochild",
    ),
    (Note, "备注 说明 备注说明 note notes remark remarks"),
];

/// Whom a heading may speak of before it says what: 学生姓名, 员工手机号.
const READER: &[&str] = &[
    "学生",
    "学员",
    "读者",
    "员工",
    "职工",
    "教职工",
    "教工",
    "教师",
    "老师",
    "本人",
    "办证人",
    "持证人",
    "申请人",
    "孩子",
    "小孩",
    "幼儿",
    "儿童",
    "少儿",
    "小朋友",
    "人员",
    "成员",
    "会员",
    "使用人",
    "被监护人",
    "个人",
    "学籍",
    "reader",
    "readers",
    "student",
    "students",
    "employee",
    "staff",
    "child",
];

const GUARDIAN: &[&str] = &[
    "法定监护人",
    "监护人",
    "第一监护人",
    "监护人1",
    "家长",
    "家长或监护人",
    "家长/监护人",
    "家长1",
    "父母",
    "父亲",
    "母亲",
    "爸爸",
    "妈妈",
    "父",
    "母",
    "guardian",
    "guardians",
    "guardian's",
    "parent",
    "parents",
    "father",
    "fathers",
    "mother",
    "mothers",
];

/// What a heading means: of one line, or of two with a slash between (`监护人/姓名`).
pub(crate) fn field_of(plain: &str) -> Option<Field> {
    if let Some(field) = by_itself(plain) {
        return Some(field);
    }
    let (above, below) = plain.split_once('/')?;
    let below_means = by_itself(below);
    match below_means {
        Some(field) if GUARDIAN.contains(&above) => Some(of_guardian(field).unwrap_or(field)),
        Some(field) => Some(field),
        None => None,
    }
}

fn by_itself(plain: &str) -> Option<Field> {
    if let Some(field) = known(plain) {
        return Some(field);
    }
    if GUARDIAN.contains(&plain) {
        return Some(GuardianName);
    }
    if matches!(plain, "学生" | "读者" | "student") {
        return Some(Name);
    }
    // The longest beginning counts: 监护人 before 监.
    let rest_after = |words: &[&str]| {
        let fitting = words.iter().filter_map(|word| plain.strip_prefix(word));
        fitting.min_by_key(|rest| rest.len()).map(|rest| rest.strip_prefix('的').unwrap_or(rest).to_owned())
    };
    if let Some(rest) = rest_after(GUARDIAN) {
        return known(&rest).and_then(of_guardian);
    }
    rest_after(READER).and_then(|rest| known(&rest))
}

fn known(plain: &str) -> Option<Field> {
    let of_word = HEADINGS.iter().find(|(_, words)| words.split_whitespace().any(|word| word == plain));
    of_word
        .map(|(field, _)| *field)
        .or_else(|| Field::ALL.iter().copied().find(|field| field.as_str().replace('_', "") == plain))
}

fn of_guardian(field: Field) -> Option<Field> {
    match field {
        Name => Some(GuardianName),
        DocumentKind => Some(GuardianDocumentKind),
        DocumentNumber => Some(GuardianDocumentNumber),
        Phone => Some(GuardianPhone),
        GuardianRelation => Some(GuardianRelation),
        _ => None,
    }
}

/// What a guardian is where only the heading says so: 父亲姓名.
pub(crate) fn relation_told(plain: &str) -> Option<&'static str> {
    let begins = |words: &[&str]| words.iter().any(|word| plain.starts_with(word));
    if begins(&["父母", "父/母"]) {
        return None;
    }
    if begins(&["父亲", "爸爸", "父", "father"]) {
        return Some("父亲");
    }
    begins(&["母亲", "妈妈", "母", "mother"]).then_some("母亲")
}

/// Whether a heading speaks of an upper level of what another says in full: 年级 beside 班级.
pub(crate) fn is_part_of_class(plain: &str) -> bool {
    matches!(plain, "年级" | "grade" | "院系" | "学院" | "系别" | "部门" | "department")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_in_their_many_forms() {
        for (typed, field) in [
            ("姓 名", Name),
            ("学生姓名*", Name),
            ("Name", Name),
            ("身份证号码（18位）", DocumentNumber),
            ("证件号码", DocumentNumber),
            ("ID number", DocumentNumber),
            ("學生證件號碼", DocumentNumber),
            ("手机", Phone),
            ("联系电话（必填）", Phone),
            ("聯絡電話", Phone),
            ("家长电话", GuardianPhone),
            ("监护人/姓名", GuardianName),
            ("监护人", GuardianName),
            ("家长姓名", GuardianName),
            ("父亲/联系电话", GuardianPhone),
            ("监护人证件类型", GuardianDocumentKind),
            ("监护人身份证号", GuardianDocumentNumber),
            ("与学生关系", GuardianRelation),
            ("学生信息/姓名", Name),
            ("基本情况/出生日期", BirthDate),
            ("所在班级", Class),
            ("部門", Class),
            ("備註", Note),
            ("guardian_phone", GuardianPhone),
            ("Guardian name", GuardianName),
            ("办证类型", CardKind),
        ] {
            assert_eq!(field_of(&plain(typed)), Some(field), "{typed}");
        }
        for other in ["序号", "学号", "民族", "班主任", "", "紧急联系人电话", "证号"] {
            assert_eq!(field_of(&plain(other)), None, "{other}");
        }
    }

    #[test]
    fn a_heading_tells_who_the_guardian_is() {
        assert_eq!(relation_told("父亲姓名"), Some("父亲"));
        assert_eq!(relation_told("母亲/姓名"), Some("母亲"));
        assert_eq!(relation_told("父母姓名"), None);
        assert_eq!(relation_told("家长姓名"), None);
    }
}
