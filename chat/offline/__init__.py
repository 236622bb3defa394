"""The built-in assistant: answers in English without a language model, through real tool calls.

`conversation` reads what was said, `understand` finds what is meant, `respond` decides what to do
and say, `model` is the Agents SDK `Model` around them. All but `model` are pure.
"""
