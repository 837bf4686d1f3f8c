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
    CODE_UNKNOWN: "不是有效的电子证码，请重新打开电子证", "不是有效的電子證碼，請重新打開電子證", "Not a valid e-card code: open your e-card again";
    CODE_TOO_OLD: "电子证码已过期，请出示现在的码", "電子證碼已過期，請出示現在的碼", "This e-card code has ended: show the present one";
    CODE_TIME: "电子证码时间不符，请告知工作人员", "電子證碼時間不符，請告知工作人員", "A clock is wrong: please tell the staff";
    CODE_USED: "电子证码已使用，请出示新的码", "電子證碼已使用，請出示新的碼", "This e-card code was used: show a new one";
    BUSY: "系统忙，请稍后再试", "系統忙，請稍後再試", "Busy: please try again";
    WRONG_INSTITUTION: "机构代码不是本馆的，请联系管理员", "機構代碼不是本館的，請聯絡管理員", "Not an institution code of this library: tell the staff";
    NOT_HERE: "本机没有此项服务，请到服务台办理", "本機沒有此項服務，請到服務台辦理", "Not available here: please go to a desk";
    NO_CIRCULATION: "借还服务尚未开通，请到服务台办理", "借還服務尚未開通，請到服務台辦理", "Lending is not set up here: please go to a desk";
    CIRCULATION_SILENT: "借还数据暂时查不到，请稍后再试", "借還資料暫時查不到，請稍後再試", "Your loans can't be looked up now: try again later";
    NO_DEPOSIT: "本馆办证免押金，请勿缴纳", "本館辦證免押金，請勿繳納", "No deposit is taken here: please don't pay one";
    PHOTO_KEPT: "照片上传成功", "照片上傳成功", "Photo kept";
    PHOTO_UNREADABLE: "照片无法读取，请重新拍摄", "照片無法讀取，請重新拍攝", "Not a photo: please take it again";
    PHOTO_AT_DESK: "照片请到服务台更换", "照片請到服務台更換", "Have your photo changed at a desk";
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
    ASK_AT_DESK: "请持证件到服务台办理", "請持證件到服務台辦理", "Please go to a desk, with your document";
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
    LENT: "借书成功，请于{date}前归还", "借書成功，請於{date}前歸還", "Lent: please return by {date}";
    RENEWED: "续借成功，请于{date}前归还", "續借成功，請於{date}前歸還", "Renewed: please return by {date}";
    ALL_RENEWED: "续借成功{renewed}册，未续{kept}册", "續借成功{renewed}冊，未續{kept}冊", "{renewed} renewed, {kept} not";
    RETURNED: "还书成功", "還書成功", "Returned";
    RETURNED_LATE: "还书成功，逾期应缴{amount}元", "還書成功，逾期應繳{amount}元", "Returned late: {amount} yuan to pay";
    RETURNED_TO_STAFF: "还书成功，请将此书交给工作人员", "還書成功，請將此書交給工作人員", "Returned: please hand it to the staff";
    PAID: "缴费成功，尚欠{amount}元", "繳費成功，尚欠{amount}元", "Paid: {amount} yuan left";
    HELD: "预约成功，到馆后通知您", "預約成功，到館後通知您", "Reserved: you will be told when it is here";
    NO_HOLD: "您没有预约此书", "您沒有預約此書", "You have no reservation for this title";
    HOLD_ENDED: "取消预约成功", "取消預約成功", "Reservation cancelled";
    NOTHING_RENEWED: "没有可续借的图书", "沒有可續借的圖書", "Nothing can be renewed";
    NO_ITEM: "此书不存在，请交给工作人员", "此書不存在，請交給工作人員", "No such item: hand it to the staff";
    ITEM_ON_LOAN: "此书在他人名下，请交给工作人员", "此書在他人名下，請交給工作人員", "On loan to somebody else: hand it to the staff";
    ITEM_IS_YOURS: "此书已在您名下", "此書已在您名下", "You have this item already";
    ITEM_NOT_YOURS: "此书不在您名下", "此書不在您名下", "This item is not on loan to you";
    ITEM_WITHDRAWN: "此书已停借，请交给工作人员", "此書已停借，請交給工作人員", "Not lent any more: hand it to the staff";
    READING_ROOM: "此书仅供馆内阅览", "此書僅供館內閱覽", "For reading in the library only";
    NOT_LENT: "本馆此类文献不外借", "本館此類文獻不外借", "Not lent at this library";
    LOAN_LIMIT: "已借满{limit}册，请先还书", "已借滿{limit}冊，請先還書", "You have {limit} items: return some first";
    RESERVED: "此书已被预约，请交给工作人员", "此書已被預約，請交給工作人員", "Reserved by somebody else: hand it to the staff";
    ITEMS_OVERDUE: "有{count}册逾期，请先还书", "有{count}冊逾期，請先還書", "{count} items are overdue: return them first";
    OWES: "欠费{amount}元，请先缴清", "欠費{amount}元，請先繳清", "You owe {amount} yuan: pay first";
    DOCUMENT_ENDED: "证件已过期，请持新证件到服务台", "證件已過期，請持新證件到服務台", "Your document has expired: bring the new one to a desk";
    RENEWAL_LIMIT: "已达续借次数，请按期归还", "已達續借次數，請按期歸還", "Renewed as often as possible: return it in time";
    LOAN_OVERDUE: "此书已逾期，请先归还", "此書已逾期，請先歸還", "Overdue: please return it";
    HOLD_LIMIT: "已达预约上限{limit}种", "已達預約上限{limit}種", "You wait for {limit} titles: no more can be reserved";
    HELD_ALREADY: "您已预约此书", "您已預約此書", "You have reserved this already";
    NO_COPY: "此书不能预约", "此書不能預約", "This can't be reserved";
    WRONG_AMOUNT: "金额不对，请核对后再缴", "金額不對，請核對後再繳", "Not an amount: please check";
    TOO_MUCH: "金额超过应缴，请核对后再缴", "金額超過應繳，請核對後再繳", "More than you owe: please check";
    CURRENCY: "只收人民币", "只收人民幣", "Chinese yuan only";
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
                "RETURNED_LATE",
                "RETURNED_TO_STAFF",
                "RENEWED",
                "ALL_RENEWED",
                "PAID",
                "HELD",
                "HOLD_ENDED",
                "PHOTO_KEPT",
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
