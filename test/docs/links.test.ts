import { access, readdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const repository = fileURLToPath(new URL("../..", import.meta.url));

async function pages(): Promise<readonly string[]> {
  const inDocs = await readdir(join(repository, "docs"), { recursive: true });
  return [
    ...["README.md", "CHANGELOG.md", "CONTRIBUTING.md"],
    ...inDocs.filter((name) => name.endsWith(".md")).map((name) => join("docs", name)),
  ];
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

test("every relative link of the documentation leads to a file", async () => {
  const broken: string[] = [];
  for (const page of await pages()) {
    const text = await readFile(join(repository, page), "utf8");
    for (const [, target = ""] of text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)) {
      const file = join(repository, dirname(page), target);
      if (!(await exists(file))) broken.push(`${page}: ${relative(repository, file)}`);
    }
  }
  expect(broken).toEqual([]);
});

test("every page of docs/ can be reached from the README", async () => {
  const readme = await readFile(join(repository, "README.md"), "utf8");
  const lost = (await readdir(join(repository, "docs")))
    .filter((name) => name.endsWith(".md"))
    .filter((name) => !readme.includes(`(docs/${name})`));
  expect(lost).toEqual([]);
});
