# 合并记录：不能合并的原因，以及撤销后的记录
blocker-undo_merge_first = 该读者又于{ $time }被合并过
instead-undo_merge_first = 先撤销{ $time }的那次合并（见合并记录）
blocker-plainly_different = 两份记录的公民身份号码不同，号码中的出生日期或性别也不同，是两个人
instead-plainly_different = 不要合并；如确为同一人，请写明理由
message-card_merged = 记录合并，注销一证
outcome-undone = 后已撤销
merge-plainly = 证件表明这是两个人
merge-plainly-what = 公民身份号码不同，号码中的出生日期或性别也不同。仅在看到号码更正证明时才可合并，并写明是哪一份证明。
merge-reason-hint = 至少 2 个字，随合并记录保存
merges-reason = 证件不同仍合并：{ $reason }
