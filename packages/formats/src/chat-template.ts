// Renders a model's own Jinja chat template. The template is a program from the model file: only its errors are contained.
import { ModelFormatError } from '@longread/core';
import { Template } from '@huggingface/jinja';
import type { TokenizerConfig } from './tokenizer-definition.ts';

/** One turn of a conversation. */
export interface ChatMessage {
  readonly role: string;
  readonly content: string;
}

const maxTemplateChars = 200_000;

/**
 * Parses the template and returns its renderer, which ends with the generation prompt.
 * Throws ModelFormatError when it does not parse; the renderer does when there is none or it refuses the messages.
 */
export function createChatRenderer(config: TokenizerConfig): (messages: readonly ChatMessage[]) => string {
  const key = 'tokenizer.chat_template';
  const source = config.chat_template;
  if (source === null) {
    return () => {
      throw new ModelFormatError(
        `The model has no chat template (metadata key "${key}"): use an instruct model.`,
        { key },
      );
    };
  }
  if (source.length > maxTemplateChars) {
    throw new ModelFormatError(
      `The chat template has ${source.length} characters; the limit is ${maxTemplateChars}.`,
      { key },
    );
  }
  const template = contain('does not parse', () => new Template(source));
  return (messages) =>
    contain('cannot render these messages', () =>
      template.render({
        messages: messages.map(({ role, content }) => ({ role, content })),
        add_generation_prompt: true,
        bos_token: config.bos_token ?? '',
        eos_token: config.eos_token,
      }),
    );
}

function contain<T>(what: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ModelFormatError(
      `The chat template ${what}: ${reason}`,
      { key: 'tokenizer.chat_template', reason },
      { cause },
    );
  }
}
