import type { Screen } from "../terminal/screen.js";

/**
 * Returns a stream with the right number of columns. A pseudo-terminal may report 0 columns, which
 * would put every character on its own line.
 */
export function sized(stream: NodeJS.WriteStream, screen: Screen): NodeJS.WriteStream {
  if (stream.columns > 0) return stream;
  return new Proxy(stream, {
    get(target, key) {
      if (key === "columns") return screen.columns;
      if (key === "rows") return screen.rows;
      const value: unknown = Reflect.get(target, key, target);
      // `bind` of an unknown function has the type any.
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
