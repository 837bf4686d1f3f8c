"""The codec of invenio-sip2 against our server: it writes each request by its tables, and reads each answer by them.

It knows only the fields that it names, and fails on any other: a strict reader."""

import socket
import sys
from unittest.mock import MagicMock

# Its server wants an Invenio around it; its codec does not.
for name in ("flask_login", "invenio_access", "invenio_access.permissions", "invenio_i18n", "redis", "flask_babel"):
    sys.modules[name] = MagicMock()

from flask import Flask  # noqa: E402
from invenio_sip2.api import Message  # noqa: E402
from invenio_sip2.ext import InvenioSIP2  # noqa: E402

port, login, password, card, pin = int(sys.argv[1]), *sys.argv[2:6]
WHEN = "20261124    100000"
FIXED = {
    "uid_algorithm": "0", "pwd_algorithm": "0", "status_code": "0", "max_print_width": "080", "protocol_version": "2.00",
    "language": "019", "transaction_date": WHEN, "summary": "  Y       ", "sc_renewal_policy": "N", "no_block": "N",
    "nb_due_date": WHEN, "third_party_allowed": "N", "return_date": WHEN, "fee_type": "01", "payment_type": "00",
    "currency_type": "CNY",
}
line = socket.create_connection(("127.0.0.1", port), timeout=60)
sequence = 0


def tell(step, *what):
    print(step, *what, sep="\t", flush=True)


def say(types, code, **fields):
    global sequence
    message_type = types.get_by_command(code)
    request = Message(message_type=message_type, sequence_number=str(sequence))
    for part in message_type.fixed_fields:
        request.add_fixed_field(part, FIXED[part.field_id])
    for name, value in fields.items():
        request.add_variable_field(name, value)
    line.sendall(str(request).encode("utf-8"))
    raw = b""
    while not raw.endswith(b"\r"):
        byte = line.recv(1)
        assert byte, "the connection ended"
        raw += byte
    text = raw.decode("utf-8").rstrip("\r")
    answer = Message(request=text)
    # 38 has its first two parts the other way round in its tables: that one is looked at as it came.
    assert answer.sequence_number == str(sequence), text
    sequence = (sequence + 1) % 10
    return answer, text


app = Flask("codec")
app.config["SIP2_DATASTORE_HANDLER"] = "unittest.mock:MagicMock"
InvenioSIP2(app)
with app.app_context():
    from invenio_sip2.proxies import current_sip2

    types = current_sip2.sip2_message_types
    who = {"institution_id": "FS", "patron_id": card, "terminal_pwd": "", "patron_pwd": pin}
    told, _ = say(types, "93", login_uid=login, login_pwd=password)
    tell("login", told.get_fixed_field_value("ok"))
    told, _ = say(types, "99")
    tell("status", told.get_fixed_field_value("online_status"), told.get_field_value("supported_messages"))
    told, _ = say(types, "23", **who)
    tell("patron", told.get_field_value("patron_name"), told.get_field_value("valid_patron_pwd"))
    item = {"item_id": "B0001", "terminal_pwd": ""}
    told, _ = say(types, "11", institution_id="FS", patron_id=card, patron_pwd=pin, **item)
    tell("checkout", told.get_fixed_field_value("ok"), told.get_field_value("title_id"))
    told, _ = say(types, "63", **who)
    tell("information", int(told.get_fixed_field_value("charged_items_count")), *told.get_field_values("charged_items"))
    told, _ = say(types, "63", institution_id="FS", patron_id="FS99999999")
    tell("nobody", int(told.get_fixed_field_value("charged_items_count")), told.get_field_value("valid_patron"))
    told, _ = say(types, "29", institution_id="FS", patron_id=card, patron_pwd=pin, **item)
    tell("renew", told.get_fixed_field_value("ok"))
    told, _ = say(types, "17", institution_id="FS", item_id="B0001")
    tell("item", told.get_field_value("title_id"), told.get_fixed_field_value("circulation_status"))
    told, _ = say(types, "09", current_location="hall", institution_id="FS", **item)
    tell("checkin", told.get_fixed_field_value("ok"))
    _, text = say(types, "37", fee_amount="1.00", transaction_id="T9", **who)
    tell("fee", text[:3])
    told, _ = say(types, "35", **who)
    tell("end", told.get_fixed_field_value("end_session"))
