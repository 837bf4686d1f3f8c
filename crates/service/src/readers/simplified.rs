//! Traditional characters of names and their simplified forms, so that 陳 and 陈 are one surname. Not the whole of the writing
//! system: surnames, and what given names are made of. What is missing here still meets by its pinyin.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Traditional, simplified, traditional, simplified …
const PAIRS: &str = "陳陈張张劉刘黃黄楊杨趙赵吳吴孫孙馬马羅罗鄭郑謝谢韓韩馮冯鄧邓許许蕭萧葉叶蘇苏呂吕盧卢蔣蒋賈贾\
陸陆錢钱範范譚谭廖廖鄒邹龍龙萬万閻阎賀贺龔龚顧顾侯侯邱邱莊庄嚴严溫温蘭兰施施喬乔賴赖樊樊齊齐衛卫歐欧魯鲁關关區区簡简\
鍾钟鐘钟單单聶聂葉叶鞏巩竇窦項项龐庞倫伦寧宁婁娄鄔邬鄺邝梁梁霍霍麥麦黎黎塗涂湯汤藍蓝諸诸厲厉駱骆閔闵應应褚褚鮑鲍費费\
紀纪靳靳遲迟鄒邹畢毕盤盘饒饶勞劳冼冼闕阙賓宾閆闫車车軒轩鳳凤時时傑杰偉伟國国華华麗丽紅红蘋苹萍萍豔艳艷艳燕燕靜静淨净\
瑋玮瑩莹瓊琼瑤瑶璣玑環环瑪玛瑯琅瓏珑強强剛刚鋒锋銳锐鋼钢銘铭鑫鑫鈞钧鈺钰錦锦鎮镇鑒鉴鑑鉴銀银鐵铁鍵键鋁铝鏡镜錫锡鴻鸿\
鵬鹏鵑鹃鶯莺鷗鸥鶴鹤鳴鸣鸞鸾飛飞翔翔風风龍龙慶庆學学業业義义禮礼儀仪億亿優优儒儒達达進进運运遠远連连道道選选還还邁迈\
貞贞賢贤貴贵賽赛贊赞財财質质賜赐賓宾責责貢贡資资賦赋贏赢軍军輝辉輪轮載载輔辅輕轻轉转較较興兴舉举與与書书畫画晝昼曉晓\
曄晔暉晖曙曙東东棟栋樂乐榮荣樺桦樹树橋桥機机權权樞枢檢检標标楓枫欽钦歡欢歲岁歷历氣气漢汉澤泽潔洁濤涛濱滨瀾澜瀟潇淵渊\
滿满湧涌漸渐潤润濟济瀚瀚灝灏燦灿煒炜煥焕熒荧燁烨燈灯爾尔獻献獎奖獨独現现琺珐瑣琐畢毕當当發发癡痴盛盛盡尽監监睿睿碩硕\
確确礎础禎祯祐佑禪禅穎颖穩稳稱称種种積积競竞筆笔節节築筑籌筹糧粮紅红紋纹純纯綸纶紹绍終终組组細细統统絲丝絹绢綺绮綱纲\
綠绿維维緒绪緣缘縈萦績绩繡绣繼继續续纖纤線线練练繪绘羅罗聖圣聲声聰聪聯联聞闻職职肅肃腦脑膽胆臨临艷艳藝艺藍蓝蘭兰蓮莲\
蔣蒋蕓芸薈荟薩萨薔蔷蘊蕴虛虚蟬蝉衛卫補补見见覺觉親亲觀观覽览計计訓训記记訪访設设詠咏詩诗誠诚話话該该詳详語语誼谊談谈\
調调論论諒谅諾诺謀谋謙谦講讲證证識识譯译議议護护讓让讚赞豐丰豪豪貝贝賑赈趙赵躍跃車车軒轩辰辰農农鄉乡鄰邻醫医釋释裡里\
鈴铃鉛铅銅铜銓铨鋪铺錄录錚铮鍋锅鎖锁鏗铿鐸铎長长門门閃闪開开閑闲間间閣阁閩闽闊阔陽阳陰阴隊队階阶際际隨随險险隱隐雙双\
雜杂雞鸡離离難难雲云電电霧雾靈灵韋韦韌韧韻韵響响頂顶順顺預预頌颂頓顿領领頡颉頤颐顏颜願愿類类顯显飄飘馭驭馳驰駒驹駿骏\
騎骑騰腾驊骅驍骁驚惊驥骥驪骊魚鱼鯤鲲鯉鲤鱗鳞鳥鸟鵠鹄鷹鹰麥麦點点齡龄亞亚倉仓個个倩倩偉伟側侧備备傳传傾倾僑侨價价儉俭\
內内兩两冊册凱凯別别則则創创劍剑劉刘勁劲動动務务勝胜勛勋勳勋勵励匯汇協协卻却參参員员問问啟启喬乔單单嘉嘉嘯啸噹当嚮向\
園园圓圆圖图團团執执堅坚堯尧報报場场塵尘壽寿夢梦夾夹奧奥奮奋妝妆娛娱婦妇媽妈嫻娴嬌娇嬋婵嬰婴孫孙寶宝實实審审寬宽寢寝\
將将專专尋寻對对導导層层屬属岡冈島岛峰峰峯峰嵐岚嶺岭嶽岳巖岩師师帥帅帶带幫帮幣币幹干廣广廳厅廬庐張张彌弥彎弯彥彦彈弹\
後后從从徵征德德恆恒悅悦惠惠愛爱慧慧憶忆憐怜應应懷怀懿懿戀恋戰战戲戏戶户擇择擔担據据擁拥揚扬換换撫抚攬揽攝摄斂敛斌斌\
於于昇升昊昊曆历會会朧胧東东來来俠侠儲储冀冀嵩嵩妤妤瀅滢瀧泷淩凌潘潘灣湾滬沪溝沟瑜瑜玨珏璽玺瓚瓒琿珲瑲玱鎧铠鋆鋆銥铱\
鍔锷錡锜鉉铉鈿钿釗钊釧钏釵钗鋭锐説说衆众隆隆濛蒙灄滠濬浚淺浅測测渾浑潯浔漣涟潁颍";

static SIMPLIFIED: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let characters: Vec<char> = PAIRS.chars().filter(|c| !c.is_whitespace()).collect();
    characters.chunks_exact(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?))).collect()
});

/// The simplified form of a character; itself where it has none, or none is known.
pub(super) fn simplified(c: char) -> char {
    SIMPLIFIED.get(&c).copied().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_has_its_pair() {
        assert_eq!(PAIRS.chars().count() % 2, 0);
        for (from, to) in
            [('陳', '陈'), ('鄺', '邝'), ('鐘', '钟'), ('頴', '頴'), ('颍', '颍'), ('潁', '颍'), ('王', '王')]
        {
            assert_eq!(simplified(from), to);
        }
        for to in SIMPLIFIED.values() {
            assert_eq!(simplified(*to), *to, "{to} is simplified already");
        }
    }
}
