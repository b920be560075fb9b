"""A ledger's files through the door: a ZIP, whole or not at all, each bad row named."""

from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile

import pytest

API = "/api/v1"
ZIP = {"Content-Type": "application/zip"}
INVOICES = (
    "invoice_id,customer_id,invoice_date,due_date,currency,gross_amount\n"
    "Z-1,K-9,2026-05-01,2026-05-31,EUR,100.00\n"
)
PAYMENTS = (
    "payment_id,customer_id,invoice_id,payment_date,currency,amount\n"
    "ZP-1,K-9,Z-1,2026-05-20,EUR,40.00\n"
)


def packed(as_: int = ZIP_STORED, **files: str) -> bytes:
    body = BytesIO()
    with ZipFile(body, "w", as_) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("_csv", ".csv"), text)
    return body.getvalue()


def twice() -> bytes:
    body = BytesIO()
    with ZipFile(body, "w") as archive:
        archive.writestr("invoices.csv", INVOICES)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("invoices.csv", INVOICES.replace("Z-1", "Z-2"))
    return body.getvalue()


def damaged() -> bytes:
    body = BytesIO()
    with ZipFile(body, "w", ZIP_DEFLATED) as archive:
        archive.writestr("invoices.csv", INVOICES * 50)
    told = bytearray(body.getvalue())
    told[60:90] = bytes(30)
    return bytes(told)


def bring(centre: Any, body: bytes, **headers: str) -> Any:
    return centre.post(f"{API}/imports", key="integrator", content=body, headers=ZIP | headers)


class TestImports:
    def test_take_in_all_files_and_the_same_again_is_no_news(self, any_centre: Any) -> None:
        body = packed(invoices_csv=INVOICES, payments_csv=PAYMENTS)

        first, again = bring(any_centre, body), bring(any_centre, body)
        parts = any_centre.get(
            f"{API}/metrics/receivables.net/parts?as_of=2026-05-31", key="finance"
        ).json()["parts"]

        assert first.status_code == 200, first.text
        assert [(each["file"], each["added"]) for each in first.json()["files"]] == [
            ("invoices.csv", 1),
            ("payments.csv", 1),
        ]
        assert {each["unchanged"] for each in again.json()["files"]} == {1}
        assert ("Z-1", "60.00") in {(each["number"], each["amount"]) for each in parts}

    def test_name_each_bad_row_and_write_nothing(self, centre: Any) -> None:
        body = packed(invoices_csv=INVOICES, payments_csv=PAYMENTS.replace("40.00", "forty"))

        answer = bring(centre, body)
        after = bring(centre, packed(invoices_csv=INVOICES))

        assert (answer.status_code, answer.json()["code"]) == (422, "import_refused")
        (bad,) = answer.json()["errors"]
        assert bad["pointer"] == "/payments.csv/2/amount"
        assert "forty" in bad["message"]
        assert after.json()["files"][0]["added"] == 1

    @pytest.mark.parametrize(
        ("body", "why"),
        [
            (b"no zip at all", "no ZIP"),
            (packed(**{"../invoices_csv": INVOICES}), "no file of the ledger"),
            (packed(notes_csv="a,b\n"), "no file of the ledger"),
            (packed(**{"book/invoices_csv": INVOICES}), "not their folder"),
            (packed(), "the ZIP is empty"),
            (twice(), "stands twice"),
            (damaged(), "no ZIP that can be read"),
            (packed(as_=ZIP_LZMA, invoices_csv=INVOICES), "the usual way"),
        ],
    )
    def test_refuse_what_is_no_ledger(self, centre: Any, body: bytes, why: str) -> None:
        answer = bring(centre, body)

        assert answer.status_code == 422
        assert why in answer.json()["detail"]

    def test_are_for_whom_may_write_a_ledger(self, centre: Any) -> None:
        body = packed(invoices_csv=INVOICES)

        answer = centre.post(f"{API}/imports", key="finance", content=body, headers=ZIP)

        assert answer.status_code == 403
