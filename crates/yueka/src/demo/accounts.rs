//! Accounts of staff and tokens of programs in the demo.

use service::kernel::{Right, Role, StaffId, hash_password};
use service::staff::{NewStaff, NewToken, add_staff, issue_token};
use service::{Error, Result, Service};

use super::libraries::Federation;
use super::manifest::{ApiToken, StaffAccount};

/// The password of everybody on the staff; it is told to whoever starts the demo.
pub const PASSWORD: &str = "yueka2026";

const STAFF: [(&str, &str, &str, Role); 11] = [
    ("chen.min", "陈敏", "FS", Role::Clerk),
    ("he.jiaxin", "何嘉欣", "SD", Role::Clerk),
    ("liang.wen", "梁文", "CC", Role::Clerk),
    ("li.zhiqiang", "李志强", "NH", Role::Clerk),
    ("tan.li", "谭莉", "GM", Role::Clerk),
    ("lu.jianhua", "陆建华", "SS", Role::Clerk),
    ("huang.yan", "黄燕", "FS", Role::GroupClerk),
    ("luo.fang", "罗芳", "FS", Role::FinanceClerk),
    ("feng.haitao", "冯海涛", "SD", Role::BranchManager),
    ("zhou.ning", "周宁", "FSUL", Role::FederationAdmin),
    ("guan.qi", "关琦", "FSUL", Role::Auditor),
];

/// What a token at a desk may do: whatever the documentation of the API shows.
const AT_A_DESK: &[Right] = &[
    Right::OpenCards,
    Right::FindReaders,
    Right::RevealPersonalData,
    Right::AmendReaders,
    Right::ResetPasswords,
    Right::BlockReaders,
    Right::MergeReaders,
    Right::ReportLoss,
    Right::RestoreCards,
    Right::CancelCards,
    Right::ReplaceCards,
];

const TOKENS: [(&str, &str, &str, &[Right]); 5] = [
    ("FS", "D1", "演示：市馆服务台", AT_A_DESK),
    ("SD", "D1", "演示：顺德服务台", AT_A_DESK),
    ("FS", "K1", "演示：市馆自助办证机", &[Right::OpenCards, Right::FindReaders, Right::ReportLoss]),
    ("FS", "M1", "演示：市馆自助借还机", &[Right::FindReaders, Right::ReportLoss]),
    ("FS", "M1", "演示：市馆进馆闸机", &[Right::AdmitVisitors]),
];

/// The kiosk of the demo: library and service point.
const KIOSK: (&str, &str) = ("FS", "K1");

/// Issues the token that makes a browser the demo's kiosk.
pub async fn issue_kiosk_token(service: &Service, federation: &Federation) -> Result<String> {
    let point = federation.place(KIOSK.0).and_then(|place| place.point(KIOSK.1));
    let new = NewToken {
        name: "演示：市馆自助办证机的网页".to_owned(),
        service_point: point.ok_or(Error::NotFound("service point"))?,
        rights: vec![Right::RunKiosk],
    };
    service.write(federation.actor(), async |op| issue_token(op, &new).await).await
}

/// Somebody of the staff.
#[derive(Clone, Copy, Debug)]
pub struct Staff {
    /// The account.
    pub id: StaffId,
    /// What one signs in with.
    pub username: &'static str,
    /// The role.
    pub role: Role,
    /// The code of the library.
    pub library: &'static str,
}

impl Staff {
    /// The account, for whoever tries the demo.
    pub fn account(&self) -> StaffAccount {
        StaffAccount {
            username: self.username.to_owned(),
            password: PASSWORD.to_owned(),
            role: self.role.as_str().to_owned(),
            library: self.library.to_owned(),
        }
    }
}

/// Adds the accounts. They share one hash: a demo has better things to do than to hash eleven times.
pub async fn add_accounts(service: &Service, federation: &Federation) -> Result<Vec<Staff>> {
    let hash = hash_password(PASSWORD).await?;
    service
        .write(federation.actor(), async |op| {
            let mut accounts = Vec::new();
            for (username, name, code, role) in STAFF {
                let new = NewStaff {
                    username: username.to_owned(),
                    name: name.to_owned(),
                    library: federation.library(code).ok_or(Error::NotFound("library"))?,
                    role,
                    password: PASSWORD.to_owned(),
                };
                let id = add_staff(op, &new, &hash).await?;
                accounts.push(Staff { id, username, role, library: code });
            }
            Ok(accounts)
        })
        .await
}

/// Issues the tokens.
pub async fn issue_tokens(service: &Service, federation: &Federation) -> Result<Vec<ApiToken>> {
    service
        .write(federation.actor(), async |op| {
            let mut tokens = Vec::new();
            for (library, point, name, rights) in TOKENS {
                let service_point = federation.place(library).and_then(|place| place.point(point));
                let new = NewToken {
                    name: name.to_owned(),
                    service_point: service_point.ok_or(Error::NotFound("service point"))?,
                    rights: rights.to_vec(),
                };
                tokens.push(ApiToken {
                    token: issue_token(op, &new).await?,
                    library: library.to_owned(),
                    service_point: point.to_owned(),
                });
            }
            Ok(tokens)
        })
        .await
}
