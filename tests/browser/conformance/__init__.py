"""`<openai-chatkit>` against a ChatKit server that is not ours: what CONFORMANCE.md lists."""
