import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defined } from "../../src/domain/defined.js";

const words = "[PAD] [UNK] [EOS] zero one two three four five six seven eight nine".split(" ");

/**
 * A counting model in under a kilobyte of ONNX: it knows each word's successor, and ends after
 * `nine`.
 */
export function writeTinyModel(folder: string, settings: { chatTemplate?: string } = {}): void {
  mkdirSync(join(folder, "onnx"), { recursive: true });
  writeFileSync(join(folder, "onnx", "model.onnx"), onnxModel());
  const ends = { eos_token_id: 2, bos_token_id: 2, pad_token_id: 0 };
  const size = { vocab_size: words.length, n_layer: 1, n_head: 1, n_embd: 1 };
  const files = {
    "config.json": { model_type: "gpt2", architectures: ["GPT2LMHeadModel"], ...size, ...ends },
    "generation_config.json": ends,
    "tokenizer_config.json": {
      tokenizer_class: "PreTrainedTokenizerFast",
      unk_token: "[UNK]",
      eos_token: "[EOS]",
      pad_token: "[PAD]",
      ...defined({ chat_template: settings.chatTemplate }),
    },
    "tokenizer.json": tokenizer(),
  };
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), JSON.stringify(content));
  }
}

function tokenizer(): object {
  const plain = { single_word: false, lstrip: false, rstrip: false, normalized: false };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    post_processor: null,
    added_tokens: words
      .slice(0, 3)
      .map((content, id) => ({ id, content, special: true, ...plain })),
    normalizer: { type: "Lowercase" },
    pre_tokenizer: { type: "Whitespace" },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(words.map((word, id) => [word, id])),
    },
  };
}

// The fields of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3, by their numbers.

function onnxModel(): Buffer {
  const size = words.length;
  const weights = new Float32Array(size * size);
  for (let word = 0; word < size; word += 1) {
    // So far above the other words that sampling at temperature 1 never takes one of them.
    weights[word * size + (word + 1 < size ? word + 1 : 2)] = 100;
  }
  const [float, int64] = [1, 7];
  const graph = [
    message(1, [text(1, "weights"), text(1, "input_ids"), text(2, "logits"), text(4, "Gather")]),
    text(2, "count on"),
    message(5, [
      ...[number(1, size), number(1, size), number(2, float), text(8, "weights")],
      field(9, Buffer.from(weights.buffer)),
    ]),
    message(11, tensor("input_ids", int64, ["batch", "sequence"])),
    message(12, tensor("logits", float, ["batch", "sequence", size])),
  ];
  const [irVersion, opset] = [8, 13];
  return Buffer.concat([number(1, irVersion), message(8, [number(2, opset)]), message(7, graph)]);
}

function tensor(name: string, type: number, dimensions: readonly (string | number)[]): Buffer[] {
  const shape = dimensions.map((each) =>
    message(1, [typeof each === "number" ? number(1, each) : text(2, each)]),
  );
  return [text(1, name), message(2, [message(1, [number(1, type), message(2, shape)])])];
}

function number(key: number, value: number): Buffer {
  return Buffer.concat([varint(key << 3), varint(value)]);
}

function text(key: number, value: string): Buffer {
  return field(key, Buffer.from(value));
}

function message(key: number, parts: readonly Buffer[]): Buffer {
  return field(key, Buffer.concat(parts));
}

function field(key: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint((key << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}
