"""The reader model: finds the answers to the six questions in mails without a visible form."""

SLOTS = ("work_for", "importance", "consequence", "need", "skills", "milestone")
ROUTES = (
    "consultancy",
    "incident",
    "physical_security",
    "personnel_security",
    "data_protection",
    "other_team",
)
