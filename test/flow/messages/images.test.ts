import { expect, test } from "vitest";
import { folderOfImages } from "../../../src/flow/messages/images.js";
import type { Prompt } from "../../../src/domain/record/prompt-record.js";

function withImage(url: string): Prompt {
  const image = { type: "image_url", image_url: { url } };
  return [
    { role: "system", content: "Be brief." },
    { role: "user", content: ["What is this?", image] },
  ];
}

test.each<[Prompt, string | undefined]>([
  ["/tmp/cat.png", undefined],
  [["/tmp/cat.png"], undefined],
  [withImage("/tmp/cat.png"), "/"],
  [withImage("cat.png"), undefined],
  [withImage("https://a.example/cat.png"), undefined],
  [withImage("data:image/png;base64,aGk="), undefined],
  [[{ role: "user", content: [{ type: "image_url", image_url: "/tmp/cat.png" }] }], "/"],
])("the images of %j lie in %s", (prompt, folder) => {
  expect(folderOfImages(prompt)).toBe(folder);
});
