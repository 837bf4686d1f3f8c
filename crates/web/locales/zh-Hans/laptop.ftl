# 流动办证点的电脑没有网络：证还不能用，也只查了本机
laptop-card-state = 上传并确认后生效
laptop-card-works-later = 此证在上传到图书馆并获确认后才能使用；届时如查出已有借阅证，可能不予办理。
laptop-done-say-document = 登记好了。上传到图书馆并获确认后，您的{ $document }才能借书；届时也可能不予办理。
laptop-done-say-one-card = 登记好了。上传到图书馆并获确认后，这张“一卡通”才能借书；届时也可能不予办理。
laptop-may-borrow = 生效后可借
laptop-slip-good-for = 生效后凭此证可以
laptop-duplicates-none = 本机没有办过；全联合体的查重在上传时进行
laptop-duplicates-some = 本机没有用此证件办过，另有 { $count } 位读者可能是同一人；全联合体的查重在上传时进行
laptop-found-here = 只查了本机所办的证
laptop-nobody-by-document = 本机没有办过
laptop-nobody-by-document-what = 全联合体的查重在上传时进行：请先问读者是否已有借阅证。
laptop-then-duplicates-what = 本机已给此证件办过证的，会在这里告诉您。全联合体的查重在上传时进行。
laptop-help-open-1 = 请读者出示有效证件，放在读卡器上按 R，或把号码输进扫描框。系统先查本机有没有办过；全联合体的查重在上传时进行。
laptop-help-holds-what = 本机已办过的，不用再办。在别处办过的，上传时才查得出：请先问读者。
