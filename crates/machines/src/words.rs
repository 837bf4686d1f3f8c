//! What screens say: short, in the reader's language, and what to do. Machines that search answers for 成功 find it in what went well, and
//! in nothing else.

/// A language of screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// Simplified Chinese: where a reader has chosen none, and before one is known.
    Hans,
    /// Traditional Chinese.
    Hant,
    /// English.
    English,
}

impl Language {
    /// Of the word that readers' records have.
    pub fn of(word: Option<&str>) -> Self {
        match word {
            Some("zh-Hant") => Self::Hant,
            Some("en") => Self::English,
            _ => Self::Hans,
        }
    }

    /// The code of the protocol.
    pub fn code(self) -> &'static str {
        match self {
            Self::Hans | Self::Hant => "019",
            Self::English => "001",
        }
    }
}

/// A text in each language. What stands in braces is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Text([&'static str; 3]);

impl Text {
    /// The text.
    pub fn in_language(self, language: Language) -> &'static str {
        let [hans, hant, english] = self.0;
        match language {
            Language::Hans => hans,
            Language::Hant => hant,
            Language::English => english,
        }
    }

    /// The text with its places filled.
    pub fn filled(self, language: Language, words: &[(&str, &str)]) -> String {
        words.iter().fold(self.in_language(language).to_owned(), |text, (name, word)| {
            text.replace(&["{", name, "}"].concat(), word)
        })
    }
}

macro_rules! texts {
    ($($name:ident: $hans:literal, $hant:literal, $english:literal;)*) => {
        $(pub(crate) const $name: Text = Text([$hans, $hant, $english]);)*

        /// All of them.
        #[cfg(test)]
        const ALL: &[(&str, Text)] = &[$((stringify!($name), $name)),*];
    };
}

texts! {
    SIGNED_IN: "登录成功", "登入成功", "Signed in";
    SIGN_IN_REFUSED: "登录失败：账号、密码或网络地址不对", "登入失敗：帳號、密碼或網路位址不對", "Sign-in refused: wrong account, password or address";
    TOO_MANY_TRIES: "试错次数过多，请{minutes}分钟后再试", "試錯次數過多，請{minutes}分鐘後再試", "Too many tries: wait {minutes} min";
    SIGN_IN_FIRST: "设备请先登录", "設備請先登入", "The machine has to sign in first";
    BUSY: "系统忙，请稍后再试", "系統忙，請稍後再試", "Busy: please try again";
    WRONG_INSTITUTION: "机构代码不是本馆的，请联系管理员", "機構代碼不是本館的，請聯絡管理員", "Not an institution code of this library: tell the staff";
    NOT_HERE: "本机没有此项服务，请到服务台办理", "本機沒有此項服務，請到服務台辦理", "Not available here: please go to a desk";
    NO_CIRCULATION: "借还服务尚未开通，请到服务台办理", "借還服務尚未開通，請到服務台辦理", "Lending is not set up here: please go to a desk";
    UNKNOWN_READER: "没有此读者，请核对证号或先办证", "沒有此讀者，請核對證號或先辦證", "No such reader: check the number, or get a card";
    CARD_LOST: "此证已挂失，请持证件到服务台恢复", "此證已掛失，請持證件到服務台恢復", "This card is reported lost: go to a desk";
    CARD_CANCELLED: "此证已注销，请重新办证", "此證已註銷，請重新辦證", "This card was cancelled: get a new one";
    OLD_NUMBER: "此证号已停用，请使用新证", "此證號已停用，請使用新證", "This number is out of use: use your new card";
    BLOCKED: "此证暂停使用，请到服务台咨询", "此證暫停使用，請到服務台諮詢", "Your card is blocked: go to a desk";
    BLOCKED_UNPAID: "有费用未缴，请到服务台缴清", "有費用未繳，請到服務台繳清", "You have unpaid charges: go to a desk";
    BLOCKED_ADDRESS: "联系方式待核实，请到服务台更新", "聯絡方式待核實，請到服務台更新", "Your contact data need checking: go to a desk";
    BLOCKED_VERIFICATION: "身份待核实，请持证件到服务台", "身分待核實，請持證件到服務台", "Your identity needs checking: bring a document to a desk";
    WRONG_PASSWORD: "密码不对，请重新输入", "密碼不對，請重新輸入", "Wrong password: please try again";
    PASSWORD_MISSING: "请输入密码", "請輸入密碼", "Please enter your password";
    PASSWORD_LOCKED: "密码错误次数过多，请{minutes}分钟后再试", "密碼錯誤次數過多，請{minutes}分鐘後再試", "Too many wrong passwords: wait {minutes} min";
    DEFAULT_PASSWORD: "密码仍为初始密码，请尽快修改", "密碼仍為初始密碼，請盡快修改", "You still use the first password: change it soon";
    FREE: "可以办证", "可以辦證", "You can get a card";
    TAKEN: "此证件已办过证，请直接使用", "此證件已辦過證，請直接使用", "You have a card already: use it";
    TAKEN_LOST: "此证件已办过证并已挂失，请到服务台恢复", "此證件已辦過證並已掛失，請到服務台恢復", "You have a card that is reported lost: go to a desk";
    NUMBER_TAKEN: "此证号已被使用", "此證號已被使用", "This number is in use";
    OPENED: "办证成功，证号{number}，密码为证件号后六位，请尽快修改", "辦證成功，證號{number}，密碼為證件號後六位，請盡快修改", "Card {number} opened. Password: the last six characters of your document. Change it soon";
    OPENED_WITH_PASSWORD: "办证成功，证号{number}，密码为刚才所设", "辦證成功，證號{number}，密碼為剛才所設", "Card {number} opened, with the password you chose";
    NUMBER_IS_GIVEN: "证号由系统生成，不能指定", "證號由系統產生，不能指定", "Numbers are given by the system";
    MINOR_AT_DESK: "未满16周岁，请监护人陪同到服务台办证", "未滿16歲，請監護人陪同到服務台辦證", "Under 16: come to a desk with your guardian";
    DOCUMENT_AT_DESK: "此证件请到服务台办理一卡通", "此證件請到服務台辦理一卡通", "With this document, get a One-Card at a desk";
    ASK_AT_DESK: "资料需核实，请持证件到服务台办证", "資料需核實，請持證件到服務台辦證", "Please get your card at a desk, with your document";
    NO_DOCUMENT: "证件号不对，请重新读取证件", "證件號不對，請重新讀取證件", "Not a document number: read the document again";
    CHECK_FIELDS: "请核对：{fields}", "請核對：{fields}", "Please check: {fields}";
    FIELD_NAME: "姓名", "姓名", "name";
    FIELD_SEX: "性别", "性別", "sex";
    FIELD_BIRTH: "出生日期", "出生日期", "birth date";
    FIELD_PHONE: "手机号", "手機號", "phone";
    FIELD_EMAIL: "电子邮箱", "電子郵箱", "e-mail";
    FIELD_ADDRESS: "地址", "地址", "address";
    FIELD_DOCUMENT: "证件", "證件", "document";
    FIELD_OTHER: "其他资料", "其他資料", "other data";
    PASSWORD_CHANGED: "密码修改成功", "密碼修改成功", "Password changed";
    PASSWORD_WEAK: "新密码须8位以上，含字母和数字", "新密碼須8位以上，含字母和數字", "8 characters or more, with letters and digits";
    PASSWORD_COMMON: "新密码太常见，请换一个", "新密碼太常見，請換一個", "Too common a password: choose another";
    PASSWORD_DERIVED: "新密码不能用姓名、生日、电话或证件号", "新密碼不能用姓名、生日、電話或證件號", "Not your name, birthday, phone or document number";
    PASSWORD_SAME: "新密码与原密码相同", "新密碼與原密碼相同", "This is the old password";
    GOODBYE: "谢谢使用", "謝謝使用", "Thank you";
}

#[cfg(test)]
mod tests {
    use sip2::Charset;

    use super::*;

    #[test]
    fn a_2_1_every_text_is_short_and_can_be_shown_by_every_machine() {
        for (name, text) in ALL {
            for language in [Language::Hans, Language::Hant, Language::English] {
                let text = text.in_language(language);
                assert!(!text.is_empty() && text.chars().count() <= 96, "{name}: {text}");
                assert_eq!(Charset::Gbk.decode(&Charset::Gbk.encode(text)), text, "{name}");
                assert!(!text.contains('|'), "{name}");
            }
            let good = text.in_language(Language::Hans).contains("成功");
            let is_good = [
                "SIGNED_IN",
                "OPENED",
                "OPENED_WITH_PASSWORD",
                "PASSWORD_CHANGED",
                "LENT",
                "RETURNED",
                "RENEWED",
                "ALL_RENEWED",
                "PAID",
                "HELD",
                "HOLD_ENDED",
            ];
            assert_eq!(good, is_good.contains(name), "{name}");
        }
    }

    #[test]
    fn a_2_1_places_are_filled() {
        assert_eq!(
            TOO_MANY_TRIES.filled(Language::English, &[("minutes", "5")]),
            "Too many tries: wait 5 min"
        );
    }
}
