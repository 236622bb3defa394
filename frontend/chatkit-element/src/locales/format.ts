/** Numbers in sentences, by the rules of a language. */

type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** `{ one: "# step", other: "# steps" }` as a function of the count; `#` is where it stands. */
export function counted(language: string, forms: Forms): (count: number) => string {
  const rules = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  return (count) => (forms[rules.select(count)] ?? forms.other).replace("#", numbers.format(count));
}

/** Seconds as people say them: `5 sec`, `2 min 5 sec`. */
export function durations(language: string): (seconds: number) => string {
  const unit = (name: "second" | "minute") =>
    new Intl.NumberFormat(language, {
      style: "unit",
      unit: name,
      unitDisplay: "short",
      maximumFractionDigits: 0,
    });
  const [seconds, minutes] = [unit("second"), unit("minute")];
  return (total) => {
    const whole = Math.round(total);
    const rest = whole % 60;
    if (whole < 60) return seconds.format(whole);
    const full = minutes.format(Math.floor(whole / 60));
    return rest === 0 ? full : `${full} ${seconds.format(rest)}`;
  };
}
