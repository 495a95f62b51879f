// Compiles modules with Dawn's null backend, in a process of its own: two of Dawn in one end it. From stdin a list of [WGSL, overrides], to
// stdout a list of what the compiler said of each.
import { text } from 'node:stream/consumers';

const [, , dawn] = process.argv;
const { create, globals } = await import(dawn);
Object.assign(globalThis, globals);
const gpu = create(['backend=null', 'enable-dawn-features=allow_unsafe_apis']);
const adapter = await gpu.requestAdapter();
const device = await adapter.requestDevice({
  requiredFeatures: ['shader-f16', 'chromium-experimental-subgroup-matrix'],
});

async function compile([code, constants]) {
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ code });
  await device.popErrorScope();
  const { messages } = await module.getCompilationInfo();
  const said = messages.map(({ type, lineNum, message }) => `${type} in line ${lineNum}: ${message}`);
  const compute = { module, entryPoint: 'main', constants };
  const refused = await device.createComputePipelineAsync({ layout: 'auto', compute }).then(
    () => [],
    (error) => [String(error)],
  );
  return [...said, ...refused];
}

const results = [];
for (const module of JSON.parse(await text(process.stdin))) results.push(await compile(module));
process.stdout.write(JSON.stringify(results), () => process.exit(0));
