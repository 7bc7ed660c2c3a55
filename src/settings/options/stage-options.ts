import { z } from "zod";
import type { Table } from "./option.js";
import { folderPath, onOrOff, text } from "./option-kinds.js";
import { asGiven, asList } from "./option-readers.js";
import type { RunSettings } from "../settings.js";

/** The settings of an experiment's rephrase and judge stages. */
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

/** A part of the one table of settings. */
export const stageOptions: Table<StageSettings> = {
  rephraseFolder: {
    flag: "--rephrase-folder",
    short: "-rf",
    takes: "FOLDER",
    variable: "OSTINATO_REPHRASE_FOLDER",
    key: "rephraseFolder",
    description: "folder with settings.json and templates: the prompts are rephrased first",
    ...folderPath,
    default: undefined,
  },
  rephraseModels: {
    flag: "--rephrase-model",
    short: "-r",
    takes: "NAMES",
    variable: "OSTINATO_REPHRASE_MODEL",
    key: "rephraseModel",
    description: "models of that folder that rephrase, by commas",
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
    description: "file of that folder with a template a line; without it, template.txt",
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
    description: "makes several prompts of an answer: split_numbered_list",
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
    description: "send the rephrased prompts without the original ones",
    ...onOrOff,
    default: false,
  },
  onlyRephrase: {
    flag: "--only-rephrase",
    short: "-or",
    variable: "OSTINATO_ONLY_REPHRASE",
    key: "onlyRephrase",
    description: "write the rephrased prompts to a file and send none of them",
    ...onOrOff,
    default: false,
  },
  judgeFolder: {
    flag: "--judge-folder",
    short: "-jf",
    takes: "FOLDER",
    variable: "OSTINATO_JUDGE_FOLDER",
    key: "judgeFolder",
    description: "folder with settings.json and templates: the answers are judged",
    ...folderPath,
    default: undefined,
  },
  judges: {
    flag: "--judge",
    short: "-j",
    takes: "NAMES",
    variable: "OSTINATO_JUDGE",
    key: "judge",
    description: "judges of that folder, by commas",
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
    description: "templates of that folder, by commas; without it, template.txt",
    expected: "a list of names of files",
    read: asList,
    schema: list,
    default: undefined,
  },
};
