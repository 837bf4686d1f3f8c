//! The federation of the demo: the six libraries and some branches, each with its service points. Names and places are
//! those anybody can look up; the phones are nobody's (0757-0000 …).

use std::collections::BTreeMap;

use service::kernel::{Actor, Channel, LibraryId, Op, ServicePointId};
use service::libraries::{
    LibraryKind, NewLibrary, NewServicePoint, Policy, ServicePointKind, add_library, add_service_point,
    set_policy,
};
use service::{Result, Service};

/// One library: code, code of what it stands under, names in zh-Hans, zh-Hant and en, address, phone, hours, and how much
/// of the readers it serves.
struct Library {
    code: &'static str,
    under: &'static str,
    names: [&'static str; 3],
    address: &'static str,
    phone: &'static str,
    hours: &'static str,
    weight: u32,
}

const FEDERATION: &str = "FSUL";
const DAYTIME: &str = "周二至周日 9:00–21:00";
const BRANCH: &str = "周二至周日 9:30–18:00";

macro_rules! libraries {
    ($($code:literal < $under:literal $hans:literal $hant:literal $en:literal $address:literal $phone:literal $hours:ident $weight:literal;)*) => {
        &[$(Library { code: $code, under: $under, names: [$hans, $hant, $en], address: $address, phone: $phone, hours: $hours, weight: $weight }),*]
    };
}

const LIBRARIES: &[Library] = libraries! {
    "FSUL" < "" "佛山市联合图书馆" "佛山市聯合圖書館" "Foshan United Library" "佛山市禅城区佛山新城华康道11号" "0757-0000 1100" DAYTIME 0;
    "FS" < "FSUL" "佛山市图书馆" "佛山市圖書館" "Foshan Library" "佛山市禅城区佛山新城华康道11号" "0757-0000 1101" DAYTIME 30;
    "CC" < "FSUL" "禅城区图书馆" "禪城區圖書館" "Chancheng District Library" "佛山市禅城区文华中路文化广场" "0757-0000 1102" DAYTIME 11;
    "NH" < "FSUL" "南海区图书馆" "南海區圖書館" "Nanhai District Library" "佛山市南海区桂城街道南海大道" "0757-0000 1103" DAYTIME 15;
    "SD" < "FSUL" "顺德图书馆" "順德圖書館" "Shunde Library" "佛山市顺德区大良街道德胜广场" "0757-0000 1104" DAYTIME 14;
    "GM" < "FSUL" "高明区图书馆" "高明區圖書館" "Gaoming District Library" "佛山市高明区荷城街道文昌路" "0757-0000 1105" DAYTIME 5;
    "SS" < "FSUL" "三水区图书馆" "三水區圖書館" "Sanshui District Library" "佛山市三水区西南街道新城" "0757-0000 1106" DAYTIME 6;
    "CC-ZM" < "CC" "祖庙街道分馆" "祖廟街道分館" "Zumiao Branch" "佛山市禅城区祖庙街道" "0757-0000 1121" BRANCH 3;
    "CC-SW" < "CC" "石湾镇街道分馆" "石灣鎮街道分館" "Shiwan Branch" "佛山市禅城区石湾镇街道" "0757-0000 1122" BRANCH 2;
    "NH-GC" < "NH" "桂城街道分馆" "桂城街道分館" "Guicheng Branch" "佛山市南海区桂城街道" "0757-0000 1131" BRANCH 3;
    "NH-SH" < "NH" "狮山镇分馆" "獅山鎮分館" "Shishan Branch" "佛山市南海区狮山镇" "0757-0000 1132" BRANCH 2;
    "NH-DL" < "NH" "大沥镇分馆" "大瀝鎮分館" "Dali Branch" "佛山市南海区大沥镇" "0757-0000 1133" BRANCH 2;
    "SD-DL" < "SD" "大良街道分馆" "大良街道分館" "Daliang Branch" "佛山市顺德区大良街道" "0757-0000 1141" BRANCH 2;
    "SD-RG" < "SD" "容桂街道分馆" "容桂街道分館" "Ronggui Branch" "佛山市顺德区容桂街道" "0757-0000 1142" BRANCH 2;
    "SD-BJ" < "SD" "北滘镇分馆" "北滘鎮分館" "Beijiao Branch" "佛山市顺德区北滘镇" "0757-0000 1143" BRANCH 2;
    "GM-HC" < "GM" "荷城街道分馆" "荷城街道分館" "Hecheng Branch" "佛山市高明区荷城街道" "0757-0000 1151" BRANCH 1;
    "SS-XN" < "SS" "西南街道分馆" "西南街道分館" "Xinan Branch" "佛山市三水区西南街道" "0757-0000 1161" BRANCH 1;
};

/// The points of a library: of the city's, of a district's, of a branch.
fn points_of(code: &str) -> &'static [(&'static str, ServicePointKind, &'static str)] {
    use ServicePointKind::{Desk, Kiosk, Machine, MobilePoint, Online};
    match code {
        FEDERATION => &[],
        "FS" => &[
            ("D1", Desk, "一楼总服务台 1"),
            ("D2", Desk, "一楼总服务台 2"),
            ("D3", Desk, "少儿服务台"),
            ("K1", Kiosk, "大堂自助办证机"),
            ("M1", Machine, "一楼自助借还机"),
            ("P1", MobilePoint, "流动图书车"),
            ("W1", Online, "网上办证"),
        ],
        branch if branch.contains('-') => &[("D1", Desk, "服务台"), ("M1", Machine, "自助借还机")],
        _ => &[
            ("D1", Desk, "总服务台"),
            ("D2", Desk, "少儿服务台"),
            ("K1", Kiosk, "自助办证机"),
            ("M1", Machine, "自助借还机"),
            ("P1", MobilePoint, "流动服务点"),
            ("W1", Online, "网上办证"),
        ],
    }
}

/// A library of the demo, with its points.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its code.
    pub code: &'static str,
    /// Its id.
    pub library: LibraryId,
    /// How many of a hundred readers or so it serves.
    pub weight: u32,
    points: Vec<(&'static str, ServicePointKind, ServicePointId)>,
}

impl Place {
    /// The point of this code.
    pub fn point(&self, code: &str) -> Option<ServicePointId> {
        self.points.iter().find(|(own, ..)| *own == code).map(|(.., id)| *id)
    }

    /// The points that a channel comes through; `choice` picks one of them.
    pub fn point_for(&self, channel: Channel, choice: u32) -> Option<ServicePointId> {
        let wanted = match channel {
            Channel::Desk | Channel::Group => ServicePointKind::Desk,
            Channel::SelfService => ServicePointKind::Kiosk,
            Channel::Machine => ServicePointKind::Machine,
            Channel::Online | Channel::Yuedutong => ServicePointKind::Online,
            Channel::MobilePoint => ServicePointKind::MobilePoint,
        };
        let fitting: Vec<_> = self.points.iter().filter(|(_, kind, _)| *kind == wanted).collect();
        let choice = usize::try_from(choice).unwrap_or_default().checked_rem(fitting.len())?;
        fitting.get(choice).map(|(.., id)| *id)
    }
}

/// The federation of the demo.
#[derive(Clone, Debug)]
pub struct Federation {
    /// The federation itself.
    pub root: LibraryId,
    /// All libraries that serve readers.
    pub places: Vec<Place>,
}

impl Federation {
    /// The library of this code.
    pub fn place(&self, code: &str) -> Option<&Place> {
        self.places.iter().find(|place| place.code == code)
    }

    /// The id of a library, the federation included.
    pub fn library(&self, code: &str) -> Option<LibraryId> {
        if code == FEDERATION { Some(self.root) } else { self.place(code).map(|place| place.library) }
    }

    /// The program itself, in the name of the federation.
    pub fn actor(&self) -> Actor {
        Actor::system(self.root)
    }
}

/// Founds the federation.
pub async fn found(service: &Service) -> Result<Federation> {
    let anywhere = LibraryId(uuid::Uuid::nil());
    service.write(Actor::system(anywhere), found_in).await
}

async fn found_in(op: &Op) -> Result<Federation> {
    let mut ids: BTreeMap<&str, LibraryId> = BTreeMap::new();
    let mut places = Vec::new();
    for entry in LIBRARIES {
        let kind = match entry.under {
            "" => LibraryKind::Federation,
            FEDERATION => LibraryKind::Member,
            _ => LibraryKind::Branch,
        };
        let new = NewLibrary {
            parent: ids.get(entry.under).copied(),
            code: entry.code.to_owned(),
            kind,
            names: entry.names.map(str::to_owned),
            address: entry.address.to_owned(),
            phone: entry.phone.to_owned(),
            hours: entry.hours.to_owned(),
        };
        let library = add_library(op, new).await?;
        ids.insert(entry.code, library);
        let mut points = Vec::new();
        for (code, kind, name) in points_of(entry.code) {
            let new =
                NewServicePoint { library, code: (*code).to_owned(), kind: *kind, name: (*name).to_owned() };
            points.push((*code, *kind, add_service_point(op, new).await?));
        }
        if entry.weight > 0 {
            places.push(Place { code: entry.code, library, weight: entry.weight, points });
        }
    }
    let root = ids.get(FEDERATION).copied().ok_or(service::Error::NotFound("federation"))?;
    Ok(Federation { root, places })
}

/// What two of the libraries have set for themselves, so that there is something to see.
pub async fn set_policies(service: &Service, federation: &Federation) -> Result<()> {
    let phone = "0757-0000 1110";
    service
        .write(federation.actor(), async |op| {
            set_policy(op, federation.root, Policy::LossPhone, Some(phone)).await?;
            for (code, policy, value) in [
                ("FS", Policy::PeriodicalLimit, "5"),
                // Whoever tries the demo sits at a public computer of this library.
                ("FS", Policy::TerminalNetworks, "127.0.0.0/8"),
                ("SD", Policy::PeriodicalLimit, "3"),
                ("SD", Policy::AvLimit, "2"),
                ("SD", Policy::LossConfirmDays, "7"),
            ] {
                if let Some(library) = federation.library(code) {
                    set_policy(op, library, policy, Some(value)).await?;
                }
            }
            Ok(())
        })
        .await
}
