import { useState } from "preact/hooks";
import type { StructuredInputItem, StructuredQuestion } from "../protocol/types.ts";
import type { Conversation } from "../state/conversation.ts";
import { useChat } from "./context.ts";

interface Props {
  item: StructuredInputItem;
  conversation: Conversation;
  /** Only the thread's last item can still be answered. */
  open: boolean;
}

type Answers = Readonly<Record<string, readonly string[]>>;

/** Questions of the server to the user, as a form while they are open, with their answers afterwards. */
export function Questions({ item, conversation, open }: Props) {
  const { words } = useChat();
  const [answers, setAnswers] = useState<Answers>({});
  if (item.status !== "pending" || !open) return <Answered item={item} />;

  const send = (status: "answered" | "skipped") => {
    const given = item.inputs.map(({ id }) => {
      const values = (answers[id] ?? []).filter((value) => value.trim() !== "");
      return [id, { values, skipped: status === "skipped" || values.length === 0 }] as const;
    });
    void conversation.answerQuestions(item.id, { status, answers: Object.fromEntries(given) });
  };
  return (
    <form
      class="card questions"
      onSubmit={(event) => {
        event.preventDefault();
        send("answered");
      }}
    >
      {item.inputs.map((question) => (
        <Question
          key={question.id}
          question={question}
          values={answers[question.id] ?? []}
          onChange={(values) => setAnswers({ ...answers, [question.id]: values })}
        />
      ))}
      <div class="card-actions">
        <button type="button" class="button ghost" onClick={() => send("skipped")}>
          {words.skip}
        </button>
        <button type="submit" class="button primary">
          {words.submit}
        </button>
      </div>
    </form>
  );
}

function Answered({ item }: { item: StructuredInputItem }) {
  const { words } = useChat();
  return (
    <dl class="card answered">
      {item.inputs.map(({ id, question, answer }) => (
        <div key={id}>
          <dt dir="auto">{question}</dt>
          <dd dir="auto">{answer && !answer.skipped ? answer.values.join(", ") : words.skipped}</dd>
        </div>
      ))}
    </dl>
  );
}

interface QuestionProps {
  question: StructuredQuestion;
  values: readonly string[];
  onChange: (values: string[]) => void;
}

function Question({ question, values, onChange }: QuestionProps) {
  const { words } = useChat();
  const free = values.find((value) => !question.options.includes(value)) ?? "";
  const chosen = values.filter((value) => question.options.includes(value));
  const withFree = (text: string) => (text ? [text] : []);
  const toggle = (option: string, on: boolean) => {
    if (!question.multiple) onChange([option]);
    else
      onChange([...chosen.filter((value) => value !== option), ...(on ? [option] : []), ...withFree(free)]);
  };
  const write = (text: string) => onChange([...(question.multiple ? chosen : []), ...withFree(text)]);
  return (
    <fieldset class="question-field">
      <legend dir="auto">{question.question}</legend>
      {question.description ? (
        <p class="quiet" dir="auto">
          {question.description}
        </p>
      ) : null}
      {question.options.map((option) => (
        <label key={option} class="choice">
          <input
            type={question.multiple ? "checkbox" : "radio"}
            name={question.id}
            checked={chosen.includes(option)}
            onChange={(event) => toggle(option, event.currentTarget.checked)}
          />
          <span dir="auto">{option}</span>
        </label>
      ))}
      <input
        class="field"
        value={free}
        placeholder={question.options.length > 0 ? words.otherAnswer : words.answer}
        aria-label={question.options.length > 0 ? words.otherAnswer : words.answer}
        onInput={(event) => write(event.currentTarget.value)}
      />
    </fieldset>
  );
}
