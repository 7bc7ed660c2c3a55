/** All that a history carries, payloads decoded: what anybody reads who may see the namespace. */
export function historyText(history: string): string {
  const texts: string[] = [];
  collect(JSON.parse(history), texts);
  return texts.join("\n");
}

function collect(value: unknown, texts: string[]): void {
  if (typeof value === "string") texts.push(value);
  if (typeof value !== "object" || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    texts.push(key);
    if (key === "data" && typeof part === "string") {
      texts.push(Buffer.from(part, "base64").toString("utf8"));
    }
    collect(part, texts);
  }
}
