import type { JSX } from "preact";
import type { PairReport } from "../../domain/report/pair-report.js";
import { Section } from "../parts/section.js";
import { ReproduceFacts } from "../summary/reproduce.js";
import { SideMark } from "./comparison-header.js";

interface ReproduceProps {
  readonly comparison: PairReport;
  /** True if both sides are records of one run. */
  readonly isOneRun: boolean;
}

export function PairReproduce({ comparison, isOneRun }: ReproduceProps): JSX.Element {
  const { first, second } = comparison;
  return (
    <Section id="reproduce" title="How to reproduce">
      {isOneRun ? (
        <ReproduceFacts reproduce={first.reproduce} />
      ) : (
        <>
          <SettingsTable comparison={comparison} />
          <div class="sides">
            {([first, second] as const).map((side, place) => (
              <section key={place} class="side" aria-label={`How to reproduce ${side.title}`}>
                <p class="side-head">
                  <SideMark side={place === 0 ? "A" : "B"} /> <b>{side.title}</b>
                </p>
                <ReproduceFacts reproduce={side.reproduce} />
              </section>
            ))}
          </div>
        </>
      )}
    </Section>
  );
}

function SettingsTable({
  comparison: { settings },
}: Pick<ReproduceProps, "comparison">): JSX.Element {
  if (settings.length === 0) return <p class="when">Both runs have the same settings.</p>;
  return (
    <table class="plain settings-table">
      <thead>
        <tr>
          <th scope="col">Setting that differs</th>
          <th scope="col">
            <SideMark side="A" />
          </th>
          <th scope="col">
            <SideMark side="B" />
          </th>
        </tr>
      </thead>
      <tbody>
        {settings.map(({ name, first, second }) => (
          <tr key={name}>
            <td>{name}</td>
            <td>{first ?? "not set"}</td>
            <td>{second ?? "not set"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
