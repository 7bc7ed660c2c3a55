import type { JSX } from "preact";
import type { Verdict } from "../../domain/scores/judged-line.js";

export function Verdicts({ verdicts }: { readonly verdicts: readonly Verdict[] }): JSX.Element {
  return (
    <section>
      <h3>Verdicts</h3>
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">Judge</th>
            <th scope="col">Template</th>
            <th scope="col">Verdict</th>
          </tr>
        </thead>
        <tbody>
          {verdicts.map(({ judge, template, verdict, error, response }) => (
            <tr key={`${judge}/${template}`}>
              <td>{judge}</td>
              <td>{template}</td>
              <td>
                {verdict ?? (typeof response === "string" ? response : "none")}
                {error === undefined ? null : <p class="muted">{error}</p>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
