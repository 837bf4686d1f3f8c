# 服务台：证的现状、照片、重来的表单
form-without-key = 缺少表单编号，什么都没有办理。填写的内容已保留，请重新核对身份，再提交一次。
photo-none = 没有照片，请核对证件上的照片
notes-above = 备注都在上方
card-not-working = 此证现在不能使用。
card-to-do-lost = 找到后请带证件到任一成员馆恢复；找不到可以补办或注销。
card-to-do-cancelled = 已换新证的，请用新证；没有新证的，需要时带有效证件重新办证。
problem-picture-kind = 请上传 JPEG、PNG 或 WebP 图片
after-now = 此后借阅证又有变动，现在的状态：
choose = 请选择
