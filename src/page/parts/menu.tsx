import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface MenuProps {
  readonly title: string;
  /** Number of active choices. 0 shows no number. */
  readonly chosen?: number;
  readonly children: ComponentChildren;
}

/** A button that opens a small panel. Escape and a click outside close the panel. */
export function Menu({ title, chosen = 0, children }: MenuProps): JSX.Element {
  const element = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const closeOutside = ({ target }: Event): void => {
      if (target instanceof Node && !element.current?.contains(target)) close(element.current);
    };
    addEventListener("pointerdown", closeOutside);
    return () => removeEventListener("pointerdown", closeOutside);
  }, []);
  return (
    <details
      class="menu"
      ref={element}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        close(element.current);
        element.current?.querySelector("summary")?.focus();
      }}
    >
      <summary class={chosen > 0 ? "button on" : "button"}>
        {title}
        {chosen > 0 ? <b> {chosen}</b> : null}
      </summary>
      <div class="menu-body">{children}</div>
    </details>
  );
}

function close(details: HTMLDetailsElement | null): void {
  if (details) details.open = false;
}

interface ChoicesProps {
  readonly title: string;
  readonly names: readonly { readonly name: string; readonly title?: string }[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

export function Choices({ title, names, chosen, onChange }: ChoicesProps): JSX.Element {
  return (
    <fieldset>
      <legend>{title}</legend>
      {names.map(({ name, title: shown = name }) => (
        <label key={name}>
          <input
            type="checkbox"
            checked={chosen.includes(name)}
            onChange={({ currentTarget: { checked } }) =>
              onChange(checked ? [...chosen, name] : chosen.filter((other) => other !== name))
            }
          />
          {shown}
        </label>
      ))}
    </fieldset>
  );
}
