"""The words the grammar is made of: pieces of patterns and lists, nothing that decides."""

from __future__ import annotations

# -- politeness ----------------------------------------------------------------------------------

LEAD = r"""(?x)
    (?:(?:hey|hi|hiya|hello|yo|ok(?:ay)?|k|alright|all\ right|right|so|well|um+|uh+|oh|ah|hm+
        |great|perfect|cool|nice|awesome|excellent|good|fine|sorry|good\ (?:morning|afternoon
        |evening)
        |thanks|thank\ you|thx|cheers|yes|yeah|yep|yup|sure|now|next|first|finally|lastly|actually
        |also|then|and|plus|but|instead|please|pls|plz|pleas|kindly|just|quickly|maybe|perhaps|again
        |assistant|bot|taskchat|chatbot|robot|there|buddy|mate|dude|friend|team|everyone
        |if\ possible|if\ you\ (?:don'?t\ mind|please)
        |when\ you\ (?:can|get\ a\ (?:chance|moment|minute))|for\ me|oh\ and
        |by\ the\ way|btw
        |no(?=,?\ (?:add|delete|remove|complete|mark|rename|move|show|make|set|i\ mean)\b)
        |quick\ (?:one|question|request|thing)|one\ more\ thing|next\ up)
      (?:\s+there|\s+again)?(?:[\s,!.:;\-]+|$))"""

PLEA = r"""(?x)
    (?:(?:(?:can|could|would|will|can'?t|couldn'?t|won'?t|cld|cud)\s+(?:you|u|ya|we|one)
        (?:\s+(?:please|pls|plz|kindly|also|just|maybe|possibly|quickly|perhaps|go\ ahead\ and))*
        (?:\s+help\s+me(?:\s+to)?)?(?:\s+be\ so\ kind\ (?:as\ )?to)?
      |i(?:'?d|\ would|)?\s+(?:really\ )?(?:like|want|need|love|wish)(?:\ for)?\s+(?:you|u)\s+to
      |i(?:'?d|\ would)\s+(?:really\ )?(?:like|love)\s+to(?=\s+(?!know))
      |i\ (?:want\ to|wanna|wish\ to)(?=\s+(?:add|create|make\ a|delete|remove|rename|complete
        |mark|set|see|change|move|reopen|list|view|show|clear|update|put|edit|check)\b)
      |i(?:'?m|\ am)\ (?:asking|telling)\ you\ to|i\ was\ (?:wondering
        |hoping)\ (?:if\ )?you\ (?:could|can|would)
      |(?:no,?\ )?i\ (?:meant|mean)(?:\ to)?
      |do\ you\ think\ you\ (?:could|can)|(?:could|can|may|might)\ i\ (?:ask|get|trouble
        |have)\ you\ to
      |is\ it\ possible\ for\ you\ to|it\ would\ be\ (?:great|nice|lovely|good)\ if\ you\ (?:could
        |can|would)
      |i(?:'?d|\ would)\ (?:appreciate\ it|be\ (?:grateful|happy|glad))\ if\ you\ (?:could|can
        |would)
      |if\ you\ (?:could|can|would)(?:\ please)?|(?:please\ )?help\ me(?:\ to)?|let'?s|let\ me
        |lemme|allow\ me\ to
      |go\ ahead\ and|be\ so\ kind\ (?:as\ )?to|be\ a\ dear\ and|do\ me\ a\ favou?r(?:\ and|[,:])?
      |(?:can|could|may)\ i\ (?:please\ )?(?:get|have)(?=\ an?\ (?:reminder|task)\b)
      |feel\ free\ to|you\ (?:can|should|may|could)(?:\ now)?|i\ need\ help\ to)
      [\s,]+)"""

GERUNDS = {
    "adding": "add",
    "creating": "create",
    "making": "make",
    "putting": "put",
    "deleting": "delete",
    "removing": "remove",
    "marking": "mark",
    "completing": "complete",
    "finishing": "finish",
    "checking": "check",
    "ticking": "tick",
    "crossing": "cross",
    "reopening": "reopen",
    "renaming": "rename",
    "changing": "change",
    "setting": "set",
    "moving": "move",
    "showing": "show",
    "listing": "list",
    "giving": "give",
    "telling": "tell",
    "reminding": "remind",
    "clearing": "clear",
    "updating": "update",
}
GERUND_PLEA = (
    (
        r"(?:(?:would|do) you mind|how about|can i trouble you with"
        r"|any chance of)(?: please)? (?P<verb>"
    )
    + "|".join(GERUNDS)
    + r")\b"
)

TAIL = r"""(?x)
    (?:(?:[\s,;.!?\-]+)(?:please|pls|plz|for\ me|thx|ty|tysm|would\ you|will\ you|could\ you
        |can\ you|after\ all
        |if\ you\ (?:can|could|would|don'?t\ mind)|if\ possible|when\ you\ (?:can
        |get\ a\ (?:chance|moment|minute))
        |thanks\ in\ advance|thank\ you\ (?:so|very)\ much|thanks\ (?:so\ much|a\ lot|a\ bunch
        |a\ million))
      |\s*[,;.!?\-]+\s*(?:thanks|thank\ you|cheers|ok(?:ay)?|right|right\ now|now|bot|assistant
        |mate|buddy|dude|lol|haha|ta))
    [\s.!?]*$"""

# -- nouns and states ----------------------------------------------------------------------------

# "taks", "tsak": swapped letters are the most common slip in a short word.
TASK = (
    r"(?:tasks?|taks|tsaks?|taskes|tasklist items?|to-?dos?|to dos?|to-do items?|to do items?"
    r"|todo items?|list items?|items?|reminders?|entry|entries|things? to do|action items?)"
)
TASKS = (
    r"(?:tasks|taks|tsaks|taskes|task|to-?dos?|to dos|to-do items|to do items|todo items|list items"
    r"|items|reminders|entries|things to do|things|stuff|ones|action items)"
)
LIST = (
    r"(?:(?:my|the|our|your|this|that) )?(?:(?:(?:tasks?|to-?do|todos?|to do|shopping"
    r"|reminders?|grocery|groceries"
    r"|master|daily|current) )?lists?|(?:current )?(?:tasks|to-?dos|reminders|agenda|plate))"
)
THE = r"(?:(?:the|my|our|this|that|a|an) )?"

DONE = (
    r"(?:completed?|complet|compleet|complte|compelte|compleated|finished|finish|done|don|dne|doen"
    r"|checked(?: off)?|ticked(?: off)?|closed|resolved|accomplished|achieved|fulfilled|over with)"
)
NOT_DONE = (
    r"(?:(?:not|un|in|non)[ -]?(?:completed?|done|finished|checked|ticked)|still open|open|undone"
    r"|pending|active|todo|to-do|to do|outstanding|unfinished|incomplete|not started|in progress)"
)

HIGH = (
    r"(?:high(?:est)?|hi|top|urgent|important|critical|crucial|vital|p1|prio 1|max(?:imum)?|asap)"
)
MEDIUM = r"(?:medium|med|mid|middle|moderate|normal|average|regular|standard|p2|prio 2)"
LOW = (
    r"(?:low(?:est)?|lo|minor|trivial|unimportant|not (?:urgent|important)|less important|p3"
    r"|prio 3|min(?:imum)?)"
)
NO_PRIORITY = r"(?:none|no|zero|p4|p0)"
PRIORITY = rf"(?:{HIGH}|{MEDIUM}|{LOW}|{NO_PRIORITY})"
PRIORITY_WORD = r"(?:priority|prio|importance|urgency|priorty|prioirty)"

# -- pieces of commands --------------------------------------------------------------------------

SET = (
    r"(?:set|change|make|update|put|move|edit|adjust|modify|assign|fix|correct|switch|reset|alter)"
)
TAKE = (
    r"(?:remove|clear|delete|drop|unset|get rid of|take (?:off|away|out)|erase|cancel|lose"
    r"|strip|reset|kill)"
)
OF = r"(?:of|for|on|to|from|in)"
DETERMINER = r"(?:(?:the|a|an|its|their|my|any|all|all the|every) )?(?:new |current )?"

# -- yes and no ----------------------------------------------------------------------------------

YES_WORD = (
    r"yes+|yep|yeah|yea|yup|ya|y|ok(?:ay)?|okey|sure(?: thing)?|of course|certainly"
    r"|absolutely|definitely|affirmative"
    r"|confirm(?:ed)?|i confirm|aye|go(?: ahead| for it)|proceed|do (?:it|that|so)"
    r"|please do|yes please|i(?:'?m| am) sure"
    r"|sounds good|that'?s (?:right|fine|ok|okay)|correct|exactly|(?:delete|remove|clear"
    r"|erase|add) (?:them|it|all|those|these|everything)(?: all| of them)?"
)
# What may stand beside a yes without changing it.
_BESIDE_YES = (
    r"please|pls|plz|thanks|thank you|now|all|them|them all|all of them|both|right|fine|do"
    r"|really|100%|k"
)
YES = (
    rf"(?:(?:{_BESIDE_YES})[\s,.!-]+)*(?:{YES_WORD})(?:[\s,.!-]+(?:{YES_WORD}"
    rf"|{_BESIDE_YES}))*[\s,.!-]*"
)
NO = r"""(?x)
    (?:(?:no|nope|nah|naw|n|nay|never|not\ now|not\ yet|not\ really|negative|cancel(?:\ (?:it|that
        |this))?|stop|abort|don'?t|do\ not
        |(?:don'?t|do\ not)\ (?:do\ (?:it|that)|delete\ (?:them|it|anything|any|those|these|that)
        |remove\ (?:them|it)|bother|want\ that)
        |never\ ?mind|nvm|forget\ (?:it|that|about\ it)|leave\ (?:it|them)(?:\ (?:be|alone))?
        |keep\ (?:them|it|all|everything|those|that)(?:\ all)?
        |wait|no\ way|no\ thanks?|no\ thank\ you|neither|none(?:\ of\ (?:them|those|these))?
        |please|thanks|thank\ you|sorry|changed\ my\ mind
        |i(?:'?ve|\ have)?\ changed\ my\ mind|on\ second\ thoughts?|skip(?:\ (?:it|that))?
        |i\ (?:don'?t|do\ not)(?:\ want\ (?:to|that|it))?|nothing|hold\ on)
      [\s,.!\-]*)+"""

# -- positions -----------------------------------------------------------------------------------

ORDINALS = {
    "first": 0,
    "1st": 0,
    "top": 0,
    "second": 1,
    "2nd": 1,
    "third": 2,
    "3rd": 2,
    "fourth": 3,
    "4th": 3,
    "fifth": 4,
    "5th": 4,
    "sixth": 5,
    "6th": 5,
    "seventh": 6,
    "7th": 6,
    "eighth": 7,
    "8th": 7,
    "ninth": 8,
    "9th": 8,
    "tenth": 9,
    "10th": 9,
    "last": -1,
    "final": -1,
    "bottom": -1,
    "former": 0,
    "latter": -1,
    "second to last": -2,
    "second last": -2,
}

# -- verbs ---------------------------------------------------------------------------------------

# The verbs tasks begin with. They tell "buy milk and call mum" (two tasks) from "milk and eggs"
# (two) and from "buy milk and eggs" (one), and a task from chatter.
TASK_VERBS = frozenset(
    """
    add answer apply arrange ask assemble attend back backup bake bath bathe book borrow bring
    brush build buy calculate call cancel celebrate change charge check choose clean clear
    collect compare complete confirm contact cook copy cut cycle debug decide declutter decorate
    defrost deliver deploy deposit design discuss do donate draft draw drink drive drop dust eat
    edit email empty enrol enroll exercise fax feed fetch file fill find finish fix fly fold
    follow get give go grab hang help hire hoover host install invite invoice iron jog join keep
    knit learn lend listen lock look mail make measure meditate meet mend message mop move mow
    negotiate open order organise organize pack paint pay phone photograph pick ping plan plant
    play polish post practice practise prepare present print proofread publish purchase put read
    rebook record recycle refactor refill register rehearse release remember remind remove renew
    rent repair replace reply reschedule research reserve respond return review revise ring run
    save scan schedule scrub search sell send set sew share shave shop shovel shred sign sleep
    sort speak start stop stretch study submit sweep swim switch take talk teach tell test text
    thank throw tidy transfer translate travel trim try turn unpack update upgrade upload vacuum
    visit vote wake walk wash watch water weed withdraw work wrap write
    """.split()
)

# First words that are commands when typed right; a slip in them is put right. Real words that
# are near one of them ("deleted", "dad", "last") are no slips.
COMMAND_VERBS = (
    "create",
    "delete",
    "remove",
    "rename",
    "complete",
    "finish",
    "remind",
    "reopen",
    "change",
    "update",
    "clear",
    "display",
    "reschedule",
    "postpone",
    "prioritise",
    "prioritize",
    "schedule",
    "search",
    "erase",
)
SLIPS = {
    "ad": "add",
    "aad": "add",
    "adda": "add a",
    "addd": "add",
    "shwo": "show",
    "hsow": "show",
    "sohw": "show",
    "sho": "show",
    "shw": "show",
    "lsit": "list",
    "lits": "list",
    "lis": "list",
    "makr": "mark",
    "mrak": "mark",
    "amrk": "mark",
    "mrk": "mark",
    "mar": "mark",
    "dlete": "delete",
    "del": "delete",
    "rm": "remove",
    "rmeove": "remove",
    "crete": "create",
    "craete": "create",
    "wat": "what",
    "wats": "what's",
    "waht": "what",
    "whta": "what",
    "whats": "what's",
    "hwo": "how",
    "finsh": "finish",
    "dont": "don't",
}
NOT_SLIPS = frozenset(
    """
    chance changed changer changes charge clean cleaner cleared clearly clever compete competed
    completed completes created creates danish dear deleted deletes deplete ear erased
    finished finishes finnish phase phrase please remain remained remand reminded reminds
    removal removed removes renamed replete research rewind scheduled schedules searched updated
    updates updating
    """.split()
)

_IRREGULAR = {
    "bought": "buy",
    "brought": "bring",
    "built": "build",
    "did": "do",
    "drove": "drive",
    "ate": "eat",
    "fed": "feed",
    "found": "find",
    "flew": "fly",
    "got": "get",
    "gave": "give",
    "went": "go",
    "hung": "hang",
    "lent": "lend",
    "made": "make",
    "met": "meet",
    "paid": "pay",
    "read": "read",
    "ran": "run",
    "sold": "sell",
    "sent": "send",
    "set": "set",
    "sewed": "sew",
    "spoke": "speak",
    "swept": "sweep",
    "swam": "swim",
    "took": "take",
    "taught": "teach",
    "told": "tell",
    "threw": "throw",
    "wrote": "write",
    "written": "write",
    "cut": "cut",
    "put": "put",
}


def base_verb(word: str) -> str | None:
    """ "called", "calling", "bought": call, call, buy; None for what is no verb of tasks."""
    word = word.casefold()
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for ending in ("ed", "ing"):
        if not word.endswith(ending):
            continue
        stem = word.removesuffix(ending)
        # called, moved, planned, tidied
        for verb in (stem, f"{stem}e", stem[:-1], f"{stem[:-1]}y"):
            if verb in TASK_VERBS:
                return verb
    return None
