// What the command writes into the built page: names and titles that hold anything stay attributes.
import { expect, test } from 'vitest';
import { nameModel, nameSample } from './demo.ts';

const page = `<meta name="longread-model" data-url="./model.gguf" data-name="a" data-bytes="1" />
<meta name="longread-sample" data-text="" />`;
const sha256 = 'ab'.repeat(32);
const built = (): Map<string, string | Uint8Array | { path: string }> =>
  new Map([
    ['/index.html', page],
    ['/service-worker.js', 'name="shell-0123456789abcdef";'],
  ]);

test('a model by its content, in the page and in what keeps the page', () => {
  const files = built();
  nameModel(files, { url: '/model.gguf', sha256, name: '"><script>$&', sizeBytes: 7 });
  expect(files.get('/index.html')).toContain(
    `<meta name="longread-model" data-url="./model.gguf?sha256=${sha256}" data-name="&#34;&#62;&#60;script&#62;$&#38;" data-bytes="7" />`,
  );
  expect(files.get('/service-worker.js')).toBe('name="shell-0123456789abcdef-abababababababab";');
});

test('a sample with what was read of it, or the text alone', () => {
  const files = built();
  const facts = { file: './moby-dick.longread', bytes: 9, id: 'x', model: sha256 };
  nameSample(files, { title: 'A "book"', text: 'Call me', read: { path: '/tmp/a', facts } });
  expect(files.get('/index.html')).toContain('data-title="A &#34;book&#34;" data-text="./moby-dick.txt"');
  expect(files.get('/index.html')).toContain('data-file="./moby-dick.longread" data-bytes="9" data-id="x"');
  expect(files.get('/moby-dick.longread')).toEqual({ path: '/tmp/a' });
  const alone = built();
  nameSample(alone, { title: 'A', text: 'Call me', read: undefined });
  expect(alone.get('/index.html')).not.toContain('data-file');
  expect(alone.get('/moby-dick.txt')).toBe('Call me');
});
