import { createInterface } from "node:readline";

/** Asks for a line. Returns an empty line if the input ends or the user presses Ctrl-C. */
export async function askLine(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  question: string,
): Promise<string> {
  const reader = createInterface({ input, output });
  try {
    return await new Promise<string>((resolve) => {
      const stop = (): void => {
        output.write("\n");
        resolve("");
      };
      reader.once("SIGINT", stop).once("close", stop);
      reader.question(question, (answer) => {
        reader.off("close", stop);
        resolve(answer);
      });
    });
  } finally {
    reader.removeAllListeners("close");
    reader.close();
  }
}
