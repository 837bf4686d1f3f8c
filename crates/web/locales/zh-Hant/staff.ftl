# 員工帳號與本館事務
service-add_staff = 新增員工帳號
service-close_staff = 停用員工帳號
service-reopen_staff = 重新啟用員工帳號
service-reset_staff_password = 重設員工密碼
service-remove_staff_codes = 取消員工帳號的動態口令
service-set_staff_role = 變更員工崗位
service-move_staff = 員工帳號轉到其他館
service-change_staff_password = 修改本人密碼
service-use_staff_codes = 啟用動態口令
service-issue_token = 發放介面令牌
service-revoke_token = 撤銷介面令牌
service-set_policy = 變更本館規定
field-role = 崗位
field-library = 圖書館
field-identity-check-agent = 代辦人
field-identity-check-principal = 委託人
api-bad-request = 無法識別該位址或請求
