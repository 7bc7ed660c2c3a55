import type { JSX } from "preact";
import type { JsonValue } from "../../domain/json/json.js";
import type { Reproduce, RunReport } from "../../domain/report/run-report.js";
import { Fact } from "../parts/facts.js";
import { CopyButton } from "../parts/copy-button.js";
import { Section } from "../parts/section.js";

export function ReproduceSection({ report }: { readonly report: RunReport }): JSX.Element {
  return (
    <Section id="reproduce" title="How to reproduce">
      <ReproduceFacts reproduce={report.reproduce} />
    </Section>
  );
}

/** The facts that are needed to run the experiment again. */
export function ReproduceFacts({ reproduce }: { readonly reproduce: Reproduce }): JSX.Element {
  const { command, settings, versions, files, git, prices } = reproduce;
  return (
    <div class="reproduce">
      {command === undefined ? null : (
        <p class="command">
          <code>{command}</code> <CopyButton text={command} name="command" />
        </p>
      )}
      <dl class="facts rows">
        {Object.entries(versions).map(([program, version]) => (
          <Fact key={program} name={program} value={version} />
        ))}
        {prices === undefined ? null : <Fact name="prices" value={prices} />}
        {git ? <Fact name="git" value={`${git.commit}${git.dirty ? ", modified" : ""}`} /> : null}
        {files.map(({ role, path, sha256 }) => (
          <div key={role}>
            <dt>{role}</dt>
            <dd>
              {path} <br />
              <code class="hash">sha256 {sha256}</code>{" "}
              <CopyButton text={sha256} name={`hash of the ${role}`} />
            </dd>
          </div>
        ))}
      </dl>
      <details>
        <summary>Settings</summary>
        <dl class="facts rows">
          {Object.entries(settings).map(([key, value]) => (
            <Fact key={key} name={key} value={settingText(value)} />
          ))}
        </dl>
      </details>
    </div>
  );
}

/** Formats the value of a setting. */
function settingText(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
