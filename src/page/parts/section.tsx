import type { ComponentChildren, JSX } from "preact";

interface SectionProps {
  readonly id: string;
  readonly title: string;
  readonly children: ComponentChildren;
}

export function Section({ id, title, children }: SectionProps): JSX.Element {
  return (
    <section id={id} class="section" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {children}
    </section>
  );
}

interface CardProps {
  readonly title: string;
  readonly note?: string;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

export function Card({ title, note, wide = false, children }: CardProps): JSX.Element {
  return (
    <figure class={wide ? "card wide" : "card"}>
      <figcaption>
        <h3>{title}</h3>
        {note === undefined ? null : <p>{note}</p>}
      </figcaption>
      {children}
    </figure>
  );
}
