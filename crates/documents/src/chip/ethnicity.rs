//! Ethnicities by GB/T 3304. The names were compared with three published tables of the codes; 57 and 58 are what
//! DAC8811/QinLin_PassportReader finds on cards for what GB/T 3304 lists as 97 and 98.

/// An ethnicity on a citizen's card.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Ethnicity {
    /// Two digits, `01` to `56`, `97` other, `98` a foreigner who was naturalised.
    pub code: String,
    /// The name, where the code is known.
    pub name: Option<&'static str>,
}

/// Names of 01 to 56.
const NAMES: [&str; 56] = [
    "汉",
    "蒙古",
    "回",
    "藏",
    "维吾尔",
    "苗",
    "彝",
    "壮",
    "布依",
    "朝鲜",
    "满",
    "侗",
    "瑶",
    "白",
    "土家",
    "哈尼",
    "哈萨克",
    "傣",
    "黎",
    "傈僳",
    "佤",
    "畲",
    "高山",
    "拉祜",
    "水",
    "东乡",
    "纳西",
    "景颇",
    "柯尔克孜",
    "土",
    "达斡尔",
    "仫佬",
    "羌",
    "布朗",
    "撒拉",
    "毛南",
    "仡佬",
    "锡伯",
    "阿昌",
    "普米",
    "塔吉克",
    "怒",
    "乌孜别克",
    "俄罗斯",
    "鄂温克",
    "德昂",
    "保安",
    "裕固",
    "京",
    "塔塔尔",
    "独龙",
    "鄂伦春",
    "赫哲",
    "门巴",
    "珞巴",
    "基诺",
];

impl Ethnicity {
    /// The ethnicity by its code; `None` when there is no code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        if code.is_empty() {
            return None;
        }
        let name = match code {
            "57" | "97" => Some("其他"),
            "58" | "98" => Some("外国血统中国籍人士"),
            _ if code.len() == 2 => code
                .parse::<usize>()
                .ok()
                .and_then(|number| number.checked_sub(1))
                .and_then(|place| NAMES.get(place).copied()),
            _ => None,
        };
        Some(Self { code: code.to_owned(), name })
    }
}
