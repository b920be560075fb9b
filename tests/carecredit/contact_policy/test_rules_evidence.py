"""What a verdict names as evidence of what it counted."""

from datetime import timedelta

import msgspec

from carecredit.contact_policy import rules
from carecredit.contact_policy.rules.decision import with_proofs
from decisions import DEBT, TUESDAY, UNIREC, codes, decide, stopped

DAY = timedelta(days=1)


def talk(days: int, *, ours: bool = True, channel: str = "voice") -> rules.Event:
    return rules.Event("conversation", TUESDAY - DAY * days, channel, ours=ours)


def told(verdict: rules.Verdict, code: str) -> tuple[str, ...]:
    (reason,) = [one for one in verdict.reasons if one.code == code]
    return reason.evidence


class TestACap:
    def test_names_its_contacts_and_how_many_of_how_many(self) -> None:
        verdict = decide(history=(talk(4), talk(3), talk(2), talk(12)), profiles=(UNIREC,))

        (code,) = codes(verdict)
        assert told(verdict, code)[0] == (
            "3/3: voice 2026-11-20, voice 2026-11-21, voice 2026-11-22"
        )

    def test_only_counts_those_of_others(self) -> None:
        history = (talk(4), talk(3, ours=False), talk(2, ours=False))
        verdict = decide(history=history, profiles=(UNIREC,))

        (code,) = codes(verdict)
        assert told(verdict, code)[0] == "3/3: voice 2026-11-20, +2"


class TestACoolOff:
    def test_names_the_conversation_it_began_with(self) -> None:
        history = (talk(2),)
        verdict = decide(history=history)

        assert told(verdict, "cooloff")[0] == "voice 2026-11-22"


class TestAStop:
    def test_tells_since_when_it_is_known(self) -> None:
        verdict = decide(facts=stopped("deceased", evidence=("2026-11-02, anna",)))

        assert told(verdict, "hold:deceased")[0] == "2026-11-02, anna"

    def test_is_proved_in_free_words_beside_the_inputs(self) -> None:
        verdict = decide(facts=stopped("deceased"))

        proved = with_proofs(verdict, [("deceased", "certificate"), ("minor", "no")])

        assert told(proved, "hold:deceased")[0] == "certificate"
        assert proved.inputs_hash == verdict.inputs_hash
        assert with_proofs(verdict, []) == verdict
        allowed = decide()
        assert with_proofs(allowed, [("deceased", "x")]) == allowed

    def test_told_twice_is_told_once(self) -> None:
        stop = rules.Stop("deceased", evidence=("x",))
        facts = msgspec.structs.replace(stopped("deceased"), stops=(stop, stop))

        assert told(decide(DEBT, facts=facts), "hold:deceased") == ("x",)
