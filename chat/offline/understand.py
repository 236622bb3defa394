"""Finds what a message means. Pure."""

from __future__ import annotations

import re

from .intents import Add, Complete, Conversation, Delete, Intent, Named, NewTask, Small, Unknown


def understand(text: str, conversation: Conversation) -> Intent:
    text = text.strip().rstrip(".!?")
    if m := re.fullmatch(r"(?:add|create) (?:a )?(?:task )?(?:to )?(.+)", text, re.I):
        return Add((NewTask(m.group(1)),))
    if m := re.fullmatch(r"mark (?:the )?(.+?)(?: task)? as (?:complete|done)", text, re.I):
        return Complete(Named(m.group(1)))
    if m := re.fullmatch(r"delete (?:the )?(.+?)(?: task)?", text, re.I):
        return Delete(Named(m.group(1)))
    if re.fullmatch(r"(?:hello|hi|hey)", text, re.I):
        return Small("hello")
    return Unknown(text)
