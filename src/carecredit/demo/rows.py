"""The rows of the made world, as plain values: companies, customers, documents, money, promises."""

from datetime import date

import msgspec


class Customer(msgspec.Struct, frozen=True):
    """A customer's card; no phone and no email means that nobody can be reached."""

    number: str
    name: str
    language: str
    phone: str | None
    email: str | None
    country: str
    region: str | None
    segment: str
    started_on: date
    ended_on: date | None
    ended_reason: str | None
    monthly_value_minor: int


class Invoice(msgspec.Struct, frozen=True):
    """A request for payment; contested from one day to before the other (none: still)."""

    number: str
    customer: str
    invoiced_on: date
    due_on: date
    currency: str
    gross_minor: int
    tax_minor: int
    recorded_on: date
    disputed_from: date | None
    disputed_to: date | None
    segment: str


class Payment(msgspec.Struct, frozen=True):
    """Money received; without an invoice it is not applied, without a day it was on the same."""

    number: str
    customer: str
    invoice: str | None
    received_on: date
    applied_on: date | None
    currency: str
    amount_minor: int
    recorded_on: date


class CreditNote(msgspec.Struct, frozen=True):
    """A reduction of an invoice; without an invoice it stands to the customer's credit."""

    number: str
    customer: str
    invoice: str | None
    credited_on: date
    applied_on: date | None
    currency: str
    gross_minor: int
    tax_minor: int
    recorded_on: date
    segment: str


class WriteOff(msgspec.Struct, frozen=True):
    """What the company gave up of an invoice."""

    number: str
    customer: str
    invoice: str
    written_off_on: date
    currency: str
    amount_minor: int
    recorded_on: date


class Promise(msgspec.Struct, frozen=True):
    """An amount and a day that a customer gave, on the day it was given."""

    customer: str
    amount_minor: int
    currency: str
    given_on: date
    promised_on: date


class Company(msgspec.Struct, frozen=True):
    """A client company with all its rows, as known at the end of the world's day."""

    code: str
    name: str
    country: str
    currency: str
    iban: str
    language: str
    zone: str
    sector: str
    customers: tuple[Customer, ...]
    invoices: tuple[Invoice, ...]
    payments: tuple[Payment, ...]
    credit_notes: tuple[CreditNote, ...]
    write_offs: tuple[WriteOff, ...]
    promises: tuple[Promise, ...]


class World(msgspec.Struct, frozen=True):
    """All of it, with the day it ends on and the day the gentle method began."""

    seed: int
    today: date
    gentle_from: date
    companies: tuple[Company, ...]
