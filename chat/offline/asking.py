"""Questions, negations and small talk: what must change nothing. Pure."""

from __future__ import annotations

import re

from chat.offline import filters
from chat.offline import vocabulary as words
from chat.offline.intents import (
    Ask,
    Cannot,
    Complete,
    HowTo,
    Intent,
    It,
    Look,
    Named,
    Nothing,
    Small,
    Undo,
)
from chat.offline.rules import Found, rules
from chat.offline.targets import target

# -- small talk ----------------------------------------------------------------------------------


_NAME = (
    r"(?: (?:there|assistant|bot|taskchat|chatbot|buddy|mate|everyone|all|friend|again|to you))?"
)

SMALL_TALK = rules(
    (
        r"(?:(?:all|i'?m|i am) )*(?:done|finished)(?: (?:it|that|this))?",
        lambda f: (
            Ask("target", Complete(It()))
            if not f.sentence.lower().endswith(("it", "that", "this"))
            else Complete(It())
        ),
    ),
    (
        rf"(?:hi+|hey+|hello+|hiya|howdy|yo+|greetings|good (?:morning|afternoon|evening|day)|morning|evening|hallo|hola|sup|hi hi|heya|g'day){_NAME}(?:,? (?:nice|good) to (?:meet|see) you)?",
        lambda f: Small("hello"),
    ),
    (
        rf"(?:(?:hi|hey|hello)[ ,]+)?(?:(?:and )?how(?:'?s| is| are| r) (?:you|u|it going|things|it|life|your day|everything)(?: (?:doing|going|today|feeling))*|how do you do|what'?s up|whats up|wassup|how have you been|you ok(?:ay)?|are you (?:ok|okay|well)){_NAME}",
        lambda f: Small("how_are_you"),
    ),
    (
        rf"(?:(?:many |ok(?:ay)? |great |perfect |cool |awesome |no )?(?:thanks?|thank (?:you|u)|thx|thnx|ty|tysm|cheers|ta|much appreciated|appreciate it|merci|danke)(?: (?:so|very) much| a (?:lot|bunch|million|ton)| again| for (?:your|the|that|all|everything|helping|doing)(?: \w+)*)*){_NAME}(?:[ ,!.]+that(?:'s| is) (?:all|it|great|perfect))?",
        lambda f: Small("thanks"),
    ),
    (
        rf"(?:(?:ok(?:ay)? )?(?:good ?bye|bye(?: bye)?|see (?:you|ya|u)(?: (?:later|soon|tomorrow|around))?|cya|later|talk to you (?:later|soon)|good ?night|take care|have a (?:nice|good|great) (?:day|evening|night|one|weekend)|farewell|ciao|i'?m off|i (?:have|need|got) to go(?: now)?|gotta go|that'?s (?:all|it)(?: for (?:now|today))?|i'?m done for (?:now|today))){_NAME}",
        lambda f: Small("bye"),
    ),
    (
        r"(?:(?:that(?:'s| is|s)? |this is |you(?:'re| are) |very |really |so |well |how )*(?:great|good|nice|awesome|perfect|cool|excellent|amazing|wonderful|fantastic|brilliant|lovely|helpful|good (?:job|bot|work)|well done|nice (?:one|work)|the best|super|neat|sweet|wow|lol|haha+|love (?:it|you)|i (?:love|like) (?:it|you|this))(?: (?:job|work|bot|assistant))?)",
        lambda f: Small("praise"),
    ),
    (
        r"(?:(?:i'?m |so |i am )?sorry(?: about that)?|my (?:bad|mistake)|oops|whoops|apologies|excuse me|pardon)",
        lambda f: Small("sorry"),
    ),
    (
        r"(?:(?:you(?:'re| are) |that(?:'s| is|s)? |this is )?(?:so |really |very )*(?:bad|stupid|useless|dumb|terrible|wrong|not (?:right|what i (?:want|meant|asked)(?:ed)?|helpful)|incorrect|horrible|awful|annoying|idiot)(?: (?:bot|assistant))?|that(?:'s| is|s)? not (?:it|right|correct|what i (?:want|wanted|meant|said|asked)(?: for)?)|you (?:don'?t|do not|didn'?t) (?:get|understand|listen to) (?:it|me|this)|(?:you )?(?:suck|misunderstood)|wtf|what the .+)",
        lambda f: Small("complaint"),
    ),
    (
        r"(?:help(?: me)?|menu|commands?|options?|usage|examples?|instructions?|guide|manual|\?+|/?help|i need (?:some )?help|i(?:'m| am) (?:lost|stuck|confused|new here)|help please|what now|start|get started|tutorial|show (?:me )?(?:the )?(?:help|commands|options|examples))",
        lambda f: Small("help"),
    ),
    (
        r"(?:what (?:all )?(?:can|could|do|would) (?:you|u|this|it|i) (?:actually |all |even |possibly )?(?:do|help(?: me)? with|offer|support|understand|know|say|ask(?: you)?|type)(?: (?:here|for me|with (?:you|this|tasks|my tasks)|exactly))*|what (?:are|r) (?:you|u|your) (?:able to do|capable of|capabilities|features|functions|commands|abilities|skills)|how (?:can|do|could|should) (?:you help|i use (?:you|this|it)|this work|you work|does this work|i (?:talk|speak) to you|i start|i get started)(?: me)?|how does (?:this|it) work|what(?:'s| is) (?:this|possible)|what(?:'s| is) this (?:app|thing|for)|what commands .+|which commands .+|what (?:kind|sort|type)s? of (?:things|commands|tasks|questions|stuff) (?:can|do) (?:you|i) .+|(?:tell|show) me what (?:you can do|you do|i can (?:do|say|ask))|your (?:features|capabilities)|what are my options|what should i (?:say|type|ask))",
        lambda f: Small("help"),
    ),
    (
        r"(?:who|what) (?:are|r) (?:you|u)(?: exactly| really)?|are you (?:an? )?(?:ai|real|human|robot|bot|chatgpt|gpt|llm|person|language model|machine|alive|there|openai|smart|intelligent|an? .+ model)(?: .*)?|what(?:'s| is) your (?:name|model)|(?:what|which) (?:language )?model (?:are you|do you use|is this)|do you (?:use|have) (?:an? )?(?:ai|llm|gpt|chatgpt|language model|name)|introduce yourself|tell me about yourself|who (?:made|built|created) you|what(?:'s| is) (?:this|the) assistant|who am i talking to|is this (?:an? )?(?:ai|bot|human|chatgpt)",
        lambda f: Small("who"),
    ),
    (
        r"what (?:time|day|date) is it(?: now| today)?|what(?:'s| is) (?:the|today's|todays) (?:time|date|day)(?: today)?",
        lambda f: Small("time"),
    ),
    (r"(?:no|nope|nah|nay|never)(?:[ ,]+(?:no|thanks?|thank you))*", lambda f: Small("no")),
    (
        r"(?:yes|yep|yeah|yup|yea|ok(?:ay)?|sure|k|kk|alright|all right|right|fine|of course|please|go ahead|do it|got it|i see|understood|makes sense|okey dokey|cool cool)(?:[ ,]+(?:please|thanks|do it|ok|yes|sure|go ahead))*",
        lambda f: Small("yes"),
    ),
)

# -- negations -----------------------------------------------------------------------------------

_NEVER_MIND = (
    r"(?:(?:oh |ok(?:ay)? |um+ |actually |no |wait )*(?:never ?mind|nvm|nevermind|forget (?:it|that|about (?:it|that)|what i said)|cancel(?: (?:that|it|this))?|ignore (?:that|it|me|this|my last .*)"
    r"|scratch that|skip (?:it|that|this)|leave (?:it|that|them|this)(?: (?:alone|be|as (?:it )?is|as they are))?|stop(?: (?:it|that|this))?|abort|wait|hold on|not now|nothing|no need|quit|drop it|disregard(?: that)?|belay that|let it be|on second thoughts?(?:,? no)?|i changed my mind|changed my mind|just kidding|jk|my mistake|maybe later|not yet|none|neither))"
    r"(?:[ ,.]+(?:thanks|thank you|please|sorry|then|actually|it|that|for now))*"
)
_NOT_TO = (
    r"(?:(?:please |pls )?(?:do not|don'?t|dont|do n't|donot|never|no need to|not to|you (?:don'?t|do not|needn'?t|must not|mustn'?t|should(?: not|n'?t)) (?:need to|have to|ever)?|you must never"
    r"|i (?:do not|don'?t|dont|didn'?t|never)(?: really)? (?:want|need|wish|ask(?:ed)?|intend|mean|say|said)(?: you| for you| it| that| them)?(?: to)?|i(?:'d| would) (?:rather|prefer)(?: (?:you|that you|it if you))?(?: (?:not|didn'?t|don'?t))"
    r"|stop|quit|avoid|refrain from|under no circumstances|by no means|let'?s not|lets not|not going to|i(?:'m| am) not (?:going|planning|trying) to|i (?:won'?t|will not|wouldn'?t|can'?t|cannot|shouldn'?t|should not)|we (?:don'?t|won'?t|shouldn'?t)|please no|no,? (?:do not|don'?t|dont))\b.*)"
)
_UNDONE = (
    r"(?:(?:i|we|he|she|they) (?:haven'?t|have not|havent|hasn'?t|hadn'?t|didn'?t|did not|didnt|couldn'?t|could not|am not|ain'?t|never|have yet to|still (?:have|need) to|still haven'?t|wasn'?t able to|failed to|forgot to)(?: (?:yet|actually|really|even|quite|been able to))*"
    r"|i'?m not|im not|not)(?: (?:really|yet|quite|actually|even))*"
    r" (?:finish(?:ed)?|complet(?:ed?)|do(?:ne)?|started?|get(?: to)?|got(?:ten)?(?: to| around to)?|ready|through|check(?:ed)? off|clos(?:ed?)|begun)(?: with| doing| on)?(?: (?P<x>.+?))?(?: (?:yet|done|at all|today|so far|either))*"
)


def _not_finished(found: Found) -> Intent:
    meant = found.target()
    return Nothing("not_finished", meant.phrase if isinstance(meant, Named) else "")


NEGATIONS = rules(
    (r"(?:do not|don'?t|dont|never) (?:let me )?forget\b.*", lambda f: None),
    (_NEVER_MIND, lambda f: Nothing("never_mind")),
    (_UNDONE, _not_finished),
    (
        _NOT_TO,
        lambda f: (
            None
            if re.match(
                r"(?:please )?(?:do not|don'?t|dont|never) (?:let me )?forget\b|i (?:do not|don'?t|dont) (?:need|want|care)\b.*(?:any ?more|any longer)",
                f.sentence,
                re.IGNORECASE,
            )
            else Nothing("dont")
        ),
    ),
    (
        r"(?:i|we) (?:have not|haven'?t|havent|did not|didn'?t|didnt)\b.*",
        lambda f: Nothing("not_finished"),
    ),
    (r"not (?!important|urgent).+", lambda f: Nothing("dont")),
)

# -- questions -----------------------------------------------------------------------------------

_TOPICS = (
    ("undo", r"undo|revert|restore|recover|get .+ back|trash|bring back"),
    ("reopen", r"reopen|re-open|uncheck|uncomplete|not done"),
    ("rename", r"rename|retitle|title|edit|call it|change (?:the )?name|reword|change a task"),
    ("due", r"due|deadline|dates?|reschedule|postpone|move|remind|schedule"),
    ("priority", r"priorit|important|urgent"),
    ("label", r"label|tag|categor|project|group"),
    ("delete", r"delet|remov|eras|clear|get rid|trash"),
    ("show", r"show|see|view|find|search|list|filter|look"),
    ("complete", r"complet|finish|mark|done|check|tick|close"),
    ("add", r"add|creat|new|make|put|enter"),
)


def topic(sentence: str) -> str:
    """What a question is about."""
    for name, pattern in _TOPICS:
        if re.search(rf"\b(?:{pattern})", sentence, re.IGNORECASE):
            return name
    return ""


def _how_to(found: Found) -> Intent:
    return HowTo(topic(found.sentence))


def _look(about: str) -> object:
    def build(found: Found) -> Intent | None:
        if filters.whole(found["x"]) and re.match("what about|how about|and", found.sentence, re.I):
            return None  # "what about tomorrow?" asks for a list
        meant = target(_PAST.sub("", found["x"]), found.conversation) if found["x"] else It()
        return Look(about, meant) if meant else None  # type: ignore[arg-type]

    return build


# "have I called mum?": the list says "call mum", so look for what comes after the verb.
_PAST = re.compile(
    r"^(?:\w{2,}ed|bought|paid|sent|written|wrote|got|gotten|made|taken|took|done|gone|met|told|read|sold|cut|put|set|given|gave|brought|booked) (?=\w)",
    re.IGNORECASE,
)
_ON_LIST = rf"(?:on|in|among|part of) {words.LIST}"

LOOKING = rules(
    (
        rf"(?:is|are) (?P<x>.+?) (?:an? )?(?:very |really )?(?:{words.PRIORITY})(?:[ -]{words.PRIORITY_WORD})?",
        _look("details"),
    ),
    (r"(?:remind|tell) me when (?P<x>.+?) (?:is|are) (?:due|planned|scheduled)", _look("due")),
    (
        r"(?:has|have) (?P<x>(?!i\b|we\b|you\b).+?) (?:already )?been \w+(?: yet| already)*",
        _look("done"),
    ),
    (
        r"(?:when|by when|until when|what (?:date|day|time))(?:'s| is| are| was| will| must| should| does)? (?P<x>.+?) (?:be )?(?:due|planned|scheduled|happening)(?: again| date| for| on)?",
        _look("due"),
    ),
    (
        r"(?:when|by when) (?:do|must|should|did|have|am|can) i (?:have to |need to |supposed to |going to )?(?:do |finish |complete )?(?P<x>.+)",
        _look("due"),
    ),
    (
        r"(?:what(?:'s| is| was)? )(?:the )?(?:due ?date|deadline|date) (?:of|for|on) (?P<x>.+)",
        _look("due"),
    ),
    (r"what(?:'s| is) (?P<x>.+?)(?:'s|s') (?:due ?date|deadline)", _look("due")),
    (r"when(?:'s| is| are| was) (?P<x>.+?)(?: due)?", _look("due")),
    (r"(?:is|are) (?P<x>.+?) (?:over-?due|late|due(?: .*)?)", _look("due")),
    (r"does (?P<x>.+?) have (?:a |any )?(?:due ?date|deadline)", _look("due")),
    (
        rf"(?:am|are) (?:i|we) (?:already |all )?(?:{words.DONE}|through) with (?P<x>.+?)(?: yet| already)*",
        _look("done"),
    ),
    (
        rf"(?:is|are|was|were|has|have|had) (?P<x>(?!i\b|we\b|there\b|anything\b).+?) (?:been |already |marked |all |set |as |to |is )*(?:{words.DONE}|{words.NOT_DONE})(?: yet| already| now| today)*",
        _look("done"),
    ),
    (
        rf"(?:did|have|had|haven'?t|didn'?t|has|were) (?:i|we|you)(?: not)? (?:already |ever |just |actually |really |remember to |manage to |get around to )*(?:finish(?:ed)?|complete[d]?|done|do|did|mark(?:ed)?|check(?:ed)?(?: off)?|tick(?:ed)?(?: off)?|close[d]?|get)(?: with| off)? (?P<x>.+?)(?: (?:as )?{words.DONE}| yet| already| today| off)*",
        _look("done"),
    ),
    (
        r"(?:did|have) (?:you|u|i|we) (?:already |just |actually )*(?:add(?:ed)?|creat(?:ed?)|sav(?:ed?)|put|delet(?:ed?)|remov(?:ed?)|renam(?:ed?)|chang(?:ed?)|mov(?:ed?)|updat(?:ed?))(?: (?P<x>.+?))?(?: (?:yet|already|from|to|on|off)(?: (?:my|the) list)?)*",
        _look("exists"),
    ),
    (
        rf"(?:is|are|was) (?P<x>.+?) (?:still |already |even )*{_ON_LIST}(?: yet| already)?",
        _look("exists"),
    ),
    (
        r"(?:do|must|should) i (?:still |even |really )?(?:need|have) to (?!do\b|finish\b|complete\b|be\b)(?P<x>.+)",
        _look("exists"),
    ),
    (
        r"(?:did|have|had) i (?:already |ever |just |actually |really |remember to |manage to )*(?P<x>.+?)(?: yet| already)*",
        lambda f: _did(f),
    ),
    (r"(?:is|are) (?P<x>it|that|the .+? task|t\d+|#\d+|task #?\d+) .+", _look("details")),
    (
        r"(?:what(?:'s| is| are)?|tell me)(?: the)? (?:status|state|details?|priority|labels?|description|notes?) (?:of|for|on|about) (?P<x>.+)",
        _look("details"),
    ),
    (
        r"(?:what|which)(?: are)?(?: the)? (?:priority|labels?|tags?|status) (?:is|does|are|on|of|has) (?P<x>.+?)(?: have)?",
        _look("details"),
    ),
    (
        r"what(?:'s| is) (?P<x>.+?)(?:'s|s') (?:priority|label|labels|status|description|title)",
        _look("details"),
    ),
    (
        r"(?:(?:the )?(?:details?|status|state|info(?:rmation)?) (?:of|on|for|about)|tell me (?:more )?about|more (?:about|on|info on)|describe|(?:what|how) about|give me (?:the )?details (?:of|on|about)) (?P<x>.+)",
        _look("details"),
    ),
    (
        r"(?:what|what's|whats|what is)(?: is)?(?: on)? (?P<x>(?:task )?#?t?\d+|(?:the )?(?:first|second|third|last|next) (?:one|task))",
        _look("details"),
    ),
)

_WHETHER = (
    r"(?:how (?:do|can|could|would|should|does|to|might|did|shall)\b(?!.*\bmany\b).*"
    r"|(?:can|could|may|might) (?:i|we|one)\b(?! (?:see|view|get|have|look|ask|trouble)\b).*|(?:is|are) (?:it|there|you|this) (?:possible(?! for you)|an? way|any way|able|capable|a command|allowed|ok|okay|safe)\b.*"
    r"|(?:do|does) (?:you|it|this|taskchat|the (?:app|assistant)) (?:know|support|have|allow|let|offer|do|understand|handle|work|remember|delete|keep|store|save|show|send)\b.*"
    r"|what(?:'s| is) the (?:best |right |easiest |quickest )?(?:way|command|trick|syntax|difference)\b.*|(?:which|what) command\b.*|(?:tell|show|explain|teach)(?: to)?(?: me| us)? how\b.*|explain\b.*"
    r"|where (?:do|can|should|would|could) i\b.*|(?:can|could|will|would) (?:it|this|that|they|someone|people|taskchat|the (?:app|assistant|bot))\b.*|what do i (?:say|type|do to|need to (?:say|type))\b.*"
    r"|i (?:want|need|would like|'d like|wonder)(?: to)? (?:know|learn|understand|find out|ask)?(?: about)? ?how (?:to|do|can)\b.*|i(?:'m| am) (?:wondering|asking|curious) (?:how|if|whether|about)\b.*|(?:any )?(?:idea|tips|clue) (?:how|on)\b.*)"
)

QUESTIONS = rules(
    (
        r"(?:what|whats?|what'?s?)(?: (?:will|would|could|might|is|'s)(?: going to)?)? (?:happens?|if)\b.*",
        lambda f: Nothing("what_if"),
    ),
    (_WHETHER, _how_to),
    (
        r"(?:should|shall|ought|must) (?:i|we|you)\b.*|(?:do|don'?t) you think\b(?! you (?:could|can)).*|is it (?:a good idea|time|better|wise|worth|ok|fine) to\b.*|(?:what|which) (?:do you|would you) (?:think|suggest|recommend)\b.*|would (?:it|you recommend|you suggest|i)\b.*",
        lambda f: Nothing("should"),
    ),
    (
        r"(?!if (?:possible|you (?:can|could|would|don'?t mind)))(?:if|when|once|unless|after|as soon as|whenever|in case|provided|assuming)\b.+",
        lambda f: (
            Nothing("conditional")
            if re.search(
                r"[,;]|\bthen\b|\b(?:delete|remove|complete|mark|add|rename|move|clear)\b",
                f.sentence,
                re.IGNORECASE,
            )
            else None
        ),
    ),
)

UNDO = rules(
    (
        r"(?:undo|revert|roll ?back|take (?:it|that|this) back|put (?:it|that|them|everything) back|reverse|ctrl[ +-]?z|oops,? undo)(?: (?:it|that|this|the last (?:one|change|action|thing|step|deletion|command|edit)|my last (?:change|action)|last|what you (?:just )?did|your last (?:change|action)|please|everything|the (?:deletion|change|delete)))*",
        lambda f: Undo(),
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

# A sentence that begins so asks: whatever it holds, it is no command.
ASKS = re.compile(
    r"(?:how|why|who|whose|when|where|what|what's|whats|which|is|isn'?t|are|aren'?t|am|was|wasn'?t|were|does|doesn'?t|did|didn'?t|has|hasn'?t|should|shouldn'?t|shall|may|might"
    r"|do (?:i|you|we|they|my)|have (?:i|you|we|they)|had (?:i|you)|can (?:i|we|it|they)|could (?:i|we|it|they)|would (?:i|we|it|they)|will (?:i|it|they|my|the))\b",
    re.IGNORECASE,
)
CONDITION_AT_END = re.compile(
    r" (?:if|unless|once|when|as soon as|whenever|in case|provided|after|only if) (?:i|it|it's|its|they|they're|you|he|she|we|that|this|the|all|everything|my|there|not|done|finished|overdue|possible)\b.*$",
    re.IGNORECASE,
)


def _did(found: Found) -> Intent | None:
    """ "did I call mum?"; "what did I do?" is a list."""
    phrase = found["x"]
    if re.match(r"(?:do|finish|complete|have|miss|forget)\b", phrase, re.IGNORECASE):
        return None
    meant = target(_PAST.sub("", phrase), found.conversation)
    return Look("done", meant) if meant else None
