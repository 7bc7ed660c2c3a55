import type { JSX } from "preact";
import type { LineageStep } from "../../domain/report/report-row.js";

/** The steps of a pipeline or the nodes of a flow that the row reached, with their results. */
export function Lineage({ lineage }: { readonly lineage: readonly LineageStep[] }): JSX.Element {
  return (
    <section>
      <h3>Steps</h3>
      <ol class="lineage">
        {lineage.map(({ step, path = "", status, error, value }, place) => (
          <li key={place} class={`is-${status}`}>
            <p>
              <b>{step}</b> {path} <span class="muted">{status}</span>
            </p>
            {error ? (
              <p class="error-box">
                <b>{error.type}</b> {error.message}
              </p>
            ) : null}
            {value === undefined ? null : (
              <pre tabIndex={0}>{JSON.stringify(value, undefined, 2)}</pre>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
