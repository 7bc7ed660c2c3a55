import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { LiveStatus, Steering } from "../../domain/report/live-run.js";

interface ChangeFormProps {
  readonly status: LiveStatus;
  readonly onSend: (steering: Steering) => void;
}

const fields = [
  { name: "requestsPerMinute", title: "Calls a minute" },
  { name: "inFlight", title: "Calls in flight" },
  { name: "maxCost", title: "Maximum cost in dollars" },
] as const;

type FieldName = (typeof fields)[number]["name"];

/** Form for changing a run. Empty fields stay unchanged. */
export function ChangeForm({ status, onSend }: ChangeFormProps): JSX.Element {
  const [texts, setTexts] = useState<Partial<Record<FieldName, string>>>({});
  const given = fields.flatMap(({ name }) => {
    const text = texts[name]?.trim() ?? "";
    return text === "" ? [] : [[name, Number(text)] as const];
  });
  const isValid = given.length > 0 && given.every(([, value]) => value > 0);
  return (
    <form
      class="change-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isValid) onSend({ action: "change", ...Object.fromEntries(given) });
      }}
    >
      {fields.map(({ name, title }) => (
        <label key={name}>
          {title}
          <input
            type="number"
            min="0"
            step="any"
            value={texts[name] ?? ""}
            placeholder={name === "requestsPerMinute" ? String(status.requestsPerMinute) : "as now"}
            onInput={({ currentTarget: { value } }) => setTexts({ ...texts, [name]: value })}
          />
        </label>
      ))}
      <button type="submit" class="button" disabled={!isValid}>
        Change
      </button>
    </form>
  );
}
