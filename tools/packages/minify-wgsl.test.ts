// Every shader keeps its tokens, as another's scanner reads them, and what is hard to read keeps its meaning.
import { expect, test } from 'vitest';
// wgsl_reflect 1.6.0 calls its CommonJS main file a module, so Node cannot import it by the package's name.
// @ts-expect-error its ES module has no types beside it
import { WgslScanner } from 'wgsl_reflect/wgsl_reflect.module.js';
import { minifyWgsl } from './minify-wgsl.ts';

const wgsl = import.meta.glob<string>('../../shaders/*/*.wgsl', {
  query: '?raw',
  import: 'default',
  eager: true,
});

interface Token {
  readonly lexeme: string;
}

function tokensOf(source: string): readonly string[] {
  const scanner = new (WgslScanner as new (source: string) => { scanTokens(): Token[] })(source);
  return scanner.scanTokens().map(({ lexeme }) => lexeme);
}

test.each(Object.entries(wgsl))('%s', (_, source) => {
  const minified = minifyWgsl(source);
  expect(tokensOf(minified)).toEqual(tokensOf(source));
  expect(minified).not.toMatch(/\/\/|\/\*|^\s| $/m);
});

test('a third of the shaders is comments and white space', () => {
  const length = (texts: readonly string[]) => texts.join('').length;
  const sources = Object.values(wgsl);
  expect(sources.length).toBeGreaterThan(40);
  expect(length(sources.map(minifyWgsl))).toBeLessThan(0.75 * length(sources));
});

test.each([
  ['a - -b', 'a- -b\n'],
  ['a /* one /* in another */ still */ + b', 'a+b\n'],
  ['let/**/x = 1u; // the end', 'let x=1u;\n'],
  ['array<vec4<f32>, 2 > = x', 'array<vec4<f32>,2> =x\n'],
  ['a / /* by */ b', 'a/b\n'],
  ['1 . x', '1 . x\n'],
  ['größe\tλ', 'größe λ\n'],
  ['// nothing', ''],
  ['', ''],
])('%s', (source, expected) => {
  expect(minifyWgsl(source)).toBe(expected);
});

test('a comment without an end is refused', () => {
  expect(() => minifyWgsl('fn /* main() {}')).toThrow('A comment that begins at character 3 does not end.');
});
