"""How states are shown: the tone of the tag beside the word, the same everywhere on the officers' desk."""

from scheme.models import PartnerApplication

A = PartnerApplication.State
TONES: dict[str, str] = {
    A.SUBMITTED: "info", A.SCREENING: "info", A.CLARIFICATION: "wait", A.ASSESSMENT: "info", A.UNDER_REVIEW: "info",
    A.RECONCILIATION: "wait", A.RECOMMENDED: "good", A.ON_NOTICE: "good", A.ENDORSED: "good", A.COMMENDED: "gold",
    A.NOT_RECOMMENDED: "bad", A.INELIGIBLE: "bad", A.LAPSED: "bad",
}  # fmt: skip


def tone_of(state: str) -> str:
    """The tone of the tag of `state`: neutral, info, wait, good, bad or gold."""
    return TONES.get(state, "neutral")
