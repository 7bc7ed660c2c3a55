/** The capabilities of an output stream, detected once and passed to all renderers. */
export interface Screen {
  readonly isTerminal: boolean;
  readonly colours: boolean;
  readonly columns: number;
  readonly rows: number;
}

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

export function screenOf(
  stream: Stream,
  environment: Readonly<Record<string, string | undefined>>,
): Screen {
  const isTerminal = stream.isTTY === true && environment["TERM"] !== "dumb";
  const forced = isSet(environment["FORCE_COLOR"]) && environment["FORCE_COLOR"] !== "0";
  return {
    isTerminal,
    colours: forced || (isTerminal && !isSet(environment["NO_COLOR"])),
    // A pseudo-terminal may report 0 columns.
    columns: atLeastOne(stream.columns) ?? atLeastOne(Number(environment["COLUMNS"])) ?? 80,
    rows: atLeastOne(stream.rows) ?? 24,
  };
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}

function atLeastOne(size: number | undefined): number | undefined {
  return size !== undefined && size > 0 ? size : undefined;
}
