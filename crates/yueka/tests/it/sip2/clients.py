"""Clients that others wrote, against our server: `Sip2` speaks, `pysip2` reads each answer strictly, then speaks itself."""

import socket
import sys

import pysip2
from Sip2.sip2 import Sip2

port, login, password, card, pin = int(sys.argv[1]), *sys.argv[2:6]


def tell(step, *what):
    print(step, *what, sep="\t", flush=True)


def strictly(step, raw):
    decoded = pysip2.decode_message(raw.encode("utf-8"), encoding="utf-8")
    assert decoded.checksum is not None, (step, raw)
    again = pysip2.encode_message(
        decoded.message, sequence_number=decoded.sequence_number, checksum=True, encoding="utf-8"
    )
    read = pysip2.decode_message(again, encoding="utf-8")
    assert read.message == decoded.message, (step, raw)
    return decoded.message


class Client(Sip2):
    def _init_logger(self):
        import logging

        self.log = logging.getLogger("sip2")
        self.log.disabled = True


client = Client()
client.hostName, client.hostPort, client.tlsEnable = "127.0.0.1", port, False
client.socketTimeout = 60
client.language, client.institutionId, client.scLocation = "019", "FS", "hall"
client.connect()


def ask(step, request, read):
    answer = read(client.get_response(request))
    return answer, strictly(step, client.last_response)


answer, _ = ask("login", client.sip_login_request(login, password), client.sip_login_response)
tell("login", answer["fixed"]["Ok"])
answer, _ = ask("status", client.sip_sc_status_request(), client.sip_sc_status_response)
tell("status", answer["fixed"]["OnlineStatus"], answer["variable"]["BX"][0])
client.patron, client.patronpwd = card, pin
answer, _ = ask("patron", client.sip_patron_status_request(), client.sip_patron_status_response)
tell("patron", answer["variable"]["AE"][0], answer["variable"]["BL"][0], answer["variable"]["CQ"][0])
answer, _ = ask("checkout", client.sip_checkout_request("B0001"), client.sip_checkout_response)
tell("checkout", answer["fixed"]["Ok"], answer["variable"]["AJ"][0])
answer, typed = ask(
    "information", client.sip_patron_information_request("charged"), client.sip_patron_information_response
)
tell("information", answer["fixed"]["ChargedItemsCount"] if "ChargedItemsCount" in answer["fixed"] else typed.charged_items_count, answer["variable"]["AU"][0])
answer, _ = ask("renew", client.sip_renew_request("B0001"), client.sip_renew_response)
tell("renew", answer["fixed"]["Ok"])
answer, _ = ask("item", client.sip_item_information_request("B0001"), client.sip_item_information_response)
tell("item", answer["variable"]["AJ"][0])
answer, _ = ask("checkin", client.sip_checkin_request("B0001"), client.sip_checkin_response)
tell("checkin", answer["fixed"]["Ok"])
answer, typed = ask(
    "fee", client.sip_fee_paid_request(1, 0, "2.00", transactionId="T1", currencyType="CNY"), client.sip_fee_paid_response
)
tell("fee", typed.payment_accepted)
answer, _ = ask("end", client.sip_end_patron_session_request(), client.sip_end_patron_session_response)
tell("end", answer["fixed"]["EndSession"])
client.disconnect()

# The same by the other one.
line = socket.create_connection(("127.0.0.1", port), timeout=60)
reader = line.makefile("rb", newline=b"\r")
sequence = 0


def say(message):
    global sequence
    line.sendall(pysip2.encode_message(message, sequence_number=sequence, checksum=True, encoding="utf-8"))
    raw = b""
    while not raw.endswith(b"\r"):
        byte = line.recv(1)
        assert byte, "the connection ended"
        raw += byte
    decoded = pysip2.decode_message(raw, encoding="utf-8")
    assert decoded.sequence_number == sequence, raw
    sequence = (sequence + 1) % 10
    return decoded.message


when = "20261124    100000"
told = say(pysip2.LoginRequest(uid_algorithm="0", pwd_algorithm="0", login_user_id=login, login_password=password))
tell("login", told.ok)
told = say(pysip2.PatronInformationRequest(
    language="019", transaction_date=when, summary=" " * 10, institution_id="FS", patron_identifier=card, patron_password=pin
))
tell("patron", told.personal_name, told.valid_patron, told.valid_patron_password)
told = say(pysip2.CheckoutRequest(
    sc_renewal_policy="N", no_block="N", transaction_date=when, nb_due_date=when, institution_id="FS",
    patron_identifier=card, item_identifier="B0002", terminal_password="", patron_password=pin
))
tell("checkout", told.ok, told.title_identifier)
told = say(pysip2.RenewAllRequest(
    transaction_date=when, institution_id="FS", patron_identifier=card, patron_password=pin
))
tell("renew all", told.renewed_count, told.unrenewed_count)
told = say(pysip2.CheckinRequest(
    no_block="N", transaction_date=when, return_date=when, current_location="hall", institution_id="FS",
    item_identifier="B0002", terminal_password=""
))
tell("checkin", told.ok)
told = say(pysip2.EndPatronSessionRequest(transaction_date=when, institution_id="FS", patron_identifier=card))
tell("end", told.end_session)
