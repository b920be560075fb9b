"""The decision: may we contact this person, now, so; the profiles as data; no table, no clock."""

from carecredit.contact_policy.rules.bounds import check_moment
from carecredit.contact_policy.rules.case import (
    ProfileChanged,
    case_of,
    changed_data,
    inputs_of,
    read_case,
    written,
)
from carecredit.contact_policy.rules.casefile import CaseFile, CaseFileInvalid, read_cases
from carecredit.contact_policy.rules.check import (
    FUNCTIONS,
    Checked,
    Difference,
    FunctionUnknown,
    check_cases,
    reckon,
    told_of,
    words_of,
)
from carecredit.contact_policy.rules.counting import (
    Counter,
    kept_counters,
    memory_days,
    taken_counters,
)
from carecredit.contact_policy.rules.decision import (
    decide,
    deferred_by_cap,
    explain,
    replay,
    with_proofs,
)
from carecredit.contact_policy.rules.duties import opened_with
from carecredit.contact_policy.rules.events import KINDS, Event, may_become
from carecredit.contact_policy.rules.facts import (
    WHOLE_DAY,
    Consent,
    Facts,
    OperatorHours,
    Request,
    Stop,
    Superseded,
    Wish,
    asked,
    identity_at,
)
from carecredit.contact_policy.rules.library import load_profiles
from carecredit.contact_policy.rules.moratoria import moratorium_end, treatment_end
from carecredit.contact_policy.rules.opening import check_calendar, operator_hours
from carecredit.contact_policy.rules.places import (
    Place,
    candidate_zones,
    picked,
    place_of,
    speaks_at,
)
from carecredit.contact_policy.rules.profile import Profile
from carecredit.contact_policy.rules.reading import ProfileInvalid, parse_profile
from carecredit.contact_policy.rules.telling import first_allowed, summary
from carecredit.contact_policy.rules.verdict import Obligation, Reason, Sentence, Verdict, Versions
from carecredit.contact_policy.rules.week import OpenDay, OpenWeek, open_week
from carecredit.contact_policy.rules.wishes import granted, wish_stops, wished_hours
from carecredit.customers.rules import CHANNELS, PURPOSES
from carecredit.kernel.public_days import (
    Calendars,
    CalendarUnknown,
    PublicDays,
)

__all__ = [
    "CHANNELS",
    "FUNCTIONS",
    "KINDS",
    "PURPOSES",
    "WHOLE_DAY",
    "CalendarUnknown",
    "Calendars",
    "CaseFile",
    "CaseFileInvalid",
    "Checked",
    "Consent",
    "Counter",
    "Difference",
    "Event",
    "Facts",
    "FunctionUnknown",
    "Obligation",
    "OpenDay",
    "OpenWeek",
    "OperatorHours",
    "Place",
    "Profile",
    "ProfileChanged",
    "ProfileInvalid",
    "PublicDays",
    "Reason",
    "Request",
    "Sentence",
    "Stop",
    "Superseded",
    "Verdict",
    "Versions",
    "Wish",
    "asked",
    "candidate_zones",
    "case_of",
    "changed_data",
    "check_calendar",
    "check_cases",
    "check_moment",
    "decide",
    "deferred_by_cap",
    "explain",
    "first_allowed",
    "granted",
    "identity_at",
    "inputs_of",
    "kept_counters",
    "load_profiles",
    "may_become",
    "memory_days",
    "moratorium_end",
    "open_week",
    "opened_with",
    "operator_hours",
    "parse_profile",
    "picked",
    "place_of",
    "read_case",
    "read_cases",
    "reckon",
    "replay",
    "speaks_at",
    "summary",
    "taken_counters",
    "told_of",
    "treatment_end",
    "wish_stops",
    "wished_hours",
    "with_proofs",
    "words_of",
    "written",
]
