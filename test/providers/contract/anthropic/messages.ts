/** As https://platform.claude.com/docs/en/api/messages has them. */
const usage = {
  input_tokens: 12,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 30,
  output_tokens: 6,
};

export const message = {
  id: "msg_01",
  type: "message",
  role: "assistant",
  model: "claude-sonnet-4-5-20250929",
  content: [{ type: "text", text: "A round" }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage,
};

export const answer = {
  response: "A round",
  model: "claude-sonnet-4-5-20250929",
  finishReason: "end_turn",
  usage,
};

export const errorBody = (text: string, code = "api_error"): unknown => ({
  type: "error",
  error: { type: code, message: text },
  request_id: "req_01",
});

export const prompt = "What is a canon?";
export const model = "claude-sonnet-4-5";
export const parameters = { max_tokens: 64 };
