const { existsSync, readdirSync } = require("node:fs");

/** Each API has a room with a `create-provider.ts`; a `-protocol` is shared by several APIs. */
const rooms = readdirSync("src/providers", { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.endsWith("-protocol"))
  .map((entry) => entry.name)
  .filter((name) => existsSync(`src/providers/${name}/create-provider.ts`));
const aRoom = `^src/providers/(${rooms.join("|")})/`;

/**
 * The directions of docs/architecture.md. Type-only imports are seen and told apart (`tsPreCompilationDeps`).
 * test/toolchain/directions.test.ts makes each mistake on purpose and expects to be caught.
 *
 * @type {import("dependency-cruiser").IConfiguration}
 */
module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment: "Two files that need each other are one file, or hide a third.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "domain-is-pure",
      comment:
        "The domain runs in the workflow sandbox, in the worker and in the CLI: it reaches itself, zod and pure-rand alone.",
      severity: "error",
      from: { path: "^src/domain/" },
      to: { pathNot: ["^src/domain/", "node_modules/(zod|pure-rand)/"] },
    },
    {
      name: "only-client-reaches-temporal",
      comment:
        "Of src, the client alone talks to a server; of workflows/ it needs the messages and nothing that runs there.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/client/" },
      to: { path: ["node_modules/@temporalio/", "^workflows/"] },
    },
    {
      name: "client-knows-messages-only",
      comment: "Signals, queries and updates are the contract between client and workflows.",
      severity: "error",
      from: { path: "^src/client/" },
      to: { path: "^workflows/", pathNot: "^workflows/messages\\.ts$" },
    },
    {
      name: "temporal-client-in-one-place",
      comment:
        "What a leaser needs of the client is handed in by worker/, so that activities can be tested without a server.",
      severity: "error",
      from: { path: "^(src|activities|workflows|worker|cli)/", pathNot: "^src/client/" },
      to: { path: "node_modules/@temporalio/client/" },
    },
    {
      name: "workflows-stay-in-the-sandbox",
      comment:
        "What a workflow imports is bundled, and replayed by later versions: itself, the domain and Temporal's sandbox packages.",
      severity: "error",
      from: { path: "^workflows/" },
      to: {
        pathNot: ["^workflows/", "^src/domain/", "node_modules/@temporalio/(workflow|common)/"],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "activities-are-types-to-workflows",
      comment: "A value import of an activity would run it inside the sandbox.",
      severity: "error",
      from: { path: "^workflows/" },
      to: { path: "^activities/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "providers-stand-alone",
      comment:
        "An adapter is for the registry alone: what two share waits for a third user and then gets a file of its own.",
      severity: "error",
      from: { path: "^src/providers/([^/]+)", pathNot: "^src/providers/registry/" },
      to: { path: aRoom, pathNot: "^src/providers/$1(/|$)" },
    },
    {
      name: "entry-is-for-the-outside",
      comment:
        "The entry re-exports the public API for users of the package. It loads the whole product, so nothing of the product imports it.",
      severity: "error",
      from: { path: "^(src|activities|workflows|worker|cli)/" },
      to: { path: "^src/index\\.ts$" },
    },
    {
      name: "only-tests-import-worker",
      comment:
        "worker/ wires everything and loads native code: it is started as a process, never imported by the product.",
      severity: "error",
      from: { path: "^(src|activities|workflows|cli)/" },
      to: { path: "^worker/" },
    },
    {
      name: "cli-uses-the-library",
      comment:
        "The CLI parses, calls the library and renders. A command imports the modules it needs, so that it loads nothing else; test/toolchain/cli-imports.test.ts checks that their names are public.",
      severity: "error",
      from: { path: "^cli/" },
      to: { path: "^(src/providers|activities|workflows|worker)/" },
    },
    {
      name: "page-stands-alone",
      comment:
        "The page runs in a browser: it reaches itself, the domain and its own libraries, and knows no file, server or process.",
      severity: "error",
      from: { path: "^src/page/" },
      to: {
        pathNot: [
          "^src/(page|domain)/",
          "node_modules/(preact|@tanstack/virtual-core|d3-scale|d3-shape|@types/d3-(scale|shape)|diff|dompurify|marked)/",
        ],
      },
    },
    {
      name: "nobody-imports-the-page",
      comment:
        "Its code needs a browser. The build bundles it, and a report has the bundle inside.",
      severity: "error",
      from: { path: "^(src|activities|workflows|worker|cli)/", pathNot: "^src/page/" },
      to: { path: "^src/page/" },
    },
    {
      name: "product-knows-no-test",
      comment: "Tests and benches know the product, never the reverse.",
      severity: "error",
      from: { path: "^(src|activities|workflows|worker|cli)/" },
      to: { path: "^(test|bench|examples|scripts)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^dist/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
