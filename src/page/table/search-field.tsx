import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

const typingMs = 60;

interface SearchProps {
  readonly search: string;
  readonly onSearch: (search: string) => void;
}

/** Search field that searches while the user types. `/` moves the focus here. */
export function SearchField({ search, onSearch }: SearchProps): JSX.Element {
  const [text, setText] = useState(search);
  const input = useRef<HTMLInputElement>(null);
  const sent = useRef(search);
  // A search from elsewhere replaces the text. A search that was sent from here may be older than
  // the text.
  useEffect(() => {
    if (search !== sent.current) setText(search);
    sent.current = search;
  }, [search]);
  useEffect(() => {
    if (text === sent.current) return;
    const wait = setTimeout(() => {
      sent.current = text;
      onSearch(text);
    }, typingMs);
    return () => clearTimeout(wait);
  }, [text]);
  useEffect(() => {
    const focus = (event: KeyboardEvent): void => {
      if (event.key !== "/" || isTyping(event.target)) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener("keydown", focus);
    return () => removeEventListener("keydown", focus);
  }, []);
  return (
    <input
      id="search"
      ref={input}
      type="search"
      class="search"
      aria-label="Search prompts, answers and errors"
      placeholder="Search prompts, answers, errors"
      value={text}
      onInput={({ currentTarget }) => setText(currentTarget.value)}
    />
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches("input, textarea, select");
}
