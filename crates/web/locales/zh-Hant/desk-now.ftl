# 服務台：證的現狀、照片、重來的表單
form-without-key = 缺少表單編號，什麼都沒有辦理。填寫的內容已保留，請重新核對身份，再提交一次。
photo-none = 沒有照片，請核對證件上的照片
notes-above = 備註都在上方
card-not-working = 此證現在不能使用。
card-to-do-lost = 找到後請帶證件到任一成員館恢復；找不到可以補辦或註銷。
card-to-do-cancelled = 已換新證的，請用新證；沒有新證的，需要時帶有效證件重新辦證。
problem-picture-kind = 請上傳 JPEG、PNG 或 WebP 圖片
after-now = 此後借閱證又有變動，現在的狀態：
choose = 請選擇
