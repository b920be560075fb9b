"""The QR code by which a banking app fills in a transfer (EPC069-12, version 2.1)."""

import io

import msgspec
import segno

from carecredit.kernel.errors import Invalid
from carecredit.kernel.money import Money, major

NAME_MAX, TEXT_MAX, BYTES_MAX, VERSION_MAX = 70, 140, 331, 13
CENTS_MAX = 999_999_999_99
QUIET = 4
"""Blank modules around the code, which ISO/IEC 18004 asks for."""


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer as it is to be filled in; the account is one that was checked."""

    payee: str
    iban: str
    bic: str | None = None
    amount: Money | None = None
    reference: str | None = None
    """ISO 11649; with it there is no text, the standard takes one of the two."""
    text: str = ""


def payload(transfer: Transfer) -> str:
    """Write what the code says, line by line (EPC069-12, section 3); UTF-8, no line is left out."""
    _check(transfer)
    lines = [
        "BCD",
        "002",
        "1",
        "SCT",
        transfer.bic or "",
        transfer.payee,
        transfer.iban,
        f"EUR{major(transfer.amount.minor, 'EUR')}" if transfer.amount else "",
        "",
        transfer.reference or "",
        "" if transfer.reference else transfer.text,
    ]
    written = "\n".join(lines).rstrip("\n")
    if len(written.encode()) > BYTES_MAX:
        raise Invalid(f"a payment code holds {BYTES_MAX} bytes; shorten the payee or the text")
    return written


def qr_svg(text: str, *, title: str) -> str:
    """Draw a code as SVG, dark on white, with its quiet zone and a spoken name."""
    code = segno.make_qr(text, error="m", boost_error=False, encoding="utf-8")
    if int(code.version) > VERSION_MAX:
        raise Invalid(f"a payment code is no larger than version {VERSION_MAX}")
    buffer = io.BytesIO()
    code.save(
        buffer,
        kind="svg",
        scale=4,
        border=QUIET,
        dark="#15232D",
        light="#FFFFFF",
        xmldecl=False,
        title=title,
        omitsize=True,
        nl=False,
    )
    return buffer.getvalue().decode()


def _check(transfer: Transfer) -> None:
    """Refuse what the standard does not carry, naming it."""
    texts = {"payee": (transfer.payee, NAME_MAX), "text": (transfer.text, TEXT_MAX)}
    for field, (text, longest) in texts.items():
        if len(text) > longest or not text.isprintable():
            raise Invalid(f"the {field} has at most {longest} characters, in a line", field=field)
    if not transfer.payee.strip():
        raise Invalid("a transfer has a payee", field="payee")
    amount = transfer.amount
    if amount and (amount.currency != "EUR" or not 0 < amount.minor <= CENTS_MAX):
        raise Invalid(
            f"a payment code is of 0.01 to 999999999.99 EUR, not {amount}", field="amount"
        )
