# What the JSON API says.
api-unauthorized = 需要有效的访问令牌（Authorization: Bearer …）。请向联合馆管理员申请。
api-bad-idempotency-key = Idempotency-Key 须为 1 至 200 个可见的 ASCII 字符。
api-unsupported-media-type = 请求正文须为 JSON（Content-Type: application/json）。
api-too-large = 请求超过 64 KiB。请减小后重试。
api-malformed-json = JSON 格式有误，见第 { $line } 行。
api-wrong-type = 值的类型不对，请对照接口说明。
api-invalid = 有内容不能接受，见 errors 中各字段的说明。
api-refused = 不能办理，见 blockers 中的原因。
api-forbidden = 此令牌没有所需的权限：{ $right }。
api-not-found = 没有找到。
api-idempotency-key-reused = 此 Idempotency-Key 已用于另一请求。请换一个新的。
api-too-many-tries = 尝试次数过多，请稍后再试。
api-busy = 系统繁忙，此次未做任何更改，请稍后以同样的请求重试。
api-internal = 系统出错，此次未做任何更改。请把 request_id 告知技术支持。
api-method-not-allowed = 此地址不支持该方法，请对照接口说明。
api-stale = 资料刚被别人改过：请重新读取后再改。
