/** Cuts a stream of text into lines, without copying a long line repeatedly. */
export function cutJsonLines(onLine: (line: string) => void): (chunk: string) => void {
  let parts: string[] = [];
  return (chunk) => {
    let from = 0;
    for (let end = chunk.indexOf("\n"); end >= 0; end = chunk.indexOf("\n", from)) {
      parts.push(chunk.slice(from, end));
      const line = parts.join("");
      parts = [];
      from = end + 1;
      if (line.trim() !== "") onLine(line);
    }
    if (from < chunk.length) parts.push(chunk.slice(from));
  };
}
