// Runs commands of the built CLI in one process. Loading the CLI takes a second of processor time.
// Each message is a command: { id, folder, environment, given }. Each answer is its result.
import { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { runCli } from "../../dist/cli/command-line/run-cli.js";
import { screenOf } from "../../dist/cli/output/terminal/screen.js";

/** Time in ms after which a command that has returned counts as keeping its process alive. */
const longestEndMs = 60_000;
let running = 0;

// Each command adds listeners to the process. Their number is no sign of a leak here.
process.setMaxListeners(0);
process.on("message", (message) => void answer(message));
process.on("disconnect", () => process.exit());
// The channel to the test counts from its first listener on, stderr from its first use on.
process.stderr.write("");
const atStart = process.getActiveResourcesInfo();

async function answer({ id, folder, environment, given }) {
  process.chdir(folder);
  become(environment);
  const stdout = collector();
  const stderr = collector();
  running += 1;
  const code = await runCli(given, terminalOf({ folder, environment, given, stdout, stderr }));
  running -= 1;
  const left = await resourcesLeft();
  process.send({ id, code, stdout: stdout.text(), stderr: stderr.text(), left });
}

function become(environment) {
  for (const name of Object.keys(process.env)) {
    if (!(name in environment)) delete process.env[name];
  }
  Object.assign(process.env, environment);
}

function terminalOf({ folder, environment, given, stdout, stderr }) {
  return {
    environment: { ...environment },
    folder,
    commandLine: given,
    data: async (line) => stdout.push(`${line}\n`),
    write: async (piece) => stdout.push(piece),
    talk: (line) => stderr.push(`${line}\n`),
    dataScreen: screenOf({}, environment),
    talkStream: stderr.stream,
    talkScreen: screenOf({}, environment),
    input: Readable.from([]),
  };
}

function collector() {
  const pieces = [];
  const push = (piece) => void pieces.push(Buffer.from(piece));
  const stream = new Writable({
    write(piece, _encoding, done) {
      push(piece);
      done();
    },
  });
  return { push, stream, text: () => Buffer.concat(pieces).toString() };
}

/**
 * Waits for the end of timers, sockets and processes that would keep the process of a command
 * alive, and returns their kinds if they stay.
 */
async function resourcesLeft() {
  const end = Date.now() + longestEndMs;
  for (;;) {
    // The resources of a command that is still running cannot be distinguished.
    if (running > 0) return [];
    const left = besides(process.getActiveResourcesInfo(), atStart);
    if (left.length === 0 || Date.now() > end) return left;
    await sleep(5);
  }
}

function besides(all, known) {
  const rest = [...known];
  return all.filter((kind) => {
    const index = rest.indexOf(kind);
    if (index !== -1) rest.splice(index, 1);
    return index === -1;
  });
}
