"""A ChatKit server that is not ours: FastAPI, the `chatkit` package and threads in memory.

The tests of `<openai-chatkit>` talk to it. What it answers is chosen by the message ("show
notice", "show widget:Card"); `scripts.py` and `widgets.py` hold what there is.
"""
