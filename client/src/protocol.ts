/** What the server answers, as the client sees it. Types only: the client computes none of it. */

import type { FaultPath } from '../../server/src/engine/types.ts';
import type { RegionsReport } from '../../server/src/engine/report.ts';
import type { SimulateAnswer } from '../../server/src/lsp/features/commands.ts';
import type { DocumentStatus } from '../../server/src/lsp/features/status.ts';

export type { DocumentStatus, FaultPath, SimulateAnswer };
export type RegionsAnswer = RegionsReport & { readonly text: string };
export interface ProtocolAnswer {
  readonly function: string;
  readonly text: string;
}

export interface ExplainAnswer {
  readonly function: string;
  readonly line: number;
  readonly text: string;
}

/** Must equal the server's names (a test compares them): importing them would pull server code into the bundle. */
export const serverCommand = {
  simulate: 'faultline.simulate',
  faultPaths: 'faultline.faultPaths',
  regions: 'faultline.regions',
  protocol: 'faultline.protocol',
  explain: 'faultline.explain',
} as const;
export const statusNotification = 'faultline/status';
