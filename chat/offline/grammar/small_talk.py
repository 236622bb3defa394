"""The grammar of small talk, and of what is beyond the tools. Pure."""

from __future__ import annotations

from chat.offline.grammar.rules import rules
from chat.offline.intents import (
    Ask,
    Cannot,
    Complete,
    It,
    NextPage,
    Small,
    Undo,
)

_NAME = (
    r"(?: (?:there|assistant|bot|taskchat|chatbot|buddy|mate|everyone|all|friend|again|to you))?"
)

_YOU_ARE = (
    r"you(?:'re| are|r)? (?:rock|rule|so |such |really |very |an? |the )*(?:rock|rule|best|great"
    r"|awesome|amazing|star|life ?saver|legend|hero|angel|helpful|kind|good|brilliant)"
)

SMALL_TALK = rules(
    (
        (
            r"(?:(?:show|see|give|list|load|get)(?: me)? )?(?:the )?(?:(?:next"
            r"|following) (?:page|ones"
            r"|tasks|\d+)|more(?: tasks| of (?:them|it))?|rest(?: of (?:them|it|the list"
            r"|my (?:tasks|list)))?|remaining ones)"
        ),
        lambda f: NextPage(),
    ),
    (
        r"(?:go on|continue|what else|keep going|and (?:then|the rest))",
        lambda f: NextPage() if f.conversation.more else None,
    ),
    (
        r"(?:(?:all|i'?m|i am) )*(?:done|finished|did)(?: (?:it|that|this))?",
        lambda f: (
            Ask("target", Complete(It()))
            if not f.sentence.lower().endswith(("it", "that", "this"))
            else Complete(It())
        ),
    ),
    (
        (
            r"(?:hi+|hey+|hello+|hiya|howdy|yo+|greetings|good (?:morning|afternoon|evening"
            rf"|day)|morning|evening|hallo|hola|sup|hi hi|heya|g'day){_NAME}(?:,? (?:nice"
            r"|good) to (?:meet|see) you)?"
        ),
        lambda f: Small("hello"),
    ),
    (
        (
            r"(?:(?:hi|hey|hello)[ ,]+)?(?:(?:and )?how(?:'?s| is| are| r) (?:you|u|it going"
            r"|things|it|life|your day|everything)(?: (?:doing|going|today|feeling))*"
            r"|how do you do|what'?s up|whats up|wassup|how have you been|you ok(?:ay)?"
            rf"|are you (?:ok|okay|well)){_NAME}"
        ),
        lambda f: Small("how_are_you"),
    ),
    (
        (
            r"(?:(?:many |ok(?:ay)? |great |perfect |cool |awesome |no )?(?:thanks?"
            r"|thank (?:you|u)|thx|thnx|ty|tysm|cheers|ta|much appreciated|appreciate it|merci"
            r"|danke)(?: (?:so|very) much| a (?:lot|bunch|million|ton)| again| for (?:your|the"
            rf"|that|all|everything|helping|doing)(?: \w+)*)*){_NAME}(?:[ ,!.]+(?:that(?:'s"
            rf"| is) (?:all|it|great|perfect)|{_YOU_ARE}))?"
        ),
        lambda f: Small("thanks"),
    ),
    (
        (
            r"(?:(?:ok(?:ay)? )?(?:good ?bye|bye(?: bye)?|see (?:you|ya|u)(?: (?:later|soon"
            r"|tomorrow|around))?|cya|later|talk to you (?:later|soon)|good ?night|take care"
            r"|have a (?:nice|good|great) (?:day|evening|night|one|weekend)|farewell|ciao"
            r"|i'?m off|i (?:have|need|got) to go(?: now)?|gotta go|that'?s (?:all"
            rf"|it)(?: for (?:now|today))?|i'?m done for (?:now|today))){_NAME}"
        ),
        lambda f: Small("bye"),
    ),
    (
        (
            r"(?:(?:that(?:'s| is|s)? |this is |you(?:'re| are) |very |really |so |well "
            r"|how )*(?:great|good|nice|awesome|perfect|cool|excellent|amazing|wonderful"
            r"|fantastic|brilliant|lovely|helpful|good (?:job|bot|work)|well done|nice (?:one"
            r"|work)|the best|super|neat|sweet|wow|lol|haha+|love (?:it|you)|i (?:love"
            rf"|like) (?:it|you|this)|{_YOU_ARE})(?: (?:job|work|bot|assistant))?)"
        ),
        lambda f: Small("praise"),
    ),
    (
        (
            r"(?:(?:i'?m |so |i am )?sorry(?: about that)?|my (?:bad|mistake)|oops|whoops"
            r"|apologies|excuse me|pardon)"
        ),
        lambda f: Small("sorry"),
    ),
    (
        (
            r"(?:(?:you(?:'re| are) |that(?:'s| is|s)? |this is )?(?:so |really |very )*(?:bad"
            r"|stupid|useless|dumb|terrible|wrong|not (?:right|what i (?:want|meant"
            r"|asked)(?:ed)?|helpful)|incorrect|horrible|awful|annoying|idiot)(?: (?:bot"
            r"|assistant))?|that(?:'s| is|s)? not (?:it|right|correct|what i (?:want|wanted"
            r"|meant|said|asked)(?: for)?)|you (?:don'?t|do not|didn'?t) (?:get|understand"
            r"|listen to) (?:it|me|this)|(?:you )?(?:suck|misunderstood)|wtf|what the .+)"
        ),
        lambda f: Small("complaint"),
    ),
    (
        (
            r"(?:help(?: me)?|menu|commands?|options?|usage|examples?|instructions?|guide"
            r"|manual|\?+|/?help|i need (?:some )?help|i(?:'m| am) (?:lost|stuck|confused"
            r"|new here)|help please|what now|start|get started|tutorial"
            r"|show (?:me )?(?:the )?(?:help|commands|options|examples))"
        ),
        lambda f: Small("help"),
    ),
    (
        (
            r"(?:what (?:all )?(?:can|could|do|would) (?:you|u|this|it|i) (?:actually |all "
            r"|even |possibly )?(?:do|help(?: me)? with|offer|support|understand|know|say"
            r"|ask(?: you)?|type)(?: (?:here|for me|with (?:you|this|tasks|my tasks)"
            r"|exactly))*|what (?:are|r) (?:you|u|your) (?:able to do|capable of|capabilities"
            r"|features|functions|commands|abilities|skills)|how (?:can|do|could"
            r"|should) (?:you help|i use (?:you|this|it)|this work|you work|does this work"
            r"|i (?:talk|speak) to you|i start|i get started)(?: me)?|how does (?:this"
            r"|it) work|what(?:'s| is) (?:this|possible)|what(?:'s| is) this (?:app|thing|for)"
            r"|what commands .+|which commands .+|what (?:kind|sort|type)s? of (?:things"
            r"|commands|tasks|questions|stuff) (?:can|do) (?:you|i) .+|(?:tell"
            r"|show) me what (?:you can do|you do|i can (?:do|say|ask))|your (?:features"
            r"|capabilities)|what are my options|what should i (?:say|type|ask))"
        ),
        lambda f: Small("help"),
    ),
    (
        (
            r"(?:who|what) (?:are|r) (?:you|u)(?: exactly| really)?|are you (?:an? )?(?:ai"
            r"|real|human|robot|bot|chatgpt|gpt|llm|person|language model|machine|alive|there"
            r"|openai|smart|intelligent|an? .+ model)(?: .*)?|what(?:'s| is) your (?:name"
            r"|model)|(?:what|which) (?:language )?model (?:are you|do you use|is this)"
            r"|do you (?:use|have) (?:an? )?(?:ai|llm|gpt|chatgpt|language model|name)"
            r"|introduce yourself|tell me about yourself|who (?:made|built|created) you"
            r"|what(?:'s| is) (?:this|the) assistant|who am i talking to"
            r"|is this (?:an? )?(?:ai|bot|human|chatgpt)"
        ),
        lambda f: Small("who"),
    ),
    (
        (
            r"what (?:time|day|date) is it(?: now| today)?|what(?:'s| is) (?:the|today's"
            r"|todays) (?:time|date|day)(?: today)?"
        ),
        lambda f: Small("time"),
    ),
    (r"(?:no|nope|nah|nay|never|n)(?:[ ,]+(?:no|thanks?|thank you))*", lambda f: Small("no")),
    (
        (
            r"(?:yes|yep|yeah|yup|yea|ya|y|ok(?:ay)?|sure|k|kk|alright|all right|right|fine"
            r"|of course|please|go ahead|do it|got it|i see|understood|makes sense|okey dokey"
            r"|cool cool)(?:[ ,]+(?:please|thanks|do it|ok|yes|sure|go ahead))*"
        ),
        lambda f: Small("yes"),
    ),
)

UNDO = rules(
    (
        (
            r"(?:undo|revert|roll ?back|take (?:it|that|this) back|put (?:it|that|them"
            r"|everything) back|reverse|ctrl[ +-]?z|oops,? undo)(?: (?:it|that|this"
            r"|the last (?:one|change|action|thing|step|deletion|command|edit)"
            r"|my last (?:change|action)|last|what you (?:just )?did|your last (?:change"
            r"|action)|please|everything|the (?:deletion|change|delete)))*"
        ),
        lambda f: Undo(),
    ),
)

SORT = rules(
    (
        (
            r"(?:re-?)?(?:sort|order|arrange)(?: (?:my|the|all|this|them))*"
            r" (?:tasks?|list|to-?dos|them)\b.*"
        ),
        lambda f: Cannot("sort"),
    ),
)

BEYOND = rules(
    (
        r"(?:share|assign|delegate|send|forward|e-?mail)\b.*\b(?:tasks?|list)\b.*\b(?:to|with)\b.*",
        lambda f: Cannot("share"),
    ),
    (
        r"(?:sort|order|reorder|re-order|arrange|group)\b.*\b(?:tasks?|list|them|by)\b.*",
        lambda f: Cannot("sort"),
    ),
    (r".*\bsub-?tasks?\b.*", lambda f: Cannot("subtask")),
    (r"(?:repeat|make .+ (?:repeat|recurring|recur))\b.*", lambda f: Cannot("repeat")),
)
