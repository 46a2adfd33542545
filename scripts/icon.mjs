/** Draws client/media/icon.png: a page with a fault line through it. Run by hand after a change. */

import { writeFileSync } from 'node:fs';
import { deflateSync, crc32 } from 'node:zlib';

const size = 128;
const background = [31, 36, 48];
const page = [226, 232, 240];
const rule = [148, 163, 184];
const fault = [239, 83, 80];

const clamp = (x) => Math.max(0, Math.min(1, x));
const boxDistance = (x, y, cx, cy, hx, hy, radius) => {
  const dx = Math.abs(x - cx) - hx + radius;
  const dy = Math.abs(y - cy) - hy + radius;
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius;
};
const segmentDistance = (x, y, [ax, ay], [bx, by]) => {
  const t = clamp(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2));
  return Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay));
};
const crack = [[80, 4], [56, 44], [74, 60], [50, 88], [62, 98], [46, 124]];
const crackDistance = (x, y) => Math.min(...crack.slice(1).map((point, i) => segmentDistance(x, y, crack[i], point)));
const mix = (under, over, alpha) => under.map((channel, i) => channel + (over[i] - channel) * alpha);

function pixel(x, y) {
  let colour = background;
  const inPage = clamp(0.5 - boxDistance(x, y, 64, 64, 36, 46, 6));
  colour = mix(colour, page, inPage);
  for (const row of [38, 55, 72, 89]) colour = mix(colour, rule, clamp(0.5 - boxDistance(x, y, 64, row, 24, 2.5, 2)) * inPage);
  const distance = crackDistance(x, y);
  colour = mix(colour, background, clamp(7.5 - distance));
  colour = mix(colour, fault, clamp(3.5 - distance));
  const alpha = clamp(0.5 - boxDistance(x, y, 64, 64, 64, 64, 24));
  return [...colour.map(Math.round), Math.round(alpha * 255)];
}

const rows = [];
for (let y = 0; y < size; y++) {
  rows.push(0);
  for (let x = 0; x < size; x++) rows.push(...pixel(x + 0.5, y + 0.5));
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

const header = Buffer.alloc(13);
header.writeUInt32BE(size, 0);
header.writeUInt32BE(size, 4);
header.set([8, 6, 0, 0, 0], 8);
const png = Buffer.concat([
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.from(rows), { level: 9 })), chunk('IEND', Buffer.alloc(0)),
]);
writeFileSync(new URL('../client/media/icon.png', import.meta.url), png);
