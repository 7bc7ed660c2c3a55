import { spawn } from "node:child_process";
import serialize from "@xterm/addon-serialize";
import headless from "@xterm/headless";

const theme = {
  background: "#101418",
  foreground: "#d5dbe1",
};

/**
 * Runs a command on a terminal of its own. `screen` returns what the terminal shows now, as HTML,
 * and `ended` resolves with the exit code.
 *
 * @param {{ command: string, cwd: string, env: NodeJS.ProcessEnv, columns: number, rows: number }}
 *   options
 */
export function openTerminal({ command, cwd, env, columns, rows }) {
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, theme });
  const addon = new serialize.SerializeAddon();
  terminal.loadAddon(addon);
  // util-linux's `script` gives the command a terminal.
  const sized = `stty cols ${columns} rows ${rows}; ${command}`;
  const child = spawn("script", ["--quiet", "--return", "--command", sized, "/dev/null"], {
    cwd,
    env: { ...env, TERM: "xterm-256color" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdout.on("data", (bytes) => terminal.write(bytes));
  return {
    screen: async () => {
      await new Promise((resolve) => terminal.write("", resolve));
      return addon.serializeAsHTML({ includeGlobalBackground: true });
    },
    ended: new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    }),
  };
}

/** A page with the screen alone, to take a picture of. */
export function screenPage(html) {
  return `<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; background: ${theme.background}; }
    #screen { display: inline-block; padding: 16px 20px; background: ${theme.background};
      font: 14px/1.35 "DejaVu Sans Mono", monospace; color: ${theme.foreground}; }
    #screen pre, #screen div, #screen span { font: inherit; white-space: pre; }
  </style><div id="screen">${html.replace(/<\/?(html|body)>|<!--.*?-->/g, "")}</div>`;
}
