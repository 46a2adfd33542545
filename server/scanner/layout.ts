/** Where the host laid out what is read and written here. Addresses in bytes; set before each text. */

export let classes: usize = 0;
export let inputs: usize = 0;
export let callees: usize = 0;
export let transitions: usize = 0;
export let around: usize = 0;

/** Tables by code or tag of 256 bytes each, the automaton's transitions, and room for the brackets it stands in. */
export function setTables(classTable: usize, inputTable: usize, calleeTable: usize, transitionTable: usize, bracketRoom: usize): void {
  classes = classTable;
  inputs = inputTable;
  callees = calleeTable;
  transitions = transitionTable;
  around = bracketRoom;
}

/** A hash table of words: slots of 32 bits with the number of a word, from 1, or 0; by word its tag and where its letters start. */
export let slots: usize = 0;
export let slotMask: u32 = 0;
export let wordTags: usize = 0;
export let wordStarts: usize = 0;
export let letters: usize = 0;

export function setWords(slotTable: usize, mask: u32, tagTable: usize, startTable: usize, letterTable: usize): void {
  slots = slotTable;
  slotMask = mask;
  wordTags = tagTable;
  wordStarts = startTable;
  letters = letterTable;
}

/** The text, a byte for each UTF-16 unit, with null characters after its end. */
export let source: usize = 0;
export let length: i32 = 0;
/** By token: its tag of 8 bits, and 32 bits each for its start, its end and the bracket it pairs with. */
export let tags: usize = 0;
export let starts: usize = 0;
export let ends: usize = 0;
export let matches: usize = 0;
/** Brackets without a partner. */
export let open: usize = 0;

export function setText(text: usize, size: i32, tagRoom: usize, startRoom: usize, endRoom: usize, matchRoom: usize, openRoom: usize): void {
  source = text;
  length = size;
  tags = tagRoom;
  starts = startRoom;
  ends = endRoom;
  matches = matchRoom;
  open = openRoom;
}
