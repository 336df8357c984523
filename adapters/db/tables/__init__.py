"""Every table, declared. Keyed by school from the first on; text of reports stands only in ``sealed`` columns.

The migrations must lead to exactly this (``tests/contract/test_store_schema.py``).
"""

from __future__ import annotations

from adapters.db.tables.base import metadata
from adapters.db.tables.desk import (
    desk_sessions,
    head_questions,
    inbox,
    one_time_links,
    question_counts,
    second_factors,
    seen_events,
)
from adapters.db.tables.installs import install_states, slack_installs
from adapters.db.tables.own import policy_drafts, policy_entries, policy_texts
from adapters.db.tables.people import absences, accounts, holdings, people, schools, shared_logins, stand_ins
from adapters.db.tables.reports import (
    attachment_doors,
    attachment_keys,
    attachments,
    drafts,
    grants,
    report_entries,
    report_keys,
    report_links,
    report_subjects,
    reports,
)
from adapters.db.tables.rereads import acknowledgements, campaigns, policy_versions, reread_steps
from adapters.db.tables.telling import audit, audit_heads, outbox, restores

__all__ = [
    "absences",
    "accounts",
    "acknowledgements",
    "attachment_doors",
    "attachment_keys",
    "attachments",
    "audit",
    "audit_heads",
    "campaigns",
    "desk_sessions",
    "drafts",
    "grants",
    "head_questions",
    "holdings",
    "inbox",
    "install_states",
    "metadata",
    "one_time_links",
    "outbox",
    "people",
    "policy_drafts",
    "policy_entries",
    "policy_texts",
    "policy_versions",
    "question_counts",
    "report_entries",
    "report_keys",
    "report_links",
    "report_subjects",
    "reports",
    "reread_steps",
    "restores",
    "schools",
    "second_factors",
    "seen_events",
    "shared_logins",
    "slack_installs",
    "stand_ins",
]
