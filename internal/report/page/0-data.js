'use strict';
// What the page is given. Go makes it: view.go says what the fields mean.

/**
 * @typedef {{name: string, account: string, virtual?: boolean}} Test
 * @typedef {{kind: string, n?: number, name: string, who?: string, col: number, s: number, e?: number, why?: string, tls?: boolean}} Lane
 * @typedef {{kind: string, name: string, who?: string}} Column
 * @typedef {{k: string, x: string, by?: number}} Mark
 * @typedef {{c: string, x: string}} Chip
 * @typedef {{t: string, c?: boolean, x: string}} Line
 * @typedef {{id: number, lane: number, kind: string, cls: string, name: string, args?: string, res?: string, note?: string, warn?: string,
 *   marks?: Mark[], chips?: Chip[], hot?: boolean, at: string, took?: string, gap?: string, t: number, d?: number, s: number, e?: number,
 *   where: string, box?: string, of?: number, m?: number, lines?: Line[], fail?: {text: string}}} Ev
 * @typedef {{u: number, m: number, f?: string}} MailRow
 * @typedef {{acc: string, name: string, rows?: MailRow[]}} Box
 * @typedef {{s: number, c?: number, op: string, acc: string, box: string, u?: number, m?: number, f?: string, to?: string}} Change
 * @typedef {{l?: number, p: string, t: string, n?: string, e?: string}} Part
 * @typedef {{subj: string, from?: string, to?: string, date?: string, size?: string, hdr?: [string, string][], text?: string, html?: string,
 *   parts?: Part[], src?: string, cut?: string}} Message
 * @typedef {{c?: number, from: string, to: string, m: number}} Sent
 * @typedef {{e?: number, a?: number, b?: number, g?: boolean, x?: string, r?: boolean}} Item
 * @typedef {{acc: string, box: string, u: number, m: number}} Place
 * @typedef {{v: number, test: Test, lanes: Lane[], cols: Column[], ev: Ev[], start: Box[], changes: Change[], msgs: Message[], sent?: Sent[],
 *   story: Item[], focus?: Place[], open?: number, frame: string}} View
 */

/** @type {View} */
const D = JSON.parse(must('d').textContent || '{}');

/** What is selected and shown. */
const S = {
  sel: 0, // the number of the event
  all: false, // all events, and not the story
  query: '',
  opened: /** @type {Set<number>} */ (new Set()), // the first event of each fold that was opened
  from: 0, to: 0, // the window of rows in the document, 0: about the selection
  msg: /** @type {Place | null} */ (null),
  chosen: false, // the reader chose the message
  tab: '',
  scale: 'order',
  since: false, // differences since the start, and not those by the event
  rows: /** @type {Record<string, number>} */ ({}), // of a mailbox: how many rows
};

/** @type {Map<number, Change[]>} by the number of the event */
const changesOf = new Map();
/** @type {Ev[][]} by lane: commands that others may happen within */
let lasting = [];
/** @type {Ev[]} */
let holds = [];
/** @type {Set<number>} */
let asked = new Set();

/** Makes of the data what is looked up often. */
function index() {
  for (const k of /** @type {const} */ (['lanes', 'cols', 'ev', 'start', 'changes', 'msgs', 'story'])) if (!D[k]) /** @type {any} */ (D)[k] = [];
  changesOf.clear();
  for (const c of D.changes) {
    const of = changesOf.get(c.c || 0);
    if (of) of.push(c); else changesOf.set(c.c || 0, [c]);
  }
  lasting = D.lanes.map(() => []);
  for (const e of D.ev) if (e.kind === 'cmd' && (!e.e || e.e - e.s > 1)) lasting[e.lane].push(e);
  holds = D.ev.filter(e => e.kind === 'hold');
  asked = new Set((D.focus || []).map(p => p.m));
}

/** @param {number} n @returns {Ev | undefined} */
const ev = n => D.ev[n - 1];
/** @param {Ev} e */
const laneOf = e => D.lanes[e.lane];
/** @param {Ev} e */
const endOf = e => e.e || Infinity;
/** @param {Ev} e */
const byTest = e => laneOf(e).kind === 'test';

/** @param {string} id @returns {HTMLElement} */
function must(id) {
  const e = document.getElementById(id);
  if (!e) throw new Error('no element ' + id);
  return e;
}
