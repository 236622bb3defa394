"""What staff read: conversations as they were, runs, tool calls. Records: nothing can be edited."""

from chat.admin.audit_events import AuditEventAdmin
from chat.admin.records import FeedbackAdmin, RunAdmin, ToolCallAdmin
from chat.admin.threads import ThreadAdmin

__all__ = ["AuditEventAdmin", "FeedbackAdmin", "RunAdmin", "ThreadAdmin", "ToolCallAdmin"]
