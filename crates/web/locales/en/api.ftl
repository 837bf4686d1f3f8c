# What the JSON API says.
api-unauthorized = A valid token is needed (Authorization: Bearer …). Ask the administrator of the federation for one.
api-bad-idempotency-key = Idempotency-Key must be 1 to 200 visible ASCII characters.
api-unsupported-media-type = The body must be JSON (Content-Type: application/json).
api-too-large = The request is larger than 64 KiB. Make it smaller and try again.
api-malformed-json = The JSON is malformed, see line { $line }.
api-wrong-type = The value has the wrong type; see the description of the API.
api-invalid = Something can’t be taken; see each field under errors.
api-refused = This can’t be done; see the reasons under blockers.
api-forbidden = This token lacks a right: { $right }.
api-not-found = Not found.
api-idempotency-key-reused = This Idempotency-Key was used for another request. Choose a new one.
api-too-many-tries = Too many tries. Try again later.
api-busy = The system is busy. Nothing was changed; send the same request again in a moment.
api-internal = Something went wrong. Nothing was changed. Tell technical support the request_id.
api-method-not-allowed = This address does not take that method; see the description of the API.
api-stale = Somebody else changed this meanwhile. Read it again, then change it.
