import * as z from "zod";
import type { Table } from "./option.js";
import { folderPath, onOrOff, text } from "./option-kinds.js";
import { asGiven, asList } from "./option-readers.js";
import type { RunSettings } from "../settings.js";

/** Settings for the rephrase and judge stages of an experiment. */
export type StageSettings = Pick<
  RunSettings,
  | "rephraseFolder"
  | "rephraseTemplates"
  | "rephraseModels"
  | "rephraseParser"
  | "removeOriginal"
  | "onlyRephrase"
  | "judgeFolder"
  | "judges"
  | "judgeTemplates"
>;

const list = z.array(text).min(1);

/** Rows of the options table for these settings. */
export const stageOptions: Table<StageSettings> = {
  rephraseFolder: {
    flag: "--rephrase-folder",
    short: "-rf",
    takes: "FOLDER",
    variable: "OSTINATO_REPHRASE_FOLDER",
    key: "rephraseFolder",
    description: "rephrase the prompts first, with settings.json and templates of this folder",
    ...folderPath,
    default: undefined,
  },
  rephraseModels: {
    flag: "--rephrase-model",
    short: "-r",
    takes: "NAMES",
    variable: "OSTINATO_REPHRASE_MODEL",
    key: "rephraseModel",
    description: "models of --rephrase-folder to use, comma-separated",
    expected: "a list of names of models",
    read: asList,
    schema: list,
    default: undefined,
  },
  rephraseTemplates: {
    flag: "--rephrase-templates",
    short: "-rt",
    takes: "FILE",
    variable: "OSTINATO_REPHRASE_TEMPLATES",
    key: "rephraseTemplates",
    description: "file in --rephrase-folder with one template per line",
    otherwise: "template.txt",
    expected: "the name of a file",
    read: asGiven,
    schema: text,
    default: undefined,
  },
  rephraseParser: {
    flag: "--rephrase-parser",
    short: "-rp",
    takes: "NAME",
    variable: "OSTINATO_REPHRASE_PARSER",
    key: "rephraseParser",
    description: "parser that splits one answer into several prompts (split_numbered_list)",
    expected: "the name of a parser",
    read: asGiven,
    schema: text,
    default: undefined,
  },
  removeOriginal: {
    flag: "--remove-original",
    short: "-ro",
    variable: "OSTINATO_REMOVE_ORIGINAL",
    key: "removeOriginal",
    description: "send only the rephrased prompts, not the original ones",
    ...onOrOff,
    default: false,
  },
  onlyRephrase: {
    flag: "--only-rephrase",
    short: "-or",
    variable: "OSTINATO_ONLY_REPHRASE",
    key: "onlyRephrase",
    description: "write the rephrased prompts to a file and do not send them",
    ...onOrOff,
    default: false,
  },
  judgeFolder: {
    flag: "--judge-folder",
    short: "-jf",
    takes: "FOLDER",
    variable: "OSTINATO_JUDGE_FOLDER",
    key: "judgeFolder",
    description: "judge the answers, with settings.json and templates of this folder",
    ...folderPath,
    default: undefined,
  },
  judges: {
    flag: "--judge",
    short: "-j",
    takes: "NAMES",
    variable: "OSTINATO_JUDGE",
    key: "judge",
    description:
      "judges of --judge-folder, comma-separated; strict:expected=KEY reads the expected answers from KEY",
    expected: "a list of names of judges",
    read: asList,
    schema: list,
    default: undefined,
  },
  judgeTemplates: {
    flag: "--judge-templates",
    short: "-jt",
    takes: "FILES",
    variable: "OSTINATO_JUDGE_TEMPLATES",
    key: "judgeTemplates",
    description: "templates in --judge-folder, comma-separated",
    otherwise: "template.txt",
    expected: "a list of names of files",
    read: asList,
    schema: list,
    default: undefined,
  },
};
