# 流動辦證點的電腦沒有網路：證還不能用，也只查了本機
laptop-card-state = 上傳並確認後生效
laptop-card-works-later = 此證在上傳到圖書館並獲確認後才能使用；屆時如查出已有借閱證，可能不予辦理。
laptop-done-say-document = 登記好了。上傳到圖書館並獲確認後，您的{ $document }才能借書；屆時也可能不予辦理。
laptop-done-say-one-card = 登記好了。上傳到圖書館並獲確認後，這張「一卡通」才能借書；屆時也可能不予辦理。
laptop-may-borrow = 生效後可借
laptop-slip-good-for = 生效後憑此證可以
laptop-duplicates-none = 本機沒有辦過；全聯合體的查重在上傳時進行
laptop-duplicates-some = 本機沒有用此證件辦過，另有 { $count } 位讀者可能是同一人；全聯合體的查重在上傳時進行
laptop-found-here = 只查了本機所辦的證
laptop-nobody-by-document = 本機沒有辦過
laptop-nobody-by-document-what = 全聯合體的查重在上傳時進行：請先問讀者是否已有借閱證。
laptop-then-duplicates-what = 本機已給此證件辦過證的，會在這裡告訴您。全聯合體的查重在上傳時進行。
laptop-help-open-1 = 請讀者出示有效證件，放在讀卡機上按 R，或把號碼輸進掃描框。系統先查本機有沒有辦過；全聯合體的查重在上傳時進行。
laptop-help-holds-what = 本機已辦過的，不用再辦。在別處辦過的，上傳時才查得出：請先問讀者。
