"""One rule that is not about hours: its reason code, its name, when it opens."""

import msgspec

from carecredit.contact_policy.rules.hours import Opens


class Limit(msgspec.Struct, frozen=True):
    """A rule about what has happened, what stands, or what is in force."""

    code: str
    rule_id: str
    opens: Opens
