// What `npm run ask -- --help` prints.
import { exitCodes } from '@longread/command';
import { defaultTokens } from '@longread/command/default-document';
import { strategyNames } from '@longread/core';

/** What a wrong command line is told after what is wrong with it. */
export const hint = 'npm run ask -- --help lists the options, with examples.';

const codes = exitCodes.map(([code, meaning]) => `  ${String(code).padEnd(5)}${meaning}`).join('\n');

export const help = `Usage: npm run ask -- [FILE ...] ["question"] [options]
Reads the files in a headless browser and asks the question about them. What was read is stored: the next question opens it.

  npm run ask                                          a stretch of Moby Dick, and a question about it
  npm run ask -- book.txt "Who is the captain?"        a file
  npm run ask -- one.txt two.txt "Who came back?"      several, as one document in this order
  npm run ask -- notes/ "What is left to do?"          all files of a folder, as one document
  unzip -p texts.zip | npm run ask -- - "Why?"         standard input
  npm run ask -- book.txt "Who?" --follow-up "Where is he from?"
  npm run ask -- --list
  npm run ask -- --document "book.txt" "Who is he?"    a stored document, without its file
  npm run ask -- --all "Which contract ends in May?"   all that is stored; each passage names its document
  npm run ask -- --export book.txt book.longread       and on another machine: --import book.longread
  npm run --silent ask -- book.txt "Who?" --json | jq -r .answer

What is read
  FILE             PDF, EPUB, Word, web page or text, or a folder of these; - is standard input, a pipe is read to its end. Paths count
                   from where the command is typed
  --title T        name it so in the store (default: the file's name)
  --tokens N       read at most N tokens (default: all, or ${defaultTokens} of Moby Dick)
  --preset P       how deep it is read: skim (fast, finds words), read (default), study (slow)
  --document D     a stored document by its id, the beginning of its id, or its title; given again, several are asked as one
  --all            every stored document that was read as this model reads, asked as one

What is asked
  --follow-up "Q"  ask on in the same conversation; may be given several times
  --gather N       tokens gathered and recomputed for an answer (default 256 with the default model, else 1024)
  --max-new N      generate at most N tokens (default 64, with --thinking 1024)
  --thinking       let a model that can think before it answers; its thoughts are printed before the answer
  --strategy S     ${strategyNames.join(', ')} (default reform)

What it runs on
  --model M        another model: gemma-3-270m, a GGUF file, a folder with safetensors, an address of either, or a repository of a
                   hub, hf:owner/repo[/file][@revision]
  --list-models    recommended models: size, window, licence, what each is good at, and how --model names it
  --weights W      file (as there), int8 or int4: quantise weights of 16 or 32 bits while they load (default file)
  --adapter A      software (Chromium's own, on the processor) or system (a GPU) (default: system where there is one)
  --tune-table     load the model, print which kernel variants were timed on this adapter, and end

What is stored
  --list           id, title, tokens, bytes and date of every document
  --delete D       delete a document, by id or title
  --export D FILE  write a document to FILE, - for standard output; --force to replace a file that is there
  --import FILE    store the document of an exported file

What is printed
  --json           one JSON object on standard output and nothing else (docs/cli.md says which)
  --help           this
Answers and lists go to standard output, everything else to standard error; npm run --silent leaves out npm's own lines.

Exit codes
${codes}
`;
