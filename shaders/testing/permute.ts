// A kernel as it runs on a device that lays out a workgroup's lanes in another order than subgroups count them: WGSL allows that.
import type { KernelSpec } from '../kernel.ts';

/** Parts of the entry point: what comes before its parameters, the parameters, and the beginning of its body. */
const entryPoint = /(@compute @workgroup_size\(WORKGROUP_SIZE\)\nfn main\()([\s\S]*?)(\) \{\n)/;

/**
 * The lane that a subgroup counts as its workgroup's i-th is told that it is (5 i + 3) mod WORKGROUP_SIZE, a power of two, in
 * local_invocation_index and in global_invocation_id.x alike. What a kernel computes may not hang on it.
 */
export function permuted<S extends Pick<KernelSpec, 'name' | 'source'>>(kernel: S): S {
  const parts = entryPoint.exec(kernel.source);
  if (parts === null) throw new Error(`${kernel.name} has no entry point as expected`);
  const [, head = '', parameters = '', end = ''] = parts;
  const told: string[] = [];
  const rename = (name: string, value: string) => {
    told.push(`  let ${name} = ${value};`);
    return `real_${name}`;
  };
  const renamed = parameters
    .replace(/(@builtin\(local_invocation_index\)) (\w+)/, (_, builtin: string, name: string) => {
      return `${builtin} ${rename(name, 'permuted_place')}`;
    })
    .replace(/(@builtin\(global_invocation_id\)) (\w+)/, (_, builtin: string, name: string) => {
      const real = `real_${name}`;
      return `${builtin} ${rename(name, `vec3u(${real}.x - real_place.x + permuted_place, ${real}.yz)`)}`;
    });
  const place = '  let permuted_place = (5u * real_place.x + 3u) % WORKGROUP_SIZE;';
  const all = `${renamed.trimEnd().replace(/,$/, '')}, @builtin(local_invocation_id) real_place: vec3u`;
  const body = [place, ...told].join('\n');
  return { ...kernel, source: kernel.source.replace(entryPoint, `${head}${all}${end}${body}\n`) };
}
