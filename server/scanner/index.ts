export { setTables, setText, setWords } from './layout';
export { stateAfter } from './still';
export { hasGnuAttributes, openCount, tokenize } from './tokenize';
