// Renders a model's own Jinja chat template, or for a base model a text to go on with. The template is a program from the model file:
// only its errors are contained.
import { ModelFormatError } from '@longread/core';
import { Template } from '@huggingface/jinja';
import type { TokenizerDefinition } from './tokenizer-definition.ts';

/** One turn of a conversation. */
export interface ChatMessage {
  readonly role: string;
  readonly content: string;
}

const key = 'tokenizer.chat_template';

/** For a model without a template, which was trained to go on with texts: questions under their texts, each with its answer. */
const completionTemplate =
  "{{ bos_token }}{% for message in messages %}{{ message.content }}{{ '\\nAnswer:' if message.role == 'user' else '\\n\\n' }}{% endfor %}";

/** What such a model's answer ends before: the blank line that stands above a question. */
export const completionStop = '\n\n';
const maxTemplateChars = 200_000;

/** No template holds this private-use character. */
const probe = '\uf8ff';

/**
 * Tries what every question needs: one message of the user, which must come out whole and once. Throws ModelFormatError when there is
 * no template, or it cannot.
 */
export function checkChat(tokenizer: { renderChat: (messages: readonly ChatMessage[]) => string }): void {
  const times = tokenizer.renderChat([{ role: 'user', content: probe }]).split(probe).length - 1;
  if (times === 1) return;
  throw new ModelFormatError(
    `The chat template gives the user's message ${times} times, expected once: use another file of the model, or another model.`,
    { key, times },
  );
}

/**
 * Parses the template and returns its renderer, which ends with the generation prompt.
 * Throws ModelFormatError when it does not parse; the renderer does when it refuses the messages.
 */
export function createChatRenderer({
  config,
  addBos,
}: Pick<TokenizerDefinition, 'addBos'> & {
  readonly config: Pick<TokenizerDefinition['config'], 'chat_template' | 'bos_token' | 'eos_token'>;
}): (messages: readonly ChatMessage[], thinking?: boolean) => string {
  const source = config.chat_template ?? completionTemplate;
  if (source.length > maxTemplateChars) {
    throw new ModelFormatError(
      `The chat template has ${source.length} characters; the limit is ${maxTemplateChars}.`,
      { key },
    );
  }
  const template = contain('does not parse', () => new Template(source));
  const begin = (addBos ? config.bos_token : null) ?? '';
  return (messages, thinking = false) => {
    const text = contain('cannot render these messages', () =>
      template.render({
        messages: messages.map(({ role, content }) => ({ role, content })),
        add_generation_prompt: true,
        // Unless it is asked for, models that may think before they answer write an empty thought: an answer is to come, within few tokens.
        enable_thinking: thinking,
        bos_token: (config.chat_template === null ? begin : config.bos_token) ?? '',
        eos_token: config.eos_token,
        // As transformers has it where there are none: some templates ask whether it is none, and not whether it is there.
        tools: null,
        documents: null,
      }),
    );
    // Most templates write what a text begins with; where one does not, the file says whether it is wanted.
    return text.trimStart().startsWith(begin) ? text : begin + text;
  };
}

function contain<T>(what: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ModelFormatError(`The chat template ${what}: ${reason}`, { key, reason }, { cause });
  }
}
