import { describe, expect, test } from 'vitest';
import { dawnFlags, formatDawnOptions, parseDawnOptions } from './options.ts';

describe('options of Dawn', () => {
  test('without any, f16 is asked for on NVIDIA and timestamps are exact', () => {
    expect(dawnFlags(parseDawnOptions())).toEqual([
      'enable-dawn-features=vulkan_enable_f16_on_nvidia',
      'disable-dawn-features=timestamp_quantization',
    ]);
  });

  test('name backend, adapter and toggles beside the defaults', () => {
    const text = ' backend=vulkan; adapter=Tesla V100 ;enable-dawn-features=dump_shaders,allow_unsafe_apis;';
    expect(parseDawnOptions(text)).toEqual({
      backend: 'vulkan',
      adapter: 'Tesla V100',
      enabled: ['dump_shaders', 'allow_unsafe_apis', 'vulkan_enable_f16_on_nvidia'],
      disabled: ['timestamp_quantization'],
    });
  });

  test('undo a default by the other list', () => {
    const text =
      'enable-dawn-features=timestamp_quantization;disable-dawn-features=vulkan_enable_f16_on_nvidia';
    expect(formatDawnOptions(parseDawnOptions(text))).toBe(text);
  });

  test('are read back as they are written', () => {
    const options = parseDawnOptions('adapter=llvmpipe;disable-dawn-features=skip_validation');
    expect(parseDawnOptions(formatDawnOptions(options))).toEqual(options);
  });

  test.each([
    ['vulkan', "there is no option 'vulkan'"],
    ['bakend=vulkan', "there is no option 'bakend'"],
    ['backend=vulcan', "there is no backend 'vulcan', only vulkan, metal"],
    ['adapter=', 'adapter has no value'],
    ['backend=vulkan;backend=null', 'backend is given twice'],
    ['enable-dawn-features=Fast Math', "'Fast Math' is not the name of a toggle"],
    ['enable-dawn-features=a,b;disable-dawn-features=b', 'b is both enabled and disabled'],
  ])('%s is refused by name', (text, message) => {
    expect(() => parseDawnOptions(text)).toThrow(message);
  });
});
