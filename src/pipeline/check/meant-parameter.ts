/** Common parameters of models, for recognizing mistyped names. */
import { editDistance } from "../../domain/nearest-match.js";

const common: readonly string[] = `
  temperature top_p top_k top_a min_p typical_p seed random_seed n best_of candidate_count
  max_tokens max_completion_tokens max_output_tokens max_new_tokens min_tokens min_new_tokens num_predict num_ctx
  frequency_penalty presence_penalty repetition_penalty repeat_penalty repeat_last_n length_penalty logit_bias
  stop stop_sequences stop_token_ids logprobs top_logprobs prompt_logprobs response_logprobs
  response_format response_mime_type response_schema response_modalities guided_json guided_choice guided_regex
  reasoning reasoning_effort reasoning_format thinking thinking_config thinking_budget verbosity
  tools tool_choice tool_config functions function_call parallel_tool_calls max_tool_calls
  user metadata store service_tier prompt_cache_key safety_identifier safety_settings safe_prompt
  system system_instruction cached_content labels audio modalities prediction options format template
  keep_alive num_keep num_gpu num_thread mirostat mirostat_eta mirostat_tau tfs_z penalize_newline
  do_sample num_beams early_stopping return_full_text truncate watermark details decoder_input_details
  models route provider transforms chat_template_kwargs ignore_eos skip_special_tokens
  latency_ms response finish_reason usage status code retry_after_s fail_times hang raise_error raise_error_type
`
  .trim()
  .split(/\s+/);

/**
 * Returns the parameter with almost the same spelling, if there is one. Parameters go to the API
 * unchanged, so an unknown name alone is not a problem.
 *
 * @param own further parameters of the step
 */
export function meantParameter(
  name: string,
  { own, isModel }: { readonly own: readonly string[]; readonly isModel: boolean },
): string | undefined {
  const known = [...own, ...(isModel ? common : [])];
  // Short names differ by few letters, and some APIs use camel case for their own parameters.
  if (known.includes(name) || name.length < 6 || /[A-Z]/.test(name)) return undefined;
  const most = name.length < 8 ? 1 : 2;
  return known.find(
    (each) =>
      each[0] === name[0] &&
      Math.abs(each.length - name.length) <= most &&
      editDistance(name, each) <= most,
  );
}
