import { defined } from "../../src/domain/defined.js";
import type { UploadedPath } from "../../src/client/media/upload-media.js";
import { convertImages } from "../../src/storage/media/convert-images.js";
import { deleteMedia, listMedia } from "../../src/client/media/manage-media.js";
import { uploadMedia } from "../../src/client/media/upload-media.js";
import { UserError } from "../../src/domain/failure/user-error.js";
import { join } from "node:path";
import type { CliCommand, Invocation } from "../command-line/command.js";
import type { ExitCode } from "../exit-codes.js";
import { exitCodes } from "../exit-codes.js";
import { jsonLine } from "../output/format/json.js";
import { renderRemoteFiles } from "../output/render/render-remote-files.js";
import { settle } from "../following/settle.js";
import { textFlag } from "../command-line/text-flag.js";

const settings = ["dataFolder", "envFile", "json"] as const;

export const media: CliCommand = {
  settings,
  flags: [
    {
      flag: "--media-folder",
      takes: "FOLDER",
      description: "where the files lie that an experiment names (media/ of the data folder)",
    },
    {
      flag: "--output-file",
      takes: "FILE",
      description: "of `upload`: the new experiment file (FILE_uploaded.jsonl)",
    },
    { flag: "--overwrite-output", description: "of `upload`: write over a file that is there" },
    { flag: "--model", takes: "NAME", description: "of `list` and `delete`: whose key counts" },
  ],
  async run(invocation) {
    const [action = "", ...names] = invocation.arguments;
    const act = actions.get(action);
    if (!act) {
      const got = action === "" ? "none" : `\`${action}\``;
      throw new UserError(
        `Expected one of \`media upload FILE\`, \`media list\`, \`media delete NAME\` and \`media convert-images\`, got ${got}.`,
      );
    }
    return await act(invocation, names);
  },
};

type Action = (invocation: Invocation, names: readonly string[]) => Promise<ExitCode>;

const actions: ReadonlyMap<string, Action> = new Map([
  ["upload", upload],
  ["list", list],
  ["delete", remove],
  ["convert-images", convert],
]);

async function upload(invocation: Invocation, names: readonly string[]): Promise<ExitCode> {
  const { terminal } = invocation;
  const [file] = names;
  if (file === undefined || names.length > 1) {
    throw new UserError(`Expected one FILE after \`media upload\`, got ${names.length}.`);
  }
  const { dataFolder, envFile, json } = settle(invocation, settings);
  const output = textFlag(invocation, "output-file");
  const uploaded = await uploadMedia({
    file,
    envFile,
    env: terminal.environment,
    mediaFolder: textFlag(invocation, "media-folder") ?? join(dataFolder, "media"),
    overwrite: invocation.ownFlags["overwrite-output"] === true,
    ...defined({ output }),
    onProgress: ({ path, step, ready, files }) =>
      terminal.talk(`${path}: ${step} (${ready} of ${files} ready)`),
  });
  if (json) {
    await terminal.data(jsonLine(uploaded));
    return exitCodes.done;
  }
  for (const one of uploaded.files) await terminal.data(describe(one));
  terminal.talk(`Wrote ${uploaded.output}: run that file.`);
  return exitCodes.done;
}

function describe({ path, name, uploaded }: UploadedPath): string {
  return uploaded
    ? `File '${path}' uploaded as '${name}'`
    : `File '${path}' already uploaded as '${name}'`;
}

async function list(invocation: Invocation): Promise<ExitCode> {
  const { terminal } = invocation;
  const { json } = settle(invocation, settings);
  const files = await listMedia(accountOf(invocation));
  if (json) for (const file of files) await terminal.data(jsonLine(file));
  else if (files.length > 0) await terminal.data(renderRemoteFiles(files));
  else terminal.talk("No file is uploaded with this key.");
  return exitCodes.done;
}

async function remove(invocation: Invocation, names: readonly string[]): Promise<ExitCode> {
  const { terminal } = invocation;
  const { json } = settle(invocation, settings);
  for (const one of await deleteMedia({ targets: names, ...accountOf(invocation) })) {
    await terminal.data(
      json ? jsonLine(one) : `${one.name} ${one.deleted ? "deleted" : "was not there any more"}`,
    );
  }
  return exitCodes.done;
}

async function convert(invocation: Invocation, names: readonly string[]): Promise<ExitCode> {
  const { terminal } = invocation;
  const { dataFolder, json } = settle(invocation, settings);
  const folder = names[0] ?? textFlag(invocation, "media-folder") ?? join(dataFolder, "media");
  let code: ExitCode = exitCodes.done;
  for await (const image of convertImages(folder)) {
    if (image.result === "failed") code = exitCodes.someFailed;
    const what =
      image.result === "converted"
        ? `converted from ${image.from} to ${image.to}`
        : image.result === "failed"
          ? `failed: ${image.problem}`
          : image.result;
    await terminal.data(json ? jsonLine(image) : `${image.file}: ${what}`);
  }
  return code;
}

function accountOf(invocation: Invocation): Parameters<typeof listMedia>[0] {
  const { envFile } = settle(invocation, settings);
  const model = textFlag(invocation, "model");
  return {
    envFile,
    env: invocation.terminal.environment,
    ...defined({ model }),
  };
}
