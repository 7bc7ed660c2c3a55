/**
 * Kinds of values that several rows of the options table share: the expected value, its reader and
 * its schema.
 */
import * as z from "zod";
import { asNumber, asPath, asSwitch } from "./option-readers.js";

export const text = z.string().min(1);

export const onOrOff = { expected: "true or false", read: asSwitch, schema: z.boolean() };

export const wholeNumber = {
  expected: "a whole number above 0",
  read: asNumber,
  schema: z.int().positive(),
};

export const positiveNumber = {
  expected: "a number above 0",
  read: asNumber,
  schema: z.number().positive(),
};

export const filePath = { expected: "the path of a file", read: asPath, schema: text };

export const folderPath = { expected: "the path of a folder", read: asPath, schema: text };
