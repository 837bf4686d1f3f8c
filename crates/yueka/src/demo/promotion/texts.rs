//! What the demo's libraries tell the public: written for the demo, in three languages.

/// Library, page, language, title, text.
pub const PAGES: &[(&str, &str, &str, &str, &str)] = &[
    (
        "FSUL",
        "guide",
        "zh-Hans",
        "一张证，走遍全市图书馆",
        "
在全市任何一家成员馆办好，家门口的分馆、地铁站旁的智能书屋都能用。**不收费，不用押金**，几分钟就好。

先看看您能办哪一种，再决定去哪里办。
",
    ),
    (
        "FSUL",
        "guide",
        "zh-Hant",
        "一張證，走遍全市圖書館",
        "
在全市任何一家成員館辦好，家門口的分館、地鐵站旁的智能書屋都能用。**不收費，不用押金**，幾分鐘就好。

先看看您能辦哪一種，再決定去哪裡辦。
",
    ),
    (
        "FSUL",
        "guide",
        "en",
        "One card for every library in the city",
        "
Get it at any member library and use it at the branch next door or the book house at the metro. **It is free, without a deposit**, and takes minutes.

See which card you can get, then choose where to get it.
",
    ),
    (
        "FSUL",
        "card",
        "zh-Hans",
        "怎样办证",
        "
带上证件**原件**就可以，照片和复印件不行。没有合适证件，或者证件正在补办，请打电话问问离您最近的图书馆。
",
    ),
    (
        "FSUL",
        "card",
        "zh-Hant",
        "怎樣辦證",
        "
帶上證件**原件**就可以，照片和複印件不行。沒有合適證件，或者證件正在補辦，請打電話問問離您最近的圖書館。
",
    ),
    (
        "FSUL",
        "card",
        "en",
        "How to get a card",
        "
Bring the **original** of your document; photos and copies will not do. If you have none that fits, or a new one is on its way, call the library nearest to you.
",
    ),
    (
        "FSUL",
        "lending",
        "zh-Hans",
        "借阅规则",
        "
下面的数字是各馆现行的设置。**同一张证在所有成员馆合并计算**：在顺德借了五本，在禅城还能借剩下的。

书丢了、坏了怎么办？请带证到借书的图书馆，工作人员会说明办法。
",
    ),
    (
        "FSUL",
        "lending",
        "en",
        "Lending rules",
        "
These are the numbers that each library has set. **Your card counts as one everywhere**: five books from Shunde leave the rest for Chancheng.

Lost or damaged something? Come with your card to the library that lent it; staff will explain.
",
    ),
    (
        "FSUL",
        "services",
        "zh-Hans",
        "特色服务",
        "
## 送书上门

行动不便的读者打一个电话，志愿者每两周上门一次，送书也取书。

## 低视力读者

每家区馆有一台助视器、一套听书机，可以借回家。**请提前一天预约**。

## 亲子

周末上午有绘本故事会，零到三岁的宝宝有自己的角落。
",
    ),
    (
        "FSUL",
        "services",
        "zh-Hant",
        "特色服務",
        "
## 送書上門

行動不便的讀者打一個電話，志願者每兩週上門一次，送書也取書。

## 低視力讀者

每家區館有一台助視器、一套聽書機，可以借回家。**請提前一天預約**。

## 親子

週末上午有繪本故事會，零到三歲的寶寶有自己的角落。
",
    ),
    (
        "FSUL",
        "services",
        "en",
        "Special services",
        "
## Books to your door

If it is hard for you to come, call us: volunteers bring books every other week and take them back.

## Low vision

Each district library has a magnifier and a set of audio players to take home. **Please book a day before.**

## Families

Picture-book mornings at weekends, and a corner for the very small.
",
    ),
    (
        "FSUL",
        "yuedutong",
        "zh-Hans",
        "常见问题",
        "
### 出省还能用吗

粤读通在广东省内接入的图书馆通用，出省请用当地的证。

### 手机没电怎么办

报证件号或虚拟证号，服务台一样可以查到。
",
    ),
    (
        "FS",
        "services",
        "zh-Hans",
        "市馆的特色",
        "
- **邻里图书馆**：在家里办一个小图书馆，一次可以搬走两百本书
- **智能书屋**：刷证进门，二十四小时都开
- 三楼有**自习预约**、研讨间和录音室
",
    ),
    (
        "FS",
        "services",
        "en",
        "At the city library",
        "
- **Neighbourhood libraries**: keep two hundred of our books at home and lend them to your neighbours
- **Book houses**: open around the clock with your card
- Study seats, meeting rooms and a recording booth on the third floor
",
    ),
    (
        "SD",
        "services",
        "zh-Hans",
        "顺德馆的特色",
        "
- 粤剧与龙舟**地方文献**阅览
- 暑假开设**小小图书管理员**
",
    ),
];

/// Library, days since, whether it is pinned, titles and texts in three languages.
type Post = (&'static str, u64, bool, [&'static str; 3], [&'static str; 3]);

/// The news of the demo.
pub const NEWS: &[Post] = &[
    (
        "FSUL",
        6,
        true,
        ["手机上也能办证了", "手機上也能辦證了", "Get your card on your phone"],
        [
            "
16 岁以上、有身份证、居住证或永久居留证的读者，在手机上填表、拍两张照片，就能办证。[现在就办](/apply)

孩子和其他证件，请到任一服务台，当场办好。
",
            "
16 歲以上、有身份證、居住證或永久居留證的讀者，在手機上填表、拍兩張照片，就能辦證。[現在就辦](/apply)

孩子和其他證件，請到任一服務臺，當場辦好。
",
            "
If you are 16 or older and hold an ID card, residence permit or permanent residence card, fill in a form and take two photos. [Start here](/apply)

For children and other documents, come to any desk; it is done on the spot.
",
        ],
    ),
    (
        "SD",
        12,
        false,
        ["新生第一张读者证", "新生第一張讀者證", "A library card for the new term"],
        [
            "
开学了。请家长带孩子和两个人的证件，到顺德图书馆或任一分馆办证。**办证当天可以选一枚书签**。
",
            "
開學了。請家長帶孩子和兩個人的證件，到順德圖書館或任一分館辦證。**辦證當天可以選一枚書籤**。
",
            "
Term has begun. Bring your child, and documents for both of you, to Shunde Library or any branch. **There is a bookmark for every new card.**
",
        ],
    ),
    (
        "FS",
        20,
        false,
        ["流动图书车十一月路线", "流動圖書車十一月路線", "Where the van stops in November"],
        [
            "
周三、周五下午两点半到五点半，周六全天。车上可以办证、借书、还书。

1. 周三：石湾公园北门
2. 周五：桂城地铁站 B 口
3. 周六：祖庙商圈
",
            "",
            "
Wednesday and Friday from half past two to half past five, Saturday all day. Get your card, borrow and return on board.

1. Wednesday: north gate of Shiwan Park
2. Friday: Guicheng metro station, exit B
3. Saturday: around Zumiao
",
        ],
    ),
    (
        "CC",
        27,
        false,
        ["周末绘本故事会招募志愿者", "週末繪本故事會招募志願者", ""],
        [
            "
会讲粤语、喜欢孩子的朋友，请到一楼服务台报名。
",
            "
會講粵語、喜歡孩子的朋友，請到一樓服務臺報名。
",
            "",
        ],
    ),
];
