/** Commands that the server runs for any client through workspace/executeCommand. */

export const simulateCommand = 'faultline.simulate';
export const faultPathsCommand = 'faultline.faultPaths';
export const regionsCommand = 'faultline.regions';
export const protocolCommand = 'faultline.protocol';
export const explainCommand = 'faultline.explain';

export const serverCommands = [simulateCommand, faultPathsCommand, regionsCommand, protocolCommand, explainCommand] as const;
