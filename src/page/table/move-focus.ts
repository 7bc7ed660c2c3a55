import type { VirtualRows } from "./use-virtual-rows.js";

const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

/** Moves the focus between rows with the arrow keys. */
export function moveFocus(event: KeyboardEvent, { scrollTo }: VirtualRows): void {
  const step = steps[event.key];
  const row = event.target instanceof Element ? event.target.closest("tr") : null;
  if (step === undefined || !row) return;
  event.preventDefault();
  const position = Number(row.dataset["position"]) + step;
  const body = row.parentElement;
  const focus = (): boolean => {
    const button = body?.querySelector<HTMLElement>(`[data-position="${position}"] button`);
    button?.focus();
    return button !== null;
  };
  scrollTo(Math.max(0, position));
  if (!focus()) requestAnimationFrame(focus);
}
