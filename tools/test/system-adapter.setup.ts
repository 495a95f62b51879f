// Runs in the page before each file of GPU tests when the system's adapter is asked for: Chromium falls back to software without a
// word, and the tests would pass on what nobody asked about.
const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
if (adapter === null || adapter.info.isFallbackAdapter)
  throw new Error(
    `LONGREAD_ADAPTER is system, and this browser offers ${adapter === null ? 'no adapter' : 'only a software adapter'}. ` +
      "Install the GPU's driver (on Linux with Vulkan), or leave LONGREAD_ADAPTER out.",
  );

export {};
