/** Shown in the protocol's serverInfo. */
export { toolVersion as version } from '../engine/toolVersion.ts';
