import { builtinModules } from "node:module";
import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const nodeMessage = "Node is not here: the workflow sandbox runs this code.";
const nodeBuiltins = builtinModules.map((name) => ({ name, message: nodeMessage }));
const nodeScheme = { group: ["node:*"], message: nodeMessage };

const restrictedSyntax = [
  {
    selector: "ExportDefaultDeclaration",
    message: "Export by name, so that the import says the same word.",
  },
];

const oneDialect = [
  {
    selector: "ImportSpecifier[importKind='type']",
    message: "Types have an import of their own: import type { … }.",
  },
  {
    selector:
      ":matches(PropertyDefinition, MethodDefinition[kind!='constructor'])[accessibility='private']",
    message: "A member of the class alone is #private.",
  },
  {
    selector:
      "ImportDeclaration[source.value='node:timers/promises'] > ImportSpecifier[imported.name='setTimeout'][local.name!='sleep']",
    message: "Waiting is called sleep everywhere.",
  },
  {
    selector:
      "ObjectExpression > SpreadElement > ConditionalExpression > ObjectExpression[properties.length=0]",
    message: "A property that may be absent is defined({ … }), or ...(condition && { … }).",
  },
];

const noSpreadOfLiterals = [
  {
    selector: ":matches(SpreadElement, JSXSpreadAttribute)[argument.type='ObjectExpression']",
    message: "Write the properties themselves, one a line.",
  },
];

const clockAndChance = [
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: "The domain takes time as an argument (style rule 3).",
  },
  {
    selector: "CallExpression[callee.name='Date']",
    message: "The domain takes time as an argument (style rule 3).",
  },
];

const moduleMocks = ["mock", "doMock", "hoisted", "unmock", "doUnmock"].map((property) => ({
  object: "vi",
  property,
  message: "No module mocks: real files, real HTTP on loopback, real processes.",
}));

export default defineConfig(
  globalIgnores(["dist/", "data/", "coverage/", "node_modules/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error", reportUnusedInlineConfigs: "error" } },
  js.configs.recommended,
  {
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }],
      "object-shorthand": "error",
      "no-console": "error",
      "no-warning-comments": ["error", { terms: ["todo", "fixme", "xxx"] }],
      "no-restricted-syntax": ["error", ...restrictedSyntax],
      "max-lines": ["error", { max: 400 }],
      "max-params": ["error", { max: 3 }],
      "max-depth": ["error", { max: 3 }],
      "max-lines-per-function": ["error", { max: 60 }],
      complexity: ["error", { max: 12 }],
    },
  },
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        // One program for all: with one per folder, most files would be parsed and checked many times. The page has the
        // types of a browser, which nothing else may see.
        project: ["tsconfig.check.json", "src/page/tsconfig.json"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "no-restricted-syntax": ["error", ...restrictedSyntax, ...oneDialect],
      "@typescript-eslint/ban-ts-comment": [
        "error",
        { "ts-expect-error": "allow-with-description", "ts-ignore": true, "ts-nocheck": true },
      ],
      "@typescript-eslint/consistent-type-exports": "error",
      "@typescript-eslint/consistent-type-imports": [
        "error",
        { fixStyle: "separate-type-imports" },
      ],
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-import-type-side-effects": "error",
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "max-params": "off",
      "@typescript-eslint/max-params": ["error", { max: 3 }],
    },
  },
  {
    files: [
      "{src,cli,workflows,activities,worker,test,bench}/**/*.{ts,tsx}",
      "scripts/**/*.mjs",
      "bench/**/*.mjs",
    ],
    rules: {
      "no-restricted-syntax": ["error", ...restrictedSyntax, ...oneDialect, ...noSpreadOfLiterals],
    },
  },
  {
    files: ["src/domain/**/*.ts"],
    rules: {
      "no-restricted-imports": ["error", { paths: nodeBuiltins, patterns: [nodeScheme] }],
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: "The domain takes time as an argument." },
        { object: "Math", property: "random", message: "The domain takes chance as an argument." },
        {
          object: "performance",
          property: "now",
          message: "The domain takes time as an argument.",
        },
      ],
      "no-restricted-syntax": [
        "error",
        ...restrictedSyntax,
        ...oneDialect,
        ...noSpreadOfLiterals,
        ...clockAndChance,
      ],
    },
  },
  {
    files: ["workflows/**/*.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          paths: nodeBuiltins,
          patterns: [
            nodeScheme,
            {
              group: ["@temporalio/*", "!@temporalio/workflow", "!@temporalio/common"],
              message: "Workflows use @temporalio/workflow and @temporalio/common alone.",
            },
            {
              group: ["**/activities/**"],
              allowTypeImports: true,
              message: "Workflows know activities as types only.",
            },
            {
              group: ["zod", "pino", "openai", "undici"],
              allowTypeImports: true,
              message: "Validate outside: the sandbox stays small.",
            },
          ],
        },
      ],
    },
  },
  { files: ["cli/**", "scripts/**", "bench/**", "examples/**"], rules: { "no-console": "off" } },
  {
    files: ["test/**/*.ts"],
    rules: {
      "max-lines": ["error", { max: 600 }],
      "max-lines-per-function": "off",
      "no-restricted-properties": ["error", ...moduleMocks],
      "@typescript-eslint/no-non-null-assertion": "off",
      // vitest's asymmetric matchers are typed as any.
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/explicit-module-boundary-types": "off",
    },
  },
  {
    files: [
      "*.config.js",
      "*.config.ts",
      "scripts/count-reporter.mjs",
      "examples/own-*.js",
      "examples/pipelines/*.ts",
      "examples/flows/*.ts",
    ],
    rules: { "no-restricted-syntax": "off" },
  },
  {
    files: ["**/*.js", "**/*.mjs", "**/*.cjs"],
    languageOptions: {
      globals: {
        Buffer: "readonly",
        console: "readonly",
        module: "writable",
        process: "readonly",
        URL: "readonly",
      },
    },
  },
);
