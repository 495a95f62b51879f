// What reads the folders of a hub's repositories: an entry of its own, since most models are one file of GGUF.
export { checkHubHead } from './header.ts';
export { checkConfig, openHubTokenizer, openSafetensors, orderSafetensors, readIndex } from './open.ts';
