import type { JSX } from "preact";
import type { PromptAnswers } from "../../domain/report/record-source.js";
import type { ReportRow } from "../../domain/report/report-row.js";
import { StatusChip } from "./columns.js";
import type { VirtualRows } from "./use-virtual-rows.js";
import type { ListWindow } from "./use-window.js";

interface PromptsProps {
  readonly models: readonly string[];
  readonly prompts: ListWindow<PromptAnswers>;
  readonly virtual: VirtualRows;
  readonly onOpen: (row: ReportRow) => void;
}

/** A row for each prompt, with the answers of the models side by side. */
export function PromptsTable({ models, prompts, virtual, onOpen }: PromptsProps): JSX.Element {
  const { first, last, before, after, scroller } = virtual;
  const positions = Array.from({ length: last - first + 1 }, (_, place) => first + place);
  return (
    <div class="scroll" ref={scroller} role="region" aria-label="Answers by prompt" tabIndex={0}>
      <table
        class="records prompts"
        aria-rowcount={prompts.matched + 1}
        style={{ minWidth: `${240 + models.length * 260}px` }}
      >
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">Prompt</th>
            {models.map((model) => (
              <th key={model} scope="col">
                {model}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr class="gap" aria-hidden="true" style={{ height: `${before}px` }} />
          {positions.map((position) => (
            <PromptRow
              key={position}
              {...{ models, position, onOpen }}
              answers={prompts.at(position)}
            />
          ))}
          <tr class="gap" aria-hidden="true" style={{ height: `${after}px` }} />
        </tbody>
      </table>
    </div>
  );
}

interface PromptRowProps extends Pick<PromptsProps, "models" | "onOpen"> {
  readonly position: number;
  readonly answers: PromptAnswers | undefined;
}

function PromptRow({ models, position, answers, onOpen }: PromptRowProps): JSX.Element {
  return (
    <tr class="row" aria-rowindex={position + 2}>
      <th scope="row">
        <div class="clip">{answers?.prompt}</div>
      </th>
      {models.map((model) => (
        <td key={model}>
          {answers?.rows
            .filter((row) => row.model === model)
            .slice(0, 1)
            .map((row) => (
              <div key={row.index} class="answer">
                <p>
                  <button type="button" class="link" onClick={() => onOpen(row)}>
                    {row.id}
                  </button>{" "}
                  {row.status === "completed" ? null : <StatusChip status={row.status} />}
                </p>
                <div class="clip">{row.answer || row.error?.message}</div>
              </div>
            ))}
        </td>
      ))}
    </tr>
  );
}
